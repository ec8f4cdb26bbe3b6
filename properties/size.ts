import type { Layer } from '../src/run/layer.js';
import type { Terms } from '../src/run/property.js';
import type { Wish } from './layer.js';
import { between, pick, type Rng } from './random.js';

/** Samples, channels, and the extents of the position axes. */
export type Size = readonly [N: number, C: number, spatial: readonly number[]];

/** Mostly small and uneven; now and then, where the law wishes it, around the widths that kernels work in. */
export function sizes(rng: Rng, terms: Terms, wish: Wish): Size {
  const C = pick(rng, wish.several ? [1, 2, 2, 3] : [1, 2, 2, 3, 3, 3, 4, 5]);
  if (wish.size) {
    const higher = terms.ranks.filter((rank) => rank > 2);
    const [N, channels, S] = wish.size;
    return [N, channels, spread(S, S > 1 ? [pick(rng, higher)] : terms.ranks)];
  }
  if (wish.shape) {
    const [N, channels, ...spatial] = wish.shape;
    const S = spatial.reduce((a, b) => a * b, 1);
    if (terms.ranks.includes(spatial.length + 2)) return [N, channels, spatial];
    return terms.ranks.some((rank) => rank > 2) ? [N, channels, spread(S, terms.ranks)] : [N * S, channels, []];
  }
  if (wish.m !== undefined) return [wish.m, C, spread(1, terms.ranks)];
  if (wish.tails && between(rng, 0, 1) < 0.15) return tail(rng, terms.ranks);
  const rank = wish.flat && terms.ranks.includes(2) ? 2 : pick(rng, terms.ranks);
  const most = wish.several ? [1, 1, 2, 3] : rank >= 4 ? [1, 2, 3] : [1, 2, 3, 5, 7];
  const spatial = Array.from({ length: rank - 2 }, () => pick(rng, most));
  const S = spatial.reduce((a, b) => a * b, 1);
  const least = Math.max(wish.samples ?? 1, S === 1 && !wish.single ? 2 : 1);
  return [Math.max(least, pick(rng, wish.several ? [4, 5, 6] : [1, 2, 2, 3, 3, 4, 5, 7])), C, spatial];
}

/** A size next to a power of two, along one of the axes. */
function tail(rng: Rng, ranks: readonly number[]): Size {
  const around = pick(rng, [4, 8, 16, 32, 64, 128, 256]) + pick(rng, [-1, 0, 1]);
  const higher = ranks.filter((rank) => rank > 2);
  const kind = higher.length > 0 ? pick(rng, ['N', 'C', 'S', 'S']) : pick(rng, ['N', 'C']);
  const beside = higher.length > 0 ? pick(rng, [1, 1, 2, 9]) : 1;
  if (kind === 'N') return [around, pick(rng, [1, 2, 3, 6]), spread(beside, beside > 1 ? [pick(rng, higher)] : ranks)];
  if (kind === 'C') {
    const S = higher.length > 0 && around < 65 ? pick(rng, [1, 1, 4, 9]) : 1;
    return [pick(rng, around < 65 ? [2, 3, 8] : [2, 3]), around, spread(S, S > 1 ? [pick(rng, higher)] : ranks)];
  }
  return [pick(rng, [1, 2, 3, 9]), pick(rng, [1, 2, 3, 6]), spread(around, [pick(rng, higher)])];
}

/** So many positions in the lowest of these ranks that holds them, on axes as equal as the factors of S allow. */
export function spread(S: number, ranks: readonly number[]): number[] {
  const lowest = Math.min(...ranks.filter((rank) => S === 1 || rank > 2));
  if (!Number.isFinite(lowest)) return [];
  let rest = S;
  return Array.from({ length: lowest - 2 }, (_, axis) => {
    const extent = axis === lowest - 3 ? rest : nearRoot(rest, lowest - 2 - axis);
    rest /= extent;
    return extent;
  });
}

/** The least divisor of n that is not below its k-th root. */
function nearRoot(n: number, k: number): number {
  for (let extent = 1; extent < n; extent += 1) if (n % extent === 0 && extent ** k >= n) return extent;
  return n;
}

/** The layer in a rank that the target has, with further axes of length 1 if need be; null if its rank is too high. */
export function inRank(layer: Layer, ranks: readonly number[]): Layer | null {
  const rank = layer.spatial.length + 2;
  const higher = ranks.filter((other) => other >= rank);
  if (higher.length === 0) return null;
  const missing = Math.min(...higher) - rank;
  return missing === 0 ? layer : { ...layer, spatial: [...layer.spatial, ...Array.from({ length: missing }, () => 1)] };
}
