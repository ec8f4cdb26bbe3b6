import type { Column } from '../exact/column.js';
import type { Format } from '../exact/format.js';
import { round } from '../exact/round.js';
import type { Desk } from './desk.js';
import { elementsOf } from './extent.js';
import type { Exact } from './rule.js';

/** Elements of a channel that are still to be settled: which, and what they are made of. */
export interface Open {
  readonly at: number[];
  readonly x: number[];
  readonly g: number[];
}

export const none = (): Open => ({ at: [], x: [], g: [] });

/** Opens element i; without a dy, as if it were 0. */
export function take({ at, x, g }: Open, i: number, v: number, w: number): void {
  at.push(i);
  x.push(v);
  g.push(w);
}

export function everything({ engine, x, g, m }: Desk): Open {
  const xs = elementsOf(engine, x);
  const gs = g.m === 0 ? null : elementsOf(engine, g);
  return {
    at: Array.from({ length: m }, (_, i) => i),
    x: [...xs],
    g: gs ? [...gs] : new Array<number>(m).fill(0),
  };
}

/** Those made of finite numbers, or the others. */
export function only({ at, x, g }: Open, finite: boolean): Open {
  const chosen = none();
  for (const [k, i] of at.entries()) if (Number.isFinite(x[k]! + 0 * g[k]!) === finite) take(chosen, i, x[k]!, g[k]!);
  return chosen;
}

/** The values rounded from the exact ones; those made of the same numbers are computed once. */
export function settled({ x, g }: Open, format: Format, exact: Exact): number[] {
  const index = new Map<number, Map<number, number>>();
  const distinct = none();
  const which = x.map((v, i) => {
    const w = g[i]!;
    let row = index.get(v);
    if (!row) index.set(v, (row = new Map()));
    let known = row.get(w);
    if (known === undefined) {
      row.set(w, (known = distinct.x.length));
      take(distinct, i, v, w);
    }
    return known;
  });
  const all: Column = exact(distinct.x, distinct.g);
  const values = distinct.x.map((_, i) => round(all, i, format));
  return which.map((i) => values[i]!);
}
