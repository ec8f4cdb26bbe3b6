/** A seeded stream (mulberry32), so that every run of the tests sees the same numbers. */
export interface Random {
  /** Uniform in [0, 1). */
  unit(): number;
  /** Whole, from `low` to `high`, both included. */
  whole(low: number, high: number): number;
  /** Exactly n bits long, so >= 2^(n-1); n = 0 gives zero. */
  bits(n: number): bigint;
  /** Of up to n bits, either sign, now and then zero. */
  signed(n: number): bigint;
  pick<T>(of: readonly T[]): T;
  /** Any finite f64, drawn over the bit patterns. */
  double(): number;
}

export function random(seed: number): Random {
  let state = seed >>> 0;
  const word = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return (t ^ (t >>> 14)) >>> 0;
  };
  const unit = () => word() / 2 ** 32;
  const whole = (low: number, high: number) => low + Math.floor(unit() * (high - low + 1));
  const bits = (n: number) => {
    let value = 1n;
    for (let i = 1; i < n; i += 32) value = (value << 32n) | BigInt(word());
    return n === 0 ? 0n : value >> BigInt(Math.ceil((n - 1) / 32) * 32 - (n - 1));
  };
  const view = new DataView(new ArrayBuffer(8));
  const double = (): number => {
    view.setUint32(0, word());
    view.setUint32(4, word());
    const value = view.getFloat64(0);
    return Number.isFinite(value) ? value : double();
  };
  return {
    unit,
    whole,
    bits,
    signed: (n) => (unit() < 0.5 ? -1n : 1n) * bits(whole(0, n)),
    pick: (of) => of[whole(0, of.length - 1)]!,
    double,
  };
}
