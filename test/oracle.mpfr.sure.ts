import * as gmp from 'gmp-wasm';
import { type Grid, grids } from './exact.mpfr.js';
import { type Channel, outputs, type Real } from './oracle.mpfr.js';

/** A rounded value; undefined where the bits at hand do not tell which it is. */
export type Sure = (channel: Channel, round: (output: string) => Grid) => Record<string, (number | undefined)[]>;

const nearest = 0;
/** The exponent of zero. */
const nothing = -(2 ** 30);

/**
 * MPFR at a few hundred bits, every number with a bound on its error: many times as fast as enough bits for every case, and
 * where the error may change the rounding (ties, sums that come to zero) it says so.
 */
export async function surely(bits: number): Promise<Sure> {
  const { binding: m } = await gmp.init();
  m.mpfr_set_emin(m.mpfr_get_emin_min());
  m.mpfr_set_emax(m.mpfr_get_emax_max());
  const pool: number[] = [];
  let used = 0;
  const take = (): number => {
    if (used === pool.length) {
      const fresh = m.mpfr_t();
      m.mpfr_init2(fresh, bits);
      pool.push(fresh);
    }
    used += 1;
    return pool[used - 1]!;
  };
  const exponentOf = (at: number): number => (m.mpfr_zero_p(at) ? nothing : m.mpfr_get_exp(at));

  /** |value| < 2^exponent, and off by 2^error at most. */
  class Known implements Real<Known> {
    readonly at: number;
    readonly exponent: number;
    readonly error: number;

    /** `made`: the operation rounded, so its result is off by 2^(exponent - bits) more. */
    constructor(at: number, error: number, made = true) {
      this.at = at;
      this.exponent = exponentOf(at);
      this.error = made ? Math.max(error, this.exponent - bits) + 1 : error;
    }

    sub(b: Known): Known {
      return total([this, b.neg()]);
    }

    mul(b: Known): Known {
      const at = take();
      m.mpfr_mul(at, this.at, b.at, nearest);
      const own = [this.error + b.exponent, b.error + this.exponent, this.error + b.error];
      return new Known(at, Math.max(...own) + 2);
    }

    /** Nothing is known where the divisor may be half of what it seems. */
    div(b: Known): Known {
      const at = take();
      m.mpfr_div(at, this.at, b.at, nearest);
      if (b.error > b.exponent - 3) return new Known(at, Infinity);
      // |a/b - a'/b'| <= (|a - a'| + |a/b| |b - b'|) / |b'|, and |b'| >= 2^(exponent - 2)
      return new Known(at, Math.max(this.error, exponentOf(at) + b.error) + 1 - (b.exponent - 2));
    }

    /** |sqrt(a) - sqrt(a')| <= |a - a'| / sqrt(a). */
    sqrt(): Known {
      const at = take();
      m.mpfr_sqrt(at, this.at, nearest);
      return new Known(at, this.error > this.exponent - 3 ? Infinity : this.error - (exponentOf(at) - 1));
    }

    neg(): Known {
      const at = take();
      m.mpfr_neg(at, this.at, nearest);
      return new Known(at, this.error, false);
    }
  }

  const real = (value: number): Known => {
    const at = take();
    m.mpfr_set_d(at, value, nearest);
    return new Known(at, -Infinity, false);
  };

  function total(terms: readonly Known[]): Known {
    const at = take();
    m.mpfr_set_d(at, 0, nearest);
    let [largest, error] = [nothing, -Infinity];
    for (const term of terms) {
      m.mpfr_add(at, at, term.at, nearest);
      largest = Math.max(largest, exponentOf(at));
      error = Math.max(error, term.error);
    }
    return new Known(at, Math.max(error, largest - bits) + Math.ceil(Math.log2(terms.length)) + 1);
  }

  const held = m.mpfr_t();
  m.mpfr_init2(held, 53);
  const rounded = ({ at, exponent, error }: Known, grid: Grid): number | undefined => {
    const [precision, least, most] = grids[grid];
    // MPFR's significands lie in [1/2, 1).
    const left = Math.min(precision, precision - (least + 1 - exponent));
    if (left < 1 || error === Infinity || !m.mpfr_can_round(at, exponent - error, nearest, nearest, left))
      return undefined;
    m.mpfr_set_prec(held, left);
    m.mpfr_set(held, at, nearest);
    const value = m.mpfr_get_d(held, nearest);
    return m.mpfr_get_exp(held) > most + 1 ? Math.sign(value) * Infinity : value;
  };

  return (channel, grid) => {
    used = 0;
    const entries = Object.entries(outputs(channel, real, total));
    return Object.fromEntries(entries.map(([name, list]) => [name, list.map((value) => rounded(value, grid(name)))]));
  };
}
