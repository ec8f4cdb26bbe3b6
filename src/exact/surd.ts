export type Sign = -1 | 0 | 1;

export function signOf(n: bigint): Sign {
  return n > 0n ? 1 : n < 0n ? -1 : 0;
}

/** The sign of p + q sqrt(w), w >= 0. */
export function surdSign(p: bigint, q: bigint, w: bigint): Sign {
  const rational = signOf(p);
  const root = w === 0n ? 0 : signOf(q);
  if (root === 0 || rational === root) return rational;
  if (rational === 0) return root;
  return opposed(rational, signOf(p * p - q * q * w));
}

/** The sign of p + q sqrt(w) + s sqrt(v), w and v >= 0: two square roots can be compared, though not added. */
export function twoSurdSign(p: bigint, q: bigint, w: bigint, s: bigint, v: bigint): Sign {
  const first = surdSign(p, q, w);
  const second = v === 0n ? 0 : signOf(s);
  if (second === 0 || first === second) return first;
  if (first === 0) return second;
  return opposed(first, surdSign(p * p + q * q * w - s * s * v, 2n * p * q, w));
}

/** The sign of a sum of two terms of opposite signs: the first term's, turned by which of the squares is greater. */
function opposed(first: Sign, squares: Sign): Sign {
  return (first * squares || 0) as Sign;
}
