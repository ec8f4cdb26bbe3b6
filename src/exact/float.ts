const double = new Float64Array(1);
const [LOW, HIGH] = [0, 1];
const words = new Uint32Array(double.buffer);

/** floor(log2 |x|) of a finite x; -1023, below every exponent of a normal double, for zero and subnormals. */
export function exponent(x: number): number {
  double[0] = x;
  return ((words[HIGH]! >>> 20) & 0x7ff) - 1023;
}

/** The exponent of the lowest set bit of a finite x: the greatest k for which x is a multiple of 2^k. Zero gives Infinity. */
export function grain(x: number): number {
  double[0] = x;
  const high = words[HIGH]!;
  const low = words[LOW]!;
  const biased = (high >>> 20) & 0x7ff;
  const leading = (high & 0xfffff) | (biased === 0 ? 0 : 0x100000);
  if (low === 0 && leading === 0) return Infinity;
  const zeros = low === 0 ? 32 + trailingZeros(leading) : trailingZeros(low);
  return Math.max(biased, 1) - 1075 + zeros;
}

/** x * 2^k, exact whenever the result is a double. In two steps where 2^k itself is none. */
export function scale(x: number, k: number): number {
  const half = Math.trunc(k / 2);
  return k >= -1074 && k <= 1023 ? x * powers[k + 1074]! : x * 2 ** half * 2 ** (k - half);
}

/** 2^-1074 to 2^1023, because the operator costs as much as a hundred additions. */
const powers = Float64Array.from({ length: 2098 }, (_, i) => 2 ** (i - 1074));

function trailingZeros(word: number): number {
  return 31 - Math.clz32(word & -word);
}
