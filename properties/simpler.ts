import type { Layer } from '../src/run/layer.js';
import type { Terms } from '../src/run/property.js';
import { inRank } from './size.js';

/** What a law cannot do without while its case shrinks. */
interface Kept {
  readonly samples: number;
  /** Per channel: one alone is a corner of its own. */
  readonly elements: number;
  readonly terms: Pick<Terms, 'layouts' | 'ranks'>;
}

/**
 * Simpler layers than this one, boldest first: fewer channels, samples, positions; then short numbers. Parameters go
 * to telling values (gamma 2, beta 3, alpha and epsilon 1/4), never to 0 or 1, which would shrink the mistake away.
 * Every candidate costs less than its origin, so shrinking ends.
 */
export function* simpler(layer: Layer, kept: Kept): Generator<Layer> {
  const limit = price(layer);
  for (const candidate of smaller(layer, kept)) {
    const next = inRank(candidate, kept.terms.ranks);
    const enough = next !== null && next.x.length / next.C >= kept.elements;
    if (enough && (price(next) < limit || next.layout !== layer.layout)) yield next;
  }
  yield* parameters(layer);
  for (const name of ['x', 'dy', 'vx'] as const) yield* numbers(layer, name);
}

function* smaller(layer: Layer, kept: Kept): Generator<Layer> {
  const S = layer.spatial.reduce((a, b) => a * b, 1);
  if (layer.C > 1) for (let c = 0; c < Math.min(layer.C, 8); c += 1) yield slice(layer, range(layer.N), [c], range(S));
  if (layer.C > 1) yield slice(layer, range(layer.N), range(Math.ceil(layer.C / 2)), range(S));
  if (layer.N > kept.samples) {
    const half = Math.max(kept.samples, Math.ceil(layer.N / 2));
    if (half < layer.N) {
      yield slice(layer, range(half), range(layer.C), range(S));
      yield slice(layer, range(layer.N).slice(-half), range(layer.C), range(S));
    }
    for (const n of range(Math.min(layer.N, 8))) yield slice(layer, without(layer.N, n), range(layer.C), range(S));
  }
  if (layer.spatial.length > 1) yield { ...layer, spatial: [S] };
  if (layer.spatial.length === 1 && S === 1) yield { ...layer, spatial: [] };
  if (S > 1) {
    yield slice(layer, range(layer.N), range(layer.C), range(Math.ceil(S / 2)));
    yield slice(layer, range(layer.N), range(layer.C), range(S).slice(-Math.ceil(S / 2)));
    for (const s of range(Math.min(S, 8))) yield slice(layer, range(layer.N), range(layer.C), without(S, s));
  }
  if (layer.C > 2) yield slice(layer, range(layer.N), range(layer.C - 1), range(S));
  if (layer.layout !== 'channels_first' && kept.terms.layouts.includes('channels_first'))
    yield { ...layer, layout: 'channels_first' };
}

const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i);
const without = (n: number, gone: number): number[] => range(n).filter((i) => i !== gone);

/** The layer on some of its samples, channels and positions. */
export function slice(
  layer: Layer,
  samples: readonly number[],
  channels: readonly number[],
  places: readonly number[],
): Layer {
  const S = layer.spatial.reduce((a, b) => a * b, 1);
  const data = (values: Float64Array): Float64Array =>
    Float64Array.from(
      samples.flatMap((n) => channels.flatMap((c) => places.map((s) => values[(n * layer.C + c) * S + s]!))),
    );
  const each = (values: Float64Array | null): Float64Array | null =>
    values && Float64Array.from(channels, (c) => values[c]!);
  const spatial =
    places.length === S ? layer.spatial : places.length === 1 && layer.spatial.length === 0 ? [] : [places.length];
  return {
    ...layer,
    N: samples.length,
    C: channels.length,
    spatial,
    x: data(layer.x),
    dy: data(layer.dy),
    gamma: each(layer.gamma),
    beta: each(layer.beta),
    running_mean: each(layer.running_mean),
    running_var: each(layer.running_var),
    ...(layer.vx ? { vx: data(layer.vx), vgamma: each(layer.vgamma ?? null), vbeta: each(layer.vbeta ?? null) } : {}),
  };
}

/** How much there is to read in a number. */
const cost = (v: number): number =>
  v === 0
    ? 0
    : !Number.isFinite(v)
      ? 1
      : Number.isInteger(v) && Math.abs(v) < 1e6
        ? 1 + Math.log2(1 + Math.abs(v)) + (v < 0 ? 0.5 : 0)
        : 20 + String(v).length;

const telling = {
  ...{ gamma: 2, beta: 3, running_mean: 1, running_var: 4, vgamma: 5, vbeta: 7 },
  ...{ epsilon: 0.25, alpha: 0.25 },
} as const;
const perChannel = ['gamma', 'beta', 'running_mean', 'running_var', 'vgamma', 'vbeta'] as const;

function* parameters(layer: Layer): Generator<Layer> {
  for (const name of perChannel) {
    const values = layer[name];
    if (values?.some((v) => v !== telling[name])) {
      yield { ...layer, [name]: values.map(() => telling[name]) };
      for (let c = 0; c < Math.min(values.length, 4); c += 1) {
        if (values[c] === telling[name]) continue;
        for (const v of shorter(values[c]!)) if (v !== 0 && v !== 1) yield { ...layer, [name]: values.with(c, v) };
      }
    }
  }
  for (const name of ['epsilon', 'alpha'] as const)
    if (layer[name] !== telling[name] && layer[name] !== 0 && layer[name] !== 1)
      yield { ...layer, [name]: telling[name] };
  for (const count of [0, 1]) if (layer.count !== null && layer.count > count) yield { ...layer, count };
}

function* numbers(layer: Layer, name: 'x' | 'dy' | 'vx'): Generator<Layer> {
  const values = layer[name];
  if (!values) return;
  const replaced = (change: (v: number) => number): Layer | null => {
    const next = values.map(change);
    const [before, after] = [total(values), total(next)];
    return after < before ? { ...layer, [name]: next } : null;
  };
  const scale = Math.max(...Array.from(values.subarray(0, 4096), Math.abs));
  const eighths = (v: number): number => (scale > 0 && scale < Infinity ? Math.round((8 * v) / scale) : v);
  const bold = [() => 0, Math.sign, Math.round, eighths, (v: number) => Math.round(8 * v) / 8];
  for (const change of bold) {
    const next = replaced(change);
    if (next) yield next;
  }
  if (values.length > 64) return;
  for (let i = 0; i < values.length; i += 1)
    for (const v of shorter(values[i]!)) yield { ...layer, [name]: values.with(i, v) };
}

/** What there is to read in a layer: first how much, then how long. */
export const price = (layer: Layer): number =>
  1e6 * (layer.x.length + layer.spatial.length) +
  total(layer.x) +
  total(layer.dy) +
  [layer.vx, ...perChannel.map((name) => layer[name])].reduce((sum, v) => sum + (v ? total(v) : 0), 0);

const total = (values: Float64Array): number => values.reduce((sum, v) => sum + cost(v), 0);

/** Shorter numbers near this one. */
function* shorter(v: number): Generator<number> {
  const seen = new Set<number>([v]);
  for (const next of [0, 1, Math.sign(v), Math.round(v), Math.trunc(v / 2), Math.round(4 * v) / 4]) {
    if (seen.has(next) || cost(next) >= cost(v)) continue;
    seen.add(next);
    yield next;
  }
}
