import type { Cell, Extreme, Figure } from './report.js';
import type { Spread } from './spread.js';

/** So many powers of 4 of m, and of 8 of kappa, have cells of their own; what is beyond is in the last. */
const [lengths, conditions] = [9, 17];

/** The figure of one answer to a case of a law. */
export const figure = (law: string, index: number, { dtype, m, channels, ...counts }: Spread): Figure => ({
  ...counts,
  worst: channels.map((one) => ({ law, case: index, dtype, m, ...one })),
  cells: channels.map(({ kappa, budget, ulps }) => ({
    m: 4 ** Math.min(lengths, Math.floor(Math.log2(m) / 2)),
    kappa: kappa === null ? null : 8 ** Math.min(conditions, Math.floor(Math.log2(kappa) / 3)),
    ...{ channels: 1, budget, ulps },
  })),
});

/** So many of the worst channels are kept of an output. */
const kept = 8;

/**
 * Figures of the same output as one. In whatever order and grouping parts of a run are joined, the same comes of it: counts
 * add up, of every cell the largest errors remain, and the worst channels are those of all, at most one of a law.
 */
export function joined(figures: readonly Figure[]): Figure[] {
  const byOutput = new Map<string, Figure[]>();
  for (const figure of figures) {
    const of = `${figure.op} ${figure.output}`;
    const group = byOutput.get(of);
    if (group) group.push(figure);
    else byOutput.set(of, [figure]);
  }
  return [...byOutput.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, group]) => one(group));
}

const one = (group: readonly Figure[]): Figure => ({
  op: group[0]!.op,
  output: group[0]!.output,
  budgets: sums(group.map(({ budgets }) => budgets)),
  ulps: sums(group.map(({ ulps }) => ulps)),
  worst: foremost(group.flatMap(({ worst }) => worst)),
  cells: together(group.flatMap(({ cells }) => cells)),
});

const sums = (all: readonly (readonly number[])[]): number[] =>
  all[0]!.map((_, i) => all.reduce((sum, counts) => sum + counts[i]!, 0));

/** The worst of every law, the worst of them first. */
function foremost(all: readonly Extreme[]): Extreme[] {
  const byLaw = new Map<string, Extreme>();
  for (const one of all) {
    const other = byLaw.get(one.law);
    if (!other || before(one, other) < 0) byLaw.set(one.law, one);
  }
  return [...byLaw.values()].sort(before).slice(0, kept);
}

/** Below 0 where `a` used more of its bound than `b`, or as much and errs more; no two channels of a run are equal. */
const before = (a: Extreme, b: Extreme): number =>
  b.budget - a.budget ||
  b.ulps - a.ulps ||
  (a.law === b.law ? 0 : a.law < b.law ? -1 : 1) ||
  a.case - b.case ||
  a.channel - b.channel;

/** Cells of one place as one, in the order of m and of kappa. */
function together(cells: readonly Cell[]): Cell[] {
  const byPlace = new Map<number, { -readonly [K in keyof Cell]: Cell[K] }>();
  for (const cell of cells) {
    const place = placeOf(cell);
    const one = byPlace.get(place);
    if (!one) byPlace.set(place, { ...cell });
    else {
      one.channels += cell.channels;
      one.budget = Math.max(one.budget, cell.budget);
      one.ulps = Math.max(one.ulps, cell.ulps);
    }
  }
  return [...byPlace.values()].sort((a, b) => placeOf(a) - placeOf(b));
}

const placeOf = ({ m, kappa }: Cell): number => Math.log2(m) * 100 + (kappa === null ? 99 : Math.log2(kappa));
