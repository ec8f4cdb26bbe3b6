import { misconceptions } from '../spec/misconceptions.js';
import { theorems } from '../spec/theorems.js';
import { shown } from '../src/docs/misconceptions.js';
import { compare } from '../src/exact/column.js';
import { grouped } from '../src/run/batches.js';
import { draws } from '../src/run/draws.js';
import { type Misconception, search } from '../src/run/misconception.js';
import { type Enclosure, figure, type Noise, noise } from '../src/run/noise.js';
import { prove, type Theorem, taken } from '../src/run/theorem.js';
import { suite } from '../src/suite.js';
import { larger } from './drawn.js';

/**
 * `npm run theorems`: what batches say of a population, and averages of batches, proved by drawing all of them; and what is
 * taught and is not so, refuted by the smallest case. Exit 1 if a theorem does not hold, or what it is taken for does, or a
 * misconception is not refuted.
 */
const below = (a: Enclosure, b: Enclosure): boolean => compare(a.most, 0, b.least, 0) < 0;
const figures = (n: number): string => String(n).replace(/\B(?=(\d{3})+$)/g, ' ');

let [failed, enumerated] = [0, 0];
const check = (holds: boolean, what: string): void => {
  if (holds) return;
  failed += 1;
  console.log(`  FAILS: ${what}`);
};

for (const [id, theorem] of Object.entries<Theorem>(theorems)) {
  const { average, is, not, more, over } = theorem;
  const all = [...draws(theorem, suite.spec), ...larger(theorem, suite.spec)];
  let [outcomes, fails] = [0, 0];
  for (const draw of all) {
    const proof = prove(theorem, draw);
    check(proof.holds, `${id}, after ${outcomes} others`);
    outcomes += proof.outcomes;
    if (!prove(taken(theorem), draw).holds) fails += 1;
  }
  check(fails > 0, `${id}: '${not}' does as well`);
  enumerated += outcomes;
  console.log(`${id}: E[${average}] ${more ? '>' : '='} ${is}`);
  console.log(
    `  ${all.length} settings, ${figures(outcomes)} outcomes over ${over}; ${not} is wrong in ${fails} of the settings`,
  );
}
console.log(`${figures(enumerated)} outcomes enumerated`);

const epsilon = 2 ** -10;
console.log(
  `\nnoise of xhat = slope (x - mu) + offset by its batch, epsilon 2^-10: variances, certified to fall with m`,
);
for (const population of [
  [0, 1],
  [-1, -1, -1, 7],
]) {
  console.log(`  population ${population}: the slope's, the offset's`);
  let before: Noise | null = null;
  for (let m = 2; m <= 512; m *= 2) {
    const now = noise(population, grouped(population, m, true), epsilon, suite.spec);
    const falls = before === null || (below(now.slope, before.slope) && below(now.offset, before.offset));
    check(falls, 'the noise does not fall');
    console.log(
      `    m = ${String(m).padEnd(4)} ${figure(now.slope).toExponential(3)}  ${figure(now.offset).toExponential(3)}`,
    );
    before = now;
  }
}

for (const [id, misconception] of Object.entries<Misconception>(misconceptions)) {
  const { found, before } = search(misconception, suite.spec);
  check(found !== null, `${id} is not refuted`);
  console.log(`\n${id}: "${misconception.claims}"`);
  if (found) console.log(shown(misconception, found, suite).replace(/^/gm, '    '));
  console.log(`  ${before} cases are smaller; is so instead: ${misconception.says}`);
}
process.exitCode = failed > 0 ? 1 : 0;
