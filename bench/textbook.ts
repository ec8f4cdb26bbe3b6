import type { Format } from '../src/exact/format.js';
import { roundTo } from '../src/exact/grid.js';
import { perElement } from '../src/run/answer.js';
import type { Tier } from '../src/run/report.js';
import { lawsOf, Question } from '../test/acceptance.case.js';
import { nasty } from '../test/acceptance.data.js';
import { answersIn, claimsOf, drawn, subjectOf, tierOf } from '../test/algorithms.drawn.js';
import { firsts } from '../test/algorithms.kernel.js';
import { estimators } from '../test/algorithms.statistics.js';
import { type Random, random } from '../test/exact.random.js';

/** What a right kernel was asked at a tier, and how often it was wrongly refused. */
export interface Counts {
  cases: number;
  elements: number;
  notCheckable: number;
  alarms: number;
}

/** Storage of data, and the arithmetic above it. */
export interface Pair {
  readonly storage: Format;
  readonly accumulator: Format;
  /** What the card says it is, where that is not so. */
  readonly claimed?: Format;
}

export const pairs: readonly Pair[] = [
  { storage: 'f64', accumulator: 'f64' },
  { storage: 'f32', accumulator: 'f32' },
  { storage: 'f16', accumulator: 'f32' },
  { storage: 'bf16', accumulator: 'f32' },
  { storage: 'f32', accumulator: 'f64' },
  { storage: 'f16', accumulator: 'f16' },
];

export const nameOf = ({ storage, accumulator }: Pair): string =>
  storage === accumulator ? storage : `${storage} over ${accumulator}`;

export const algorithms: readonly string[] = Object.keys(estimators);

const usual = (storage: Format): Format => (storage === 'f64' ? 'f64' : 'f32');

/** The tiers that a right algorithm may claim for what it accumulates; no bound promises the strict ones. */
const tiers = ['stable', 'semantic'] as const satisfies readonly Tier[];

/** Says what was refused wrongly. */
type Tell = (message: string) => void;

/**
 * One textbook algorithm in many combinations with orders of summation, divisions, roots and output forms, on data made to
 * hurt: every output of every operation is held to its law, at each tier and under all that the algorithm may claim.
 */
export function textbook(estimator: string, pair: Pair, layers: number, from: Random, tell: Tell): Map<Tier, Counts> {
  const none = (): Counts => ({ cases: 0, elements: 0, notCheckable: 0, alarms: 0 });
  const stable = estimators[estimator]!.kind !== 'onepass';
  const counts = new Map((stable ? tiers : tiers.slice(1)).map((tier) => [tier, none()]));
  for (let round = 0; round < layers; round++) {
    const { names, algorithm } = drawn(from, estimator);
    const layer = nasty(from, pair.storage, 2);
    const answers = answersIn(pair.accumulator, layer, algorithm);
    const claimed = pair.claimed ?? pair.accumulator;
    const own = claimed === usual(pair.storage) ? {} : { accumulator: claimed };
    for (const [tier, count] of counts) {
      if (tier === 'stable' && tierOf(algorithm) === 'semantic') continue;
      count.cases += 1;
      for (const op of firsts)
        for (const claims of claimsOf(algorithm, op)) {
          const question = new Question(layer, op, subjectOf({ ...claims, ...own }));
          for (const output of Object.keys(lawsOf[op])) {
            const format = perElement(output) ? layer.dtype : layer.param;
            const values = answers[op][output]!.map((value) => roundTo(value, format));
            const { elements, notCheckable, refuted } = question.judge(question.answered(output, values), tier);
            count.elements += elements - notCheckable;
            count.notCheckable += notCheckable;
            if (!refuted) continue;
            count.alarms += 1;
            tell(`${names}: ${op} ${output} at ${tier} claiming ${JSON.stringify(claims)}: ${JSON.stringify(refuted)}`);
          }
        }
    }
  }
  return counts;
}

/** A stream of its own for each algorithm and pair, so that what is left out changes nothing else. */
export const streamOf = (seed: number, algorithm: number, pair: number): Random =>
  random(1_000_003 * seed + 101 * algorithm + pair);
