import type { Layer } from './layer.js';
import type { Grid, Terms } from './property.js';

/** Elements per channel, and how many deviations the mean lies away from 0: what tells textbook kernels apart. */
const plan = [
  [5, 0],
  [4, 300],
  [16, 1000],
  [7, 3000],
  [31, 1],
  [60, 10],
] as const;

/** One long sum, in one dtype. */
const long = [512, 1] as const;

const wanted = 24;
const C = 3;

/** The layers that a target and the panel are compared on; the same for a seed. */
export function panelCases({ dtypes, layouts, ranks }: Terms, seed: number): Layer[] {
  const from = stream(seed);
  const rounds = Math.max(1, Math.round(wanted / (plan.length * dtypes.length)));
  const sizes = dtypes.flatMap((format) =>
    Array.from({ length: rounds }, () => plan.map((size) => ({ format, size }))).flat(),
  );
  const wide = dtypes.find(({ data }) => data.name === 'f32') ?? dtypes[0];
  const all = wide ? [...sizes, { format: wide, size: long }] : [];
  return all.map(({ format, size: [m, kappa] }, i) => {
    const rank = ranks[i % ranks.length]!;
    const S = rank > 2 ? leastFactor(m) : 1;
    const spatial = Array.from({ length: rank - 2 }, (_, axis) => (axis === 0 ? S : 1));
    const place = { N: m / S, C, spatial, layout: layouts[i % layouts.length]! };
    return { ...place, ...drawn([m, S, kappa], format, from) };
  });
}

type Drawn = Omit<Layer, 'N' | 'C' | 'spatial' | 'layout'>;

function drawn(
  [m, S, most]: readonly [number, number, number],
  { data, param }: Terms['dtypes'][number],
  from: () => number,
): Drawn {
  // Beyond this the data would be a handful of grid points.
  const kappa = Math.min(most, 2 ** (data.p - 4));
  const normal = (): number => Array.from({ length: 12 }, from).reduce((sum, v) => sum + v, -6);
  const deviation = [1, 2, 0.5];
  const mean = [kappa, -2 * kappa, kappa / 4];
  const channels = (value: (c: number) => number, { round }: Grid): Float64Array =>
    Float64Array.from({ length: C }, (_, c) => round(value(c)));
  const elements = (value: (c: number) => number): Float64Array =>
    Float64Array.from({ length: m * C }, (_, i) => data.round(value(Math.floor(i / S) % C)));
  return {
    ...{ dtype: data.name, param: param.name, epsilon: 2 ** -10, alpha: 0.25, count: null },
    x: elements((c) => mean[c]! + deviation[c]! * normal()),
    dy: elements((c) => normal() + 0.5 - c / 4),
    gamma: channels((c) => 1.5 - c + normal() / 4, param),
    beta: channels((c) => c - 0.75 + normal() / 4, param),
    running_mean: channels((c) => mean[c]! + deviation[c]! * normal(), param),
    running_var: channels((c) => deviation[c]! ** 2 * (0.5 + from()), param),
  };
}

function leastFactor(m: number): number {
  for (let factor = 2; factor * factor <= m; factor += 1) if (m % factor === 0) return factor;
  return m;
}

/** Uniform in [0, 1): mulberry32, which is the same everywhere. */
function stream(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
