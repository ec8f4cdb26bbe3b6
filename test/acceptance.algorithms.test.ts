import { expect, it } from 'vitest';
import type { Format } from '../src/exact/format.js';
import { roundTo } from '../src/exact/grid.js';
import { lawsOf, Question } from './acceptance.case.js';
import { nasty } from './acceptance.data.js';
import { claimsOf, drawn, subjectOf, tierOf } from './algorithms.drawn.js';
import { answersOf, firsts } from './algorithms.kernel.js';
import { random } from './exact.random.js';

it('no right algorithm is rejected, in any combination of its parts', () => {
  const from = random(17);
  let [checked, open] = [0, 0];
  for (let round = 0; round < 250; round++) {
    const { names, algorithm } = drawn(from);
    const layer = nasty(from, from.pick(['f32', 'f32', 'f16', 'bf16'] as Format[]), 2);
    const answers = answersOf(layer, algorithm);
    const tier = tierOf(algorithm);
    for (const op of firsts)
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
