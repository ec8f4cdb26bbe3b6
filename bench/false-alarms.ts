import { builtins } from '../src/builtin/catalogue.js';
import type { Format } from '../src/exact/format.js';
import { check, lawOf } from '../src/run/check.js';
import { dialect } from '../src/run/dialect.js';
import { Log } from '../src/run/log.js';
import type { Tier } from '../src/run/report.js';
import { refusal, terms } from '../src/run/select.js';
import { subject } from '../src/run/subject.js';
import { suite } from '../src/suite.js';
import { local } from '../src/target/local.js';
import { algorithms, type Counts, nameOf, pairs, streamOf, textbook } from './textbook.js';

/**
 * Right kernels that are refuted: false alarms. Builtin kernels are asked every law, textbook algorithms every output on
 * nasty data, in each pair of storage and accumulator and at each tier that they may claim. Prints cases, elements that
 * were judged, and alarms. Arguments: drawn cases per law (30), layers per textbook algorithm and pair (200), seed (1).
 */
const [cases, layers, seed] = [30, 200, 1].map((usual, i) => Number(process.argv[2 + i] ?? usual)) as [
  number,
  number,
  number,
];

const total: Counts = { cases: 0, elements: 0, notCheckable: 0, alarms: 0 };

/** Prints one line and adds it up. */
function line(algorithm: string, pair: string, tier: string, counts: Counts): void {
  for (const key of Object.keys(total) as (keyof Counts)[]) total[key] += counts[key];
  const { cases, elements, notCheckable, alarms } = counts;
  const named = `${algorithm.padEnd(24)} ${pair.padEnd(14)} ${tier.padEnd(9)}`;
  console.log(
    `${named} ${cases} cases   ${elements} elements   ${notCheckable} not checkable   ${alarms} false alarms`,
  );
}

/** Every law that can be asked of a builtin kernel in one dtype, at one tier. */
async function underLaws(name: string, dtype: Format, tier: Tier): Promise<Counts> {
  const target = local(name, builtins[name]!);
  const card = await target.hello();
  const judged = subject(card, dialect(card, undefined, suite.profiles).profile, suite.spec);
  const asked = terms(judged, [dtype], card.layouts);
  const counts: Counts = { cases: 0, elements: 0, notCheckable: 0, alarms: 0 };
  for (const property of suite.laws) {
    if (refusal(property, judged, asked) !== null) continue;
    const counted = await check(property, lawOf(property, judged)!, {
      ...{ target, subject: judged, terms: asked, required: tier, log: new Log() },
      ...{ seed, cases, signal: new AbortController().signal },
    });
    counts.cases += counted.cases;
    counts.elements += counted.elements - counted.notCheckable;
    counts.notCheckable += counted.notCheckable;
    if (counted.status === 'holds') continue;
    counts.alarms += 1;
    const why = counted.message ?? JSON.stringify(counted.refuted?.refutation);
    console.log(`  ${name} ${dtype} ${tier}   ${property.id}   ${counted.status}   ${why}`);
  }
  return counts;
}

/** What the textbook says of its algorithm: an error that grows with the batch, or with the square of mean/deviation. */
const only: readonly string[] = ['one-pass', 'sequential'];

for (const name of Object.keys(builtins))
  for (const dtype of ['f64', 'f32', 'f16', 'bf16'] as const)
    for (const tier of ['stable', 'semantic'] as const)
      if (tier === 'semantic' || !only.includes(name))
        line(
          `builtin:${name}`,
          nameOf({ storage: dtype, accumulator: dtype === 'f64' ? dtype : 'f32' }),
          tier,
          await underLaws(name, dtype, tier),
        );

for (const [a, name] of algorithms.entries())
  for (const [p, pair] of pairs.entries())
    for (const [tier, counts] of textbook(name, pair, layers, streamOf(seed, a, p), (why) => console.log(`  ${why}`)))
      line(name, nameOf(pair), tier, counts);

console.log(
  `in all (seed ${seed}): ${total.cases} cases, ${total.elements} elements, ${total.notCheckable} not checkable, ${total.alarms} false alarms`,
);
process.exitCode = total.alarms === 0 ? 0 : 1;
