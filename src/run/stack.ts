import { named } from '../formula/ast.js';
import { enclosures } from '../formula/enclose.js';
import type { Ranges } from '../formula/interval.js';
import type { Shape } from '../formula/shape.js';
import { shapeOf } from './layer.js';
import type { Reference } from './reference.js';

/** What the specification says of a name in one layer, as ranges. */
export const enclosed = (of: Reference, name: string): Ranges =>
  of.given(name) ?? enclosures(of.formulas, shapeOf(of.layer), (symbol) => of.given(symbol))(named(name));

/** Per-channel ranges one above the other, along the axis of samples. */
export function stack(rows: readonly Ranges[]): Ranges {
  const C = rows[0]!.shape[1];
  const shape: Shape = [rows.length, C, 1];
  const of = (end: 'lo' | 'hi'): Float64Array => Float64Array.from(rows.flatMap((row) => [...row[end]]));
  return { shape, lo: of('lo'), hi: of('hi') };
}
