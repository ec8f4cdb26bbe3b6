import { roundTo } from '../exact/grid.js';
import type { Dtype } from '../wire/tensor.js';

/**
 * The arithmetic of one accumulation format: every operation rounds to nearest, ties to even.
 * Operands are values of the format, held in f64. For f32 the f64 operation followed by one rounding is the true f32
 * operation (53 >= 2*24 + 2 bits: S. A. Figueroa, "When is double rounding innocuous?", 1995), and for f16 all the more.
 */
export interface Arithmetic {
  round(a: number): number;
  add(a: number, b: number): number;
  subtract(a: number, b: number): number;
  multiply(a: number, b: number): number;
  divide(a: number, b: number): number;
  sqrt(a: number): number;
}

// Classes, not object literals: V8 inlines a call on one of two shapes, but not one of two function values.

class Single implements Arithmetic {
  round(a: number) {
    return Math.fround(a);
  }
  add(a: number, b: number) {
    return Math.fround(a + b);
  }
  subtract(a: number, b: number) {
    return Math.fround(a - b);
  }
  multiply(a: number, b: number) {
    return Math.fround(a * b);
  }
  divide(a: number, b: number) {
    return Math.fround(a / b);
  }
  sqrt(a: number) {
    return Math.fround(Math.sqrt(a));
  }
}

class Double implements Arithmetic {
  round(a: number) {
    return a;
  }
  add(a: number, b: number) {
    return a + b;
  }
  subtract(a: number, b: number) {
    return a - b;
  }
  multiply(a: number, b: number) {
    return a * b;
  }
  divide(a: number, b: number) {
    return a / b;
  }
  sqrt(a: number) {
    return Math.sqrt(a);
  }
}

class Half implements Arithmetic {
  round(a: number) {
    return roundTo(a, 'f16');
  }
  add(a: number, b: number) {
    return roundTo(a + b, 'f16');
  }
  subtract(a: number, b: number) {
    return roundTo(a - b, 'f16');
  }
  multiply(a: number, b: number) {
    return roundTo(a * b, 'f16');
  }
  divide(a: number, b: number) {
    return roundTo(a / b, 'f16');
  }
  sqrt(a: number) {
    return roundTo(Math.sqrt(a), 'f16');
  }
}

/** Too short for statistics: no right kernel here sums in it. */
export const half: Arithmetic = new Half();
export const single: Arithmetic = new Single();
export const double: Arithmetic = new Double();

/** What a kernel accumulates in when x is stored in `dtype`: f64 for f64, else f32. Parameters have this format too. */
export function accumulation(dtype: Dtype): { readonly format: 'f64' | 'f32'; readonly arithmetic: Arithmetic } {
  return dtype === 'f64' ? { format: 'f64', arithmetic: double } : { format: 'f32', arithmetic: single };
}
