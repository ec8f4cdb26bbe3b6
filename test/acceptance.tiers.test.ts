import { describe, expect, it } from 'vitest';
import * as columns from '../src/exact/column.js';
import { type Format, formats } from '../src/exact/format.js';
import { nextDown, nextUp } from '../src/exact/grid.js';
import { round } from '../src/exact/round.js';
import { acceptsExactly, type Rule, ruleOf } from '../src/run/accept.js';
import type { Tier } from '../src/run/report.js';
import { claiming, layerOf, ordinary, outputs, Question } from './acceptance.case.js';
import { random } from './exact.random.js';

const names = Object.keys(formats) as Format[];
const plain = claiming({});

describe('the strict tiers', () => {
  const rule = (format: Format, tier: Tier): Rule => ({ format, tier, anyStore: false });
  const one = { f64: 2 ** -52, f32: 2 ** -23, f16: 2 ** -10, bf16: 2 ** -7 };

  it.each(names)('exact takes the even neighbour of a tie, of either parity, in %s', (format) => {
    const step = one[format];
    for (const [below, even] of [
      [1, 1],
      [1 + step, 1 + 2 * step],
      [1 + 2 * step, 1 + 2 * step],
      [1 + 3 * step, 1 + 4 * step],
    ] as const)
      for (const sign of [1, -1]) {
        const tie = columns.multiply(
          columns.column([sign]),
          columns.add(columns.column([below]), columns.column([step / 2])),
        );
        const accepted = [below - step, below, below + step, below + 2 * step].filter((s) =>
          acceptsExactly(sign * s, tie, 0, 0, rule(format, 'exact')),
        );
        expect(accepted).toEqual([even]);
      }
  });

  it.each(names)('faithful takes both neighbours and no other, and only itself of a value of %s', (format) => {
    const from = random(9);
    for (let i = 0; i < 200; i++) {
      const v = columns.divide(columns.column([from.whole(-1000, 1000)]), columns.column([from.whole(1, 99)]));
      const [low, high] = [round(v, 0, format, 'down'), round(v, 0, format, 'up')];
      const accepted = [nextDown(low, format), low, high, nextUp(high, format)].map((s) =>
        acceptsExactly(s, v, 0, 0, rule(format, 'faithful')),
      );
      expect(accepted).toEqual([false, true, true, false]);
      const held = columns.column([low]);
      for (const s of [nextDown(low, format), nextUp(low, format)])
        expect(acceptsExactly(s, held, 0, 0, rule(format, 'faithful'))).toBe(false);
    }
  });

  it.each<[Format, Tier, number[]]>([
    ['f16', 'exact', [1]],
    ['f16', 'faithful', [1, 1 + 2 ** -10]],
    ['bf16', 'exact', [1]],
    ['bf16', 'faithful', [1, 1 + 2 ** -7]],
  ])('so the law of y judges in %s at %s', (format, tier, passing) => {
    // x is 1 or -1 and epsilon 3, so s is 2 and y = gamma / 2 + 1 lies halfway between 1 and the next number.
    const step = one[format];
    const given = { x: Float64Array.of(1, -1), epsilon: 3, gamma: Float64Array.of(step), beta: Float64Array.of(1) };
    const question = new Question(layerOf(given, format), 'train', plain);
    const passes = [1 - step / 2, 1, 1 + step, 1 + 2 * step].filter(
      (s) => question.judge(question.rightBut('y', 0, s), tier).refuted === null,
    );
    expect(passes).toEqual(passing);
  });

  it('an output as wide as the accumulator is held to stable there', () => {
    const question = new Question(ordinary(random(4), 'f32'), 'train', plain);
    const answered = question.answered('y', []);
    expect(ruleOf(answered, 'exact', plain.card).tier).toBe('stable');
    expect(ruleOf(answered, 'faithful', claiming({ accumulator: 'f64' }).card).tier).toBe('faithful');
    const halves = new Question(ordinary(random(4), 'f16'), 'train', plain);
    expect(ruleOf(halves.answered('y', []), 'exact', plain.card).tier).toBe('exact');
    expect(ruleOf(halves.answered('mean', []), 'exact', plain.card).tier).toBe('stable');
  });

  it('a kernel that claims any store may round either way', () => {
    const question = new Question(ordinary(random(6), 'f16'), 'train', claiming({ store: 'any' }));
    const { column, i } = question.exact('y')[3]!;
    const E = columns.column([question.allowed('y', 'stable')[3]!]);
    const most = round(columns.add(columns.at(column, i), E), 0, 'f16', 'up');
    expect(question.judge(question.rightBut('y', 3, most), 'stable').refuted).toBe(null);
    expect(question.judge(question.rightBut('y', 3, nextUp(most, 'f16')), 'stable').refuted).not.toBe(null);
  });
});

