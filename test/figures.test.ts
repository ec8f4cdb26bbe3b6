import { describe, expect, test } from 'vitest';
import { builtins } from '../src/builtin/catalogue.js';
import { Answered } from '../src/run/answer.js';
import { figure, joined } from '../src/run/figures.js';
import type { Layer } from '../src/run/layer.js';
import { budgetEdges, type Figure, ulpEdges } from '../src/run/report.js';
import { gathering, type Spread } from '../src/run/spread.js';
import { layerOf } from './acceptance.case.js';
import { random } from './exact.random.js';
import { asked, judged, verdict } from './judging.js';

const answered = (layer: Layer, output = 'y', values = new Float64Array(layer.x.length)): Answered =>
  new Answered({ layer, op: 'train', reference: null as never }, output, values);

describe('gathering', () => {
  /** Two samples, two channels: 1 and 3 (mean 2, deviation 1), and the constant 5. */
  const layer = layerOf({ x: Float64Array.of(1, 5, 3, 5) }, 'f32', 2);

  test('counts elements between the edges, and keeps the worst of every channel with its kappa', () => {
    const own = gathering(answered(layer));
    own.add(0, 0, 0.5);
    own.add(1, 1 / 64, 0.75);
    own.add(2, 0.75, 3);
    own.add(3, Number.NaN, Number.NaN);
    const [{ channels, budgets, ulps, m }] = own.spread() as [Spread];
    expect(budgets).toEqual([1, 1, 0, 0, 0, 0, 0, 1, 1]);
    expect(ulps).toEqual([1, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
    expect(m).toBe(2);
    expect(channels).toEqual([
      { channel: 0, budget: 0.75, ulps: 3, kappa: Math.sqrt(5) },
      { channel: 1, budget: Number.MAX_VALUE, ulps: Number.MAX_VALUE, kappa: null },
    ]);
  });

  test('of nothing that was compared is nothing', () => {
    expect(gathering(answered(layer)).spread()).toEqual([]);
  });

  test('finds the channel that was asked where elements stand in another order', () => {
    const turned = answered(layer).pick([2, 2, 1], (n, c, s) => [n, 1 - c, s]);
    const own = gathering(turned);
    own.add(0, 0.5, 1);
    expect(own.spread()[0]!.channels.map(({ channel }) => channel)).toEqual([1]);
  });
});

describe('figures are joined in any order and grouping to the same', () => {
  const from = random(3);
  const some = (law: string, index: number): Figure => {
    const output = ['y', 'mean'][from.whole(0, 1)]!;
    const own = gathering(
      answered(layerOf({ x: Float64Array.of(1, 5, 3, 4) }, 'f32', 2), output, new Float64Array(output === 'y' ? 4 : 2)),
    );
    for (let i = 0; i < 2; i += 1) own.add(i, from.whole(0, 9) / 8, from.whole(0, 40) / 8);
    return figure(law, index, { ...own.spread()[0]!, m: from.whole(1, 5_000_000) });
  };
  const all = Array.from({ length: 60 }, (_, i) => some(`forward.law-${i % 12}`, i));
  const whole = joined(all);

  test('whatever the order', () => {
    expect(joined(all.toReversed())).toEqual(whole);
    expect(whole.map(({ output }) => output)).toEqual(['mean', 'y']);
  });

  test('whatever the grouping', () => {
    for (const cut of [1, 17, 40])
      expect(joined([...joined(all.slice(cut)), ...joined(all.slice(0, cut))])).toEqual(whole);
  });

  test('a journal keeps them', () => {
    expect(joined(JSON.parse(JSON.stringify(all)))).toEqual(whole);
  });

  test('and hold little: at most 190 cells, the worst of eight laws', () => {
    for (const { cells, worst, budgets, ulps } of whole) {
      expect(new Set(cells.map(({ m, kappa }) => `${m} ${kappa}`)).size).toBe(cells.length);
      expect(Math.max(...cells.map(({ m }) => m))).toBeLessThanOrEqual(4 ** 9);
      expect(new Set(worst.map(({ law }) => law)).size).toBe(8);
      expect(worst.map(({ budget }) => budget)).toEqual(worst.map(({ budget }) => budget).toSorted((a, b) => b - a));
      expect([budgets.length, ulps.length]).toEqual([budgetEdges.length + 1, ulpEdges.length + 1]);
    }
    const counted = (of: readonly Figure[]) => of.flatMap(({ budgets }) => budgets).reduce((sum, n) => sum + n, 0);
    expect(counted(whole)).toBe(counted(all));
  });
});

describe('the figures of a law', async () => {
  const of = await judged(builtins['two-pass']!, 'torch', ['f32', 'bf16']);
  const laws = asked(of).filter(({ id }) => ['forward.output', 'backward.dx', 'state.sequence'].includes(id));

  test.each(laws.map((law) => [law.id, law] as const))(
    '%s say what its worst is, of every element that was compared',
    async (_, law) => {
      const { figures, worst, cases, elements, notCheckable } = await verdict(law, of);
      const cells = figures.flatMap((one) => one.cells);
      expect(Math.max(...cells.map(({ budget }) => budget))).toBe(worst!.budget);
      expect(Math.max(...cells.map(({ ulps }) => ulps))).toBe(worst!.ulps);
      expect(worst!.ulps).toBeGreaterThan(0.5);
      const counted = figures.flatMap(({ budgets }) => budgets).reduce((sum, n) => sum + n, 0);
      expect(counted).toBe(elements - notCheckable);
      expect(figures.flatMap((one) => one.worst).every((one) => one.law === law.id && one.case < cases)).toBe(true);
    },
  );
});
