/** The binary formats that are judged. Each is a subset of f64, so a value of any of them is held exactly in a `number`. */
export type Format = 'f64' | 'f32' | 'f16' | 'bf16';

/** A normal value is n * 2^(e - p + 1) with 2^(p-1) <= n < 2^p and emin <= e <= emax; below 2^emin the quantum stays. */
export interface FormatSpec {
  /** Bits of the significand, the leading one included. */
  readonly p: number;
  readonly emin: number;
  readonly emax: number;
  /** Size of one value in memory. */
  readonly bytes: number;
  /** The largest finite value. */
  readonly max: number;
  /** The least positive (subnormal) value. */
  readonly tiny: number;
}

export const formats: Readonly<Record<Format, FormatSpec>> = {
  f64: spec(53, -1022, 1023, 8),
  f32: spec(24, -126, 127, 4),
  f16: spec(11, -14, 15, 2),
  bf16: spec(8, -126, 127, 2),
};

function spec(p: number, emin: number, emax: number, bytes: number): FormatSpec {
  return { p, emin, emax, bytes, max: (2 - 2 ** (1 - p)) * 2 ** emax, tiny: 2 ** (emin - p + 1) };
}
