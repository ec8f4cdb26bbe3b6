/**
 * The order of a reduction over items 0 .. m - 1: `leaf` reduces the items lo .. hi - 1 one after the other, `merge`
 * joins two neighbouring results.
 */
export type Order = <T>(m: number, leaf: (lo: number, hi: number) => T, merge: (left: T, right: T) => T) => T;

/** One chain of m - 1 steps, as a plain loop does it. */
export const sequential: Order = (m, leaf) => leaf(0, m);

/** Leaves of `block` items under a balanced tree. */
const tree =
  (block: number): Order =>
  (m, leaf, merge) => {
    const reduce = (lo: number, hi: number): ReturnType<typeof leaf> => {
      if (hi - lo <= block) return leaf(lo, hi);
      const middle = lo + block * Math.ceil((hi - lo) / block / 2);
      return merge(reduce(lo, middle), reduce(middle, hi));
    };
    return reduce(0, m);
  };

/**
 * Leaves of 1024 items: no item passes through more than 1023 + ceil(log2(m/1024)) steps, so the error hardly grows
 * with the batch.
 */
export const blocked = tree(1024);

/** Leaves of 8 items: the error hardly grows at all. */
export const pairwise = tree(8);
