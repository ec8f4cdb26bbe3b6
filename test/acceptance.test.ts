import { describe, expect, it } from 'vitest';
import * as columns from '../src/exact/column.js';
import { type Format, formats } from '../src/exact/format.js';
import { nextDown, nextUp } from '../src/exact/grid.js';
import { enclose, round } from '../src/exact/round.js';
import { accept, acceptsExactly, ruleOf } from '../src/run/accept.js';
import type { Tier } from '../src/run/report.js';
import { claiming, layerOf, ordinary, outputs, Question } from './acceptance.case.js';
import { random } from './exact.random.js';

const names = Object.keys(formats) as Format[];

/** The outermost values that the comparator lets pass, and the first beyond them, either side. */
function edges(question: Question, output: string, tier: Tier, i: number) {
  const { column, i: at } = question.exact(output)[i]!;
  const E = columns.column([question.allowed(output, tier)[i]!]);
  const { format } = question.answered(output, []);
  const v = columns.at(column, at);
  const most = round(columns.add(v, E), 0, format);
  const least = round(columns.subtract(v, E), 0, format);
  return { v, inside: [least, most], outside: [nextDown(least, format), nextUp(most, format)] };
}

const subjects = { plain: claiming({}), tight: claiming({ algo: 'twopass', form: 'direct', shift: 'none' }) };

describe('just inside passes, just outside fails', () => {
  const asked = outputs.flatMap((of) => names.map((format) => ({ ...of, format })));
  it.each(asked)('$op $output in $format', ({ op, output, format }) => {
    const from = random(op.length + output.length);
    let [tried, told] = [0, 0];
    for (const subject of Object.values(subjects))
      for (const tier of ['stable', 'semantic'] as const) {
        const question = new Question(ordinary(from, format), op, subject);
        question.exact(output).forEach((_, i) => {
          const { v, inside, outside } = edges(question, output, tier, i);
          const rule = ruleOf(question.answered(output, []), tier, subject.card);
          const E = question.allowed(output, tier)[i]!;
          const [lo, hi] = enclose(v, 0);
          const setOf = (s: number): [number, number] => {
            const { lo: low, hi: high } = accept(question.rightBut(output, i, s), rule);
            return [low[i]!, high[i]!];
          };
          expect(E).toBeGreaterThan(0);
          for (const s of inside) {
            expect(acceptsExactly(s, v, 0, E, rule)).toBe(true);
            expect(setOf(s)[0] <= lo && hi <= setOf(s)[1], `${s} stands for ${lo}`).toBe(true);
            expect(question.judge(question.rightBut(output, i, s), tier).refuted).toBe(null);
          }
          for (const s of outside) {
            expect(acceptsExactly(s, v, 0, E, rule)).toBe(false);
            expect(question.judge(question.rightBut(output, i, s), tier).refuted).toMatchObject({ place: i, lhs: s });
            const [low, high] = setOf(s);
            tried += 1;
            if (low > hi || high < lo) told += 1;
          }
        });
      }
    // The sets are rounded outward in float64: only in float64 itself may one ulp be too little to see.
    if (format !== 'f64') expect(told).toBeGreaterThan(0.9 * tried);
  });
});

describe('NaN and infinities', () => {
  const tiers = ['semantic', 'stable', 'faithful', 'exact'] as const;
  it.each(names)('NaN is never accepted of finite data, nor is an infinity: %s', (format) => {
    for (const { op, output } of outputs)
      for (const tier of tiers) {
        const question = new Question(ordinary(random(2), format), op, subjects.plain);
        for (const s of [Number.NaN, Infinity, -Infinity])
          expect(question.judge(question.rightBut(output, 1, s), tier).refuted, `${op} ${output}`).toMatchObject({
            place: 1,
          });
      }
  });

  it('an infinity is the right answer where the value overflows, and only there, with the right sign', () => {
    // xhat is 1 and -1 to the last bit of float16, so y is nearly gamma.
    const verdict = (gamma: number, s: number): boolean => {
      const given = {
        x: Float64Array.of(1, -1),
        epsilon: 2 ** -20,
        gamma: Float64Array.of(gamma),
        beta: Float64Array.of(0),
      };
      const question = new Question(layerOf(given, 'f16'), 'train', subjects.plain);
      return question.judge(question.rightBut('y', 0, s), 'stable').refuted === null;
    };
    expect([Infinity, 65504, -Infinity].map((s) => verdict(70000, s))).toEqual([true, false, false]);
    expect([Infinity, 65504, -Infinity].map((s) => verdict(-70000, s))).toEqual([false, false, true]);
    expect([Infinity, 65504, 65472].map((s) => verdict(65500, s))).toEqual([false, true, false]);
    // 65520 is the tie between the largest number and infinity, and the bound reaches to both sides of it.
    expect([Infinity, 65504, 65472].map((s) => verdict(65520, s))).toEqual([true, true, false]);
  });

  it('the largest number stands for all beyond it where a store may truncate, and as a neighbour', () => {
    const given = (gamma: number) => ({
      x: Float64Array.of(1, -1),
      epsilon: 2 ** -20,
      gamma: Float64Array.of(gamma),
      beta: Float64Array.of(0),
    });
    const holds = (gamma: number, s: number, tier: Tier, claims: Record<string, string>): boolean => {
      const question = new Question(layerOf(given(gamma), 'f16'), 'train', claiming(claims));
      return question.judge(question.rightBut('y', 0, s), tier).refuted === null;
    };
    expect([65504, 65472].map((s) => holds(70000, s, 'stable', { store: 'any' }))).toEqual([true, false]);
    expect([65504, 65472].map((s) => holds(70000, s, 'faithful', {}))).toEqual([true, false]);
    expect(holds(-70000, -65504, 'stable', { store: 'any' })).toBe(true);
    expect(holds(70000, 65504, 'stable', {})).toBe(false);
  });

  it('minus zero is zero', () => {
    const given = { x: Float64Array.of(1, 1), beta: Float64Array.of(0) };
    const question = new Question(layerOf(given, 'f16'), 'train', subjects.plain);
    for (const tier of tiers) expect(question.judge(question.answered('y', [0, -0]), tier).refuted).toBe(null);
    expect(question.judge(question.answered('y', [0, 1]), 'stable').refuted).toMatchObject({ place: 1 });
  });
});
