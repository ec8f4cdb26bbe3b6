import { expect, it } from 'vitest';
import type { Format } from '../src/exact/format.js';
import { roundTo } from '../src/exact/grid.js';
import type { Subject } from '../src/run/subject.js';
import { claiming, lawsOf, ops, Question } from './acceptance.case.js';
import { nasty } from './acceptance.data.js';
import { type Algorithm, answersOf, type First, updates } from './algorithms.kernel.js';
import { backwards, forwards, roots } from './algorithms.outputs.js';
import { divisions, estimators, sums } from './algorithms.statistics.js';
import { type Random, random } from './exact.random.js';

function drawn(from: Random): { names: string; algorithm: Algorithm } {
  const names: string[] = [];
  const pick = <T>(of: Readonly<Record<string, T>>): T => {
    names.push(from.pick(Object.keys(of)));
    return of[names.at(-1)!]!;
  };
  const parts = { estimator: pick(estimators), sum: pick(sums), over: pick(divisions), root: pick(roots) };
  const algorithm = { ...parts, forward: pick(forwards), backward: pick(backwards), update: from.pick(updates) };
  return { names: names.join(', '), algorithm };
}

/** What the kernel may claim of an operation, beside nothing. */
function claimsOf({ estimator, forward, backward }: Algorithm, op: First): Readonly<Record<string, string>>[] {
  const folded = op === 'train' || op === 'infer' ? forward.folded : op === 'grad' && backward.folded;
  const form = folded ? {} : { form: 'direct' };
  return [
    {},
    form,
    ...(estimator.kind === 'twopass' ? [{ ...form, algo: 'twopass', shift: 'none', sums: 'true' }] : []),
  ];
}

const subjects = new Map<string, Subject>();
const subjectOf = (claims: Readonly<Record<string, string>>): Subject => {
  const key = JSON.stringify(claims);
  const known = subjects.get(key) ?? claiming(claims);
  subjects.set(key, known);
  return known;
};

it('no right algorithm is rejected, in any combination of its parts', () => {
  const from = random(17);
  let [checked, open] = [0, 0];
  for (let round = 0; round < 250; round++) {
    const { names, algorithm } = drawn(from);
    const layer = nasty(from, from.pick(['f32', 'f32', 'f16', 'bf16'] as Format[]), 2);
    const answers = answersOf(layer, algorithm);
    const tier = algorithm.estimator.kind === 'onepass' || algorithm.backward.crossed ? 'semantic' : 'stable';
    for (const op of ops.filter((one) => one !== 'grad_grad'))
      for (const claims of claimsOf(algorithm, op)) {
        const question = new Question(layer, op, subjectOf(claims));
        for (const output of Object.keys(lawsOf[op])) {
          const format = output === 'y' || output === 'dx' ? layer.dtype : 'f32';
          const values = answers[op][output]!.map((value) => roundTo(value, format));
          const { elements, notCheckable, refuted } = question.judge(question.answered(output, values), tier);
          expect(refuted, `${names}: ${op} ${output} claiming ${JSON.stringify(claims)}`).toBe(null);
          checked += elements;
          open += notCheckable;
        }
      }
  }
  console.info(`${checked} elements of right algorithms on nasty data, none rejected, ${open} not checkable`);
  expect(checked).toBeGreaterThan(100_000);
  expect(open).toBeLessThan(checked / 5);
});
