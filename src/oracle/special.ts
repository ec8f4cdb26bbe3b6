import type { Desk } from './desk.js';
import type { Affine } from './exact.js';
import { elementsOf } from './extent.js';
import type { Rule } from './rule.js';

/** The gradients of a channel that no exact number describes: NaN, infinities, divisions by 0. */
export interface Special {
  readonly dx: Rule;
  readonly dgamma: number;
  readonly dbeta: number;
}

/** By the rules of IEEE 754, as the formulas are written; `frozen` where the statistics do not depend on x. */
export function special(desk: Desk, mean: number, s: number, { gamma }: Affine, frozen: boolean): Special {
  const { engine, m } = desk;
  const [xs, gs] = [elementsOf(engine, desk.x), elementsOf(engine, desk.g)];
  let [dgamma, dbeta] = [0, 0];
  for (let i = 0; i < m; i++) {
    const g = gs[i]!;
    dbeta += g;
    dgamma += g * ((xs[i]! - mean) / s);
  }
  const of = frozen
    ? (_: number, g: number) => (gamma / s) * g
    : (x: number, g: number) => (gamma / s) * (g - dbeta / m - (((x - mean) / s) * dgamma) / m);
  return { dx: { is: 'plain', of }, dgamma, dbeta };
}
