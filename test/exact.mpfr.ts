import * as gmp from 'gmp-wasm';

/** p, emin, emax of IEEE 754 and of bfloat16, written down here again so that the reference owes nothing to src/. */
export const grids = {
  f64: [53, -1022, 1023],
  f32: [24, -126, 127],
  f16: [11, -14, 15],
  bf16: [8, -126, 127],
} as const;
export type Grid = keyof typeof grids;

export const modes = { nearest: 0, up: 2, down: 3 } as const;
export type Mode = keyof typeof modes;

export interface Reference {
  /** (p + q sqrt(w)) / r in MPFR; the answer rounds that value once, in MPFR too, subnormals and overflow included. */
  value(p: bigint, q: bigint, w: bigint, r: bigint): (grid: Grid, mode: Mode) => number;
}

export async function reference(): Promise<Reference> {
  const { binding: m } = await gmp.init();
  const [widest, highest] = [m.mpfr_get_emin_min(), m.mpfr_get_emax_max()];
  const freely = () => [m.mpfr_set_emin(widest), m.mpfr_set_emax(highest)];
  freely();
  const z = m.mpz_t();
  m.mpz_init(z);
  const integer = (n: bigint) => {
    m.mpz_set_string(z, n.toString(16), 16);
    return z;
  };
  const x = m.mpfr_t();
  m.mpfr_init2(x, 64);
  const held = Object.fromEntries(
    Object.entries(grids).map(([grid, [p]]) => {
      const y = m.mpfr_t();
      m.mpfr_init2(y, p);
      return [grid, y];
    }),
  );
  return {
    value(p, q, w, r) {
      // Brought over the finest denominator 2^1076 r, value minus grid point (or midpoint) is an A + B sqrt(w), and if it
      // is not zero |A + B sqrt(w)| >= 1 / (|A| + |B| sqrt(w)): so this many bits tell them apart.
      const length = [p, q, w, r].reduce((sum, n) => sum + n.toString(2).length, 0);
      m.mpfr_set_prec(x, 2 * length + 2400);
      m.mpfr_set_z(x, integer(w), 0);
      m.mpfr_sqrt(x, x, 0);
      m.mpfr_mul_z(x, x, integer(q), 0);
      m.mpfr_add_z(x, x, integer(p), 0);
      m.mpfr_div_z(x, x, integer(r), 0);
      return (grid, mode) => {
        const [precision, emin, emax] = grids[grid];
        const [y, rnd] = [held[grid]!, modes[mode]];
        let ternary = m.mpfr_set(y, x, rnd);
        // MPFR's significands lie in [1/2, 1).
        m.mpfr_set_emin(emin - precision + 2);
        m.mpfr_set_emax(emax + 1);
        ternary = m.mpfr_check_range(y, ternary, rnd);
        m.mpfr_subnormalize(y, ternary, rnd);
        const rounded = m.mpfr_get_d(y, 0);
        freely();
        return rounded;
      };
    },
  };
}
