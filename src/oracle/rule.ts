import type { Column } from '../exact/column.js';
import type { Engine } from './engine.js';
import type { Pairs } from './pairwise.js';

/** Where one piece of a channel lies in the engine's memory: arrays of f32, and room for the list of missed blocks. */
export interface Piece {
  readonly blocks: number;
  readonly x: number;
  readonly g: number;
  readonly to: number;
  readonly out: number;
}

/** Exact values of some elements of x and dy. */
export type Exact = (x: readonly number[], g: readonly number[]) => Column;
/** One element out of those of x and dy, in doubles as IEEE 754 has them. */
export type Plain = (x: number, g: number) => number;

/** How the elements of one channel are made. `odd` is for those of x and dy that are not finite, where some are. */
export type Rule =
  /** All alike. */
  | { readonly is: 'same'; readonly value: number }
  /** Without an exact value. */
  | { readonly is: 'plain'; readonly of: Plain }
  | { readonly is: 'exact'; readonly exact: Exact; readonly odd?: Plain }
  | {
      readonly is: 'fast';
      /** The kernel; returns the number of blocks it missed. */
      run(engine: Engine, piece: Piece): number;
      /** Bounds of one element, tighter than those of the whole channel; null where there are none. */
      readonly bounds: ((x: number, g: number) => readonly [low: number, high: number]) | null;
      /** The kernels of the next tier; null where there is none. */
      pairs(): Pairs | null;
      readonly exact: Exact;
      readonly odd?: Plain;
    };