describe('where no honest bound exists nothing is demanded', () => {
  const open = (given: Parameters<typeof layerOf>[0], claims = {}, dtype: Format = 'f32') =>
    Object.fromEntries(
      outputs.map(({ op, output }) => {
        const question = new Question(layerOf(given, dtype), op, claiming(claims));
        const answer = question.answered(
          output,
          new Float64Array(question.allowed(output, 'stable').length).fill(Number.NaN),
        );
        return [`${op} ${output}`, question.judge(answer, 'stable').notCheckable > 0];
      }),
    );
  const opened = (found: Record<string, boolean>): string[] => Object.keys(found).filter((key) => found[key]);
  const seconds = ['grad_grad g_x', 'grad_grad g_gamma', 'grad_grad g_dy'];
  const scaled = ['train y', 'train inv_std', 'grad dx', 'grad dgamma', ...seconds];

  it('epsilon 0 on a channel that does not vary: there is nothing to divide by', () => {
    expect(opened(open({ x: new Float64Array(4).fill(3), epsilon: 0 }))).toEqual(scaled);
  });

  it('epsilon 0 on one that hardly varies: what is computed of it may be nothing', () => {
    expect(opened(open({ x: Float64Array.of(4096, 4096, 4096, 4096 + 2 ** -11), epsilon: 0 }))).toEqual(scaled);
    expect(opened(open({ x: Float64Array.of(4096, 4097, 4096, 4099), epsilon: 0 }))).toEqual([]);
  });

  it('sums beyond a quarter of the largest number', () => {
    const all = opened(open({ x: new Float64Array(4).fill(2 ** 126) }));
    expect(all).toEqual(
      expect.arrayContaining(['train y', 'train mean', 'train variance', 'train next_mean', 'grad dx']),
    );
    expect(all).not.toContain('grad dbeta');
    expect(opened(open({ x: Float64Array.of(1, 2, 5, 6), dy: new Float64Array(4).fill(2 ** 125) }))).toContain(
      'grad dbeta',
    );
    expect(opened(open({ x: Float64Array.of(1, 2, 5, 6) }))).toEqual([]);
  });

  it('epsilon that takes the variance beyond the largest number', () => {
    const given = { x: Float64Array.of(1, 2, 5, 6), running_var: Float64Array.of(2 ** 127), epsilon: 2 ** 127 };
    expect(opened(open(given))).toEqual(expect.arrayContaining(['infer y', 'infer_grad dx', 'infer_grad dgamma']));
    expect(opened(open({ ...given, epsilon: 2 ** 120, running_var: Float64Array.of(2 ** 120) }))).toEqual([]);
  });

  it('sums so long that their errors may grow as large as the sum', () => {
    const x = Float64Array.from({ length: 64 }, (_, i) => i % 7);
    expect(opened(open({ x }, { accumulator: 'bf16' }, 'bf16'))).toEqual(
      expect.arrayContaining(['train y', 'train mean', 'grad dbeta']),
    );
    expect(opened(open({ x }, { accumulator: 'bf16', chain: '8' }, 'bf16'))).not.toContain('train mean');
  });

  it('a strict tier is as silent as stable there', () => {
    const question = new Question(layerOf({ x: new Float64Array(4).fill(3), epsilon: 0 }, 'f16'), 'train', plain);
    expect([...question.allowed('y', 'exact')]).toEqual(new Array(4).fill(Infinity));
    expect([...new Question(ordinary(random(3), 'f16'), 'train', plain).allowed('y', 'exact')]).toEqual(
      new Array(16).fill(0),
    );
  });
});
