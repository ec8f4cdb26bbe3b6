/** What a call did to be exact; a report can quote it. */
export interface Certificate {
  /** Elements given. */
  elements: number;
  /** Blocks of four elements in which a bound on the error in f64 did not settle the rounding of each. */
  missed: number;
  /** Elements that no floating-point bound settled: computed in integers. */
  exact: number;
  /** Segments of 2^9 elements whose sums needed more than one grid. */
  slow: number;
  /** Channels whose every element was computed in integers: their constants are beyond what f64 can tell. */
  exactChannels: number;
  /** Channels that hold NaN or an infinity, or divide by 0: by the rules of IEEE 754. */
  special: number;
}

/** Of two calls. */
export const plus = (a: Certificate, b: Certificate): Certificate => {
  const sum = { ...a };
  for (const key of Object.keys(sum) as (keyof Certificate)[]) sum[key] += b[key];
  return sum;
};

export const blank = (): Certificate => ({ elements: 0, missed: 0, exact: 0, slow: 0, exactChannels: 0, special: 0 });
