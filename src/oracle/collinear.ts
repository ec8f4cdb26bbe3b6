import type { Desk } from './desk.js';
import { elementsOf } from './extent.js';
import { product, sum } from './pair.js';

/**
 * Whether dy is a + b x on the whole channel, exactly; false also where differences need more bits than a double has.
 * Without an epsilon such a dy has no gradient at all, which no bound on errors can tell from a small one.
 */
export function collinear({ engine, x, g }: Desk): boolean {
  const [xs, gs] = [elementsOf(engine, x), elementsOf(engine, g)];
  if (gs.every((w, i) => w === xs[i])) return true;
  const other = xs.findIndex((v) => v !== xs[0]);
  if (other < 0) return false;
  const [run, rest] = sum(xs[other]!, -xs[0]!);
  const [rise, left] = sum(gs[other]!, -gs[0]!);
  if (rest !== 0 || left !== 0) return false;
  return gs.every((w, i) => {
    const [up, lostUp] = sum(w, -gs[0]!);
    const [along, lostAlong] = sum(xs[i]!, -xs[0]!);
    if (lostUp !== 0 || lostAlong !== 0 || !held(up, run) || !held(along, rise)) return false;
    const [a, b] = [product(up, run), product(along, rise)];
    return a[0] === b[0] && a[1] === b[1];
  });
}

/** Whether a product is exact in a pair: neither too large to be cut in halves nor too small for all its bits. */
function held(a: number, b: number): boolean {
  const size = Math.abs(a * b);
  return a === 0 || b === 0 || (size > 2 ** -900 && Math.max(size, Math.abs(a), Math.abs(b)) < 2 ** 900);
}
