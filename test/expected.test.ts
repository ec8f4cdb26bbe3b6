import { describe, expect, test } from 'vitest';
import { nextDown, nextUp } from '../src/exact/grid.js';
import { named } from '../src/formula/ast.js';
import { Answered } from '../src/run/answer.js';
import { drawn } from '../src/run/drawing.js';
import { expected } from '../src/run/expected.js';
import { mutantKernel } from '../src/run/formula-kernel.js';
import { judge } from '../src/run/judge.js';
import { type Op, shapeOf, sizeOf } from '../src/run/layer.js';
import { formulaOf } from '../src/run/predict.js';
import { Reference } from '../src/run/reference.js';
import { refusal } from '../src/run/select.js';
import { suite } from '../src/suite.js';
import { judged } from './judging.js';

const dialect = suite.profiles.torch!;
const of = await judged(mutantKernel('full', suite.spec, dialect, 'torch'), 'torch');

/** Whether a run accepts this answer to that layer. */
function accepted(reference: Reference, output: string, values: Float64Array, tier: 'stable' | 'semantic'): boolean {
  const { layer, op } = reference;
  const bound = new Map([['answered', new Answered({ layer, op, reference }, output, values)]]);
  const clause = { kind: 'compare', fn: 'equal', left: named('answered'), right: named(formulaOf(output)) } as const;
  const facts = { reference, subject: of.subject, bound, shape: shapeOf(layer), chapters: of.subject.formulas[op] };
  return judge({ ...clause, text: output }, { ...facts, fixed: new Map(), figured: [] }, tier).refuted === null;
}

describe('the ends of an interval are the last answers that a run accepts', () => {
  test.each(['train', 'infer', 'grad', 'infer_grad'] satisfies Op[])('%s', (op) => {
    const laws = suite.laws.filter((law) => law.of === op && refusal(law, of.subject, of.terms) === null);
    const layers = laws.slice(0, 8).flatMap((law) => drawn(law, { terms: of.terms, seed: 3, cases: 4 }));
    const seen = new Set<string>();
    for (const { layer } of layers) {
      const all = sizeOf(layer) <= 24 ? expected(op, layer, of.subject) : null;
      for (const { output, format, within } of all ?? [])
        for (const tier of ['stable', 'semantic'] as const) {
          const { least, most } = within.get(tier)!;
          const reference = new Reference(layer, op, of.subject);
          const told = (values: Float64Array) => accepted(reference, output, values, tier);
          expect([told(least), told(most)], `${output} in ${format}`).toEqual([true, true]);
          if (least[0] === -Infinity) continue;
          const beyond = (ends: Float64Array, first: number) => told(Float64Array.of(first, ...ends.subarray(1)));
          expect(beyond(least, nextDown(least[0]!, format))).toBe(false);
          expect(beyond(most, nextUp(most[0]!, format))).toBe(false);
          seen.add(`${format} ${output}`);
        }
    }
    expect(seen.size).toBeGreaterThanOrEqual(4);
  });
});
