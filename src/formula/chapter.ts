import type { Axis } from './shape.js';

/** One formula: its text, its sentence, what its sums run over (per channel unless said), where it comes from. */
export interface Formula {
  readonly is: string;
  readonly says: string;
  readonly over?: readonly Axis[];
  readonly source?: string;
}

/** A chapter of the specification: formulas by name, read top to bottom. */
export type Chapter = Readonly<Record<string, Formula>>;
