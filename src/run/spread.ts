import { channel } from './accuracy.js';
import { type Answered, perElement } from './answer.js';
import { elements, type Layer, type Op, positions } from './layer.js';
import { budgetEdges, ulpEdges } from './report.js';

/** How one answer lies within its bounds, as plain data: counts of elements, and the largest errors of each channel. */
export interface Spread {
  readonly op: Op;
  readonly output: string;
  readonly dtype: string;
  readonly m: number;
  /** Elements between the edges of the report's figures, and beyond the last. */
  readonly budgets: readonly number[];
  readonly ulps: readonly number[];
  readonly channels: readonly {
    readonly channel: number;
    readonly budget: number;
    readonly ulps: number;
    readonly kappa: number | null;
  }[];
}

/** Gathers element by element; nothing that it gives keeps the answer. */
export interface Gathering {
  /** Element `i`: the share of its bound that it used, and its error in ulps. NaN counts as beyond any. */
  add(i: number, budget: number, ulps: number): void;
  spread(): Spread[];
}

export function gathering({ exchange, output, places, shape, values }: Answered): Gathering {
  const { layer, op } = exchange;
  const [, C, S] = shape;
  const [width, length] = perElement(output) ? [layer.C, positions(layer)] : [layer.C, 1];
  const budgets = new Array<number>(budgetEdges.length + 1).fill(0);
  const ulps = new Array<number>(ulpEdges.length + 1).fill(0);
  // -1: no element of the channel was compared
  const used = new Float64Array(places ? width : C).fill(-1);
  const erred = new Float64Array(used.length);
  return {
    add(i, budget, error) {
      const share = finite(budget);
      const off = finite(error);
      budgets[between(share, budgetEdges)]! += 1;
      ulps[between(off, ulpEdges)]! += 1;
      const c = places ? Math.floor(places[i]! / length) % width : Math.floor(i / S) % C;
      if (share > used[c]!) used[c] = share;
      if (off > erred[c]!) erred[c] = off;
    },
    spread() {
      const own = Array.from(used, (budget, c) => ({
        channel: c,
        budget,
        ulps: erred[c]!,
        kappa: null as number | null,
      }));
      const channels = own.filter(({ budget }) => budget >= 0);
      if (values.length === 0 || channels.length === 0) return [];
      for (const one of channels) one.kappa = one.channel < layer.C ? condition(layer, one.channel) : null;
      return [{ op, output, dtype: layer.dtype, m: elements(layer), budgets, ulps, channels }];
    },
  };
}

/** How many edges lie below a value: most values lie below the first. */
function between(value: number, edges: readonly number[]): number {
  let k = 0;
  while (k < edges.length && value > edges[k]!) k += 1;
  return k;
}

/** JSON has neither NaN nor infinity, and a picture needs no more than the largest number. */
const finite = (value: number): number => (value < Number.MAX_VALUE ? value : Number.MAX_VALUE);

/** What lies in some channels after others of the same answers, clause by clause, as if judged together. */
export const beside = (some: readonly Spread[], others: readonly Spread[]): Spread[] =>
  some.map((one, k) => {
    const other = others[k];
    if (!other) return one;
    const sum = (a: readonly number[], b: readonly number[]): number[] => a.map((count, i) => count + b[i]!);
    const [budgets, ulps] = [sum(one.budgets, other.budgets), sum(one.ulps, other.ulps)];
    return { ...one, budgets, ulps, channels: [...one.channels, ...other.channels] };
  });

const known = new WeakMap<Layer, (number | null | undefined)[]>();

/**
 * kappa, the condition number of a variance: sqrt(1 + mu^2 / sigma2) of the batch, in float64, which is near enough for a
 * picture. Null for a channel that is constant or not finite.
 */
function condition(layer: Layer, c: number): number | null {
  let byChannel = known.get(layer);
  if (!byChannel) known.set(layer, (byChannel = []));
  let found = byChannel[c];
  if (found === undefined) byChannel[c] = found = measured(channel(layer, layer.x, c));
  return found;
}

/** Measured from the first element on, so that a constant has no variance at all. */
function measured(x: Float64Array): number | null {
  const first = x[0]!;
  let sum = 0;
  let squares = 0;
  for (let i = 0; i < x.length; i += 1) {
    const off = x[i]! - first;
    sum += off;
    squares += off * off;
  }
  const shift = sum / x.length;
  const kappa = Math.hypot(1, (first + shift) / Math.sqrt(squares / x.length - shift * shift));
  return Number.isFinite(kappa) ? kappa : null;
}
