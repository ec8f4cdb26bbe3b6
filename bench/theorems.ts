import { misconceptions } from '../spec/misconceptions.js';
import { theorems } from '../spec/theorems.js';
import { shown } from '../src/docs/misconceptions.js';
import { compare } from '../src/exact/column.js';
import { type Misconception, search } from '../src/run/misconception.js';
import { type Enclosure, figure, type Noise, noise } from '../src/run/noise.js';
import { grouped, ordered, type Population, prove, type Theorem } from '../src/run/theorem.js';
import { suite } from '../src/suite.js';

/**
 * `npm run theorems`: what batches say of a population, proved by drawing all of them, and what is taught and is not so,
 * refuted by the smallest case. Exit 1 if a theorem does not hold or a misconception is not refuted.
 */
const small: readonly (readonly [Population, readonly number[]])[] = [
  [
    [1, 4],
    [2, 3, 8],
  ],
  [
    [-3, 0, 8],
    [2, 4, 6],
  ],
  [
    [0.1, 0.25, -7, 12],
    [2, 3, 5],
  ],
  [
    [5, 5, 5, 6, 1],
    [2, 4],
  ],
];
const large: readonly (readonly [Population, readonly number[]])[] = [
  [
    [0, 1],
    [64, 128, 256, 512],
  ],
  [
    [-1, -1, -1, 7],
    [64, 128, 256, 512],
  ],
  [[0, 1, 5], [64]],
];
/** Populations that large batches are drawn from without replacement. */
const crowd = (few: readonly number[]): Population => few.flatMap((value) => Array<number>(300).fill(value));

const below = (a: Enclosure, b: Enclosure): boolean => compare(a.most, 0, b.least, 0) < 0;

let failed = 0;
for (const [id, theorem] of Object.entries<Theorem>(theorems)) {
  let [batches, cases] = [0, 0];
  const check = (population: Population, m: number, draw: typeof ordered): void => {
    const proof = prove(theorem, population, draw(population, m, theorem.replacement), suite.spec);
    batches += proof.batches;
    cases += 1;
    if (proof.holds) return;
    failed += 1;
    console.log(`  does not hold: ${id}, population ${population.slice(0, 8)}, m = ${m}`);
  };
  for (const [population, sizes] of small)
    for (const m of sizes) if (theorem.replacement || m <= population.length) check(population, m, ordered);
  for (const [population, sizes] of large)
    for (const m of sizes) check(theorem.replacement ? population : crowd(population), m, grouped);
  console.log(
    `${id}: E[${theorem.average}] = ${theorem.is}\n  ${cases} populations and sizes, ${batches} batches enumerated`,
  );
}

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
    if (!falls) failed += 1;
    console.log(
      `    m = ${String(m).padEnd(4)} ${figure(now.slope).toExponential(3)}  ${figure(now.offset).toExponential(3)}${falls ? '' : '  does not fall'}`,
    );
    before = now;
  }
}
console.log('  dropout that keeps 1/2 and doubles: slope 1 at every m, offset 0: it multiplies only');

for (const [id, misconception] of Object.entries<Misconception>(misconceptions)) {
  const { found, before } = search(misconception, suite.spec);
  if (!found) failed += 1;
  console.log(`\n${id}: "${misconception.claims}"`);
  console.log(found ? shown(misconception, found, suite).replace(/^/gm, '    ') : '    not refuted');
  console.log(`  ${before} cases are smaller; is so instead: ${misconception.says}`);
}
process.exitCode = failed > 0 ? 1 : 0;
