import { beforeAll, expect, test } from 'vitest';
import type { Column } from '../src/exact/column.js';
import { enclose, round } from '../src/exact/round.js';
import { figure, published } from './evidence.js';
import { type Grid, grids, type Mode, modes, type Reference, reference } from './exact.mpfr.js';
import { type Random, random } from './exact.random.js';

/** (p + q sqrt(w)) / r */
interface Value {
  readonly p: bigint;
  readonly q: bigint;
  readonly w: bigint;
  readonly r: bigint;
}

const names = Object.keys(grids) as Grid[];
/** Times four formats. */
const samples: Record<Mode, number> = { nearest: 25_000, up: 8_000, down: 8_000 };

/** n 2^e + nudge 2^-700, or that much times the fraction of sqrt(root), over one denominator and times a random d/d. */
function dyadic(from: Random, n: bigint, e: number, nudge: bigint, root: bigint): Value {
  const deep = BigInt(Math.max(-e, 0) + 700);
  const d = from.bits(from.whole(1, 40));
  const p = d * (n << (BigInt(e) + deep));
  const r = d << deep;
  const small = (d * nudge) << (deep - 700n);
  return root > 1n ? { p: p - small * floorRoot(root), q: small, w: root, r } : { p: p + small, q: 0n, w: 0n, r };
}

function nudged(from: Random, n: bigint, e: number): Value {
  const nudge = from.pick([-1n, 0n, 1n]);
  return dyadic(from, from.unit() < 0.5 ? -n : n, e, nudge, from.pick([1n, 2n, 3n, (1n << 200n) + 1n]));
}

/** The families in which rounding goes wrong. A tie is an odd number of half steps of the grid. */
const families: Record<string, (from: Random) => Value> = {
  generic: (from) => ({
    p: from.signed(120),
    q: from.signed(120),
    w: from.bits(from.whole(0, 150)),
    r: from.bits(from.whole(1, 120)),
  }),
  wide(from) {
    const [p, q, shift] = [from.signed(150), from.signed(150), BigInt(from.whole(0, 1300))];
    const r = from.bits(from.whole(1, 40));
    const w = from.bits(from.whole(0, 150));
    return from.unit() < 0.5 ? { p, q, w, r: r << shift } : { p: p << shift, q: q << shift, w, r };
  },
  cancelling(from) {
    const q = from.bits(from.whole(1, 300));
    const w = from.bits(from.whole(2, 200));
    const p = BigInt.asIntN(8, from.bits(8)) - floorRoot(q * q * w);
    const s = from.unit() < 0.5 ? -1n : 1n;
    return { p: s * p, q: s * q, w, r: from.bits(from.whole(1, 200)) };
  },
  tie(from) {
    const [p, emin, emax] = grids[from.pick(names)];
    return nudged(from, (from.bits(p) << 1n) | 1n, from.whole(emin, emax) - p);
  },
  'on the grid'(from) {
    const [p, emin, emax] = grids[from.pick(names)];
    return nudged(from, from.bits(p), from.whole(emin, emax) - p + 1);
  },
  subnormal(from) {
    const [p, emin] = grids[from.pick(names)];
    return nudged(from, from.bits(from.whole(0, p)), emin - p - from.whole(0, 2));
  },
  'overflow threshold'(from) {
    const [p, , emax] = grids[from.pick(names)];
    const halfSteps = (1n << BigInt(p + 1)) + BigInt(from.whole(-3, 3));
    return nudged(from, halfSteps, emax - p);
  },
  'perfect square'(from) {
    const [root, q] = [from.bits(from.whole(0, 60)), from.signed(60)];
    const { p, r } = families[from.pick(['tie', 'subnormal', 'on the grid'])]!(from);
    return { p: p - q * root, q, w: root * root, r };
  },
};

function floorRoot(n: bigint): bigint {
  let [low, high] = [0n, 1n << BigInt(n.toString(2).length)];
  while (high - low > 1n) {
    const middle = (low + high) >> 1n;
    if (middle * middle <= n) low = middle;
    else high = middle;
  }
  return low;
}

let mpfr: Reference;
beforeAll(async () => {
  mpfr = await reference();
});

/** Values drawn from the families in turn, checked in every format; the counts show that the hard results were reached. */
function disagreements(mode: Mode, seed: number) {
  const from = random(seed);
  const kinds = Object.keys(families);
  const seen = { roundings: 0, zero: 0, subnormal: 0, infinite: 0 };
  const wrong: string[] = [];
  for (let i = 0; i < samples[mode]; i++) {
    const kind = kinds[i % kinds.length]!;
    const v = families[kind]!(from);
    const column: Column = { p: [v.p], q: v.q === 0n ? null : [v.q], w: v.q === 0n ? 0n : v.w, r: v.r };
    const expected = mpfr.value(v.p, v.q, v.w, v.r);
    for (const grid of names) {
      const [ours, theirs] = [round(column, 0, grid, mode), expected(grid, mode)];
      seen.roundings++;
      if (ours === 0) seen.zero++;
      else if (Math.abs(ours) < 2 ** grids[grid][1]) seen.subnormal++;
      else if (!Number.isFinite(ours)) seen.infinite++;
      if (!Object.is(ours, theirs))
        wrong.push(`${kind} ${grid} (${v.p} + ${v.q} sqrt ${v.w}) / ${v.r}: ${ours}, MPFR ${theirs}`);
    }
  }
  return { wrong: wrong.slice(0, 5), bad: wrong.length, seen };
}

test.each(Object.keys(modes) as Mode[])('roundings (%s) agree with MPFR bit for bit', (mode) => {
  const { wrong, bad, seen } = disagreements(mode, 20_26);
  expect({ wrong, bad }).toEqual({ wrong: [], bad: 0 });
  expect(seen.roundings).toBe(samples[mode] * names.length);
  for (const count of [seen.zero, seen.subnormal, seen.infinite]) expect(count).toBeGreaterThan(samples[mode] / 10);
});

test('in as many roundings as are published', () => {
  const each = Object.values(samples).reduce((sum, count) => sum + count, 0);
  published(`${figure(each * names.length)} roundings, 0 differ`);
});

test('an enclosure is the pair of MPFR roundings down and up', () => {
  const from = random(7);
  for (const draw of Object.values(families)) {
    for (let i = 0; i < 100; i++) {
      const { p, q, w, r } = draw(from);
      const expected = mpfr.value(p, q, w, r);
      const bounds = enclose({ p: [p], q: q === 0n ? null : [q], w: q === 0n ? 0n : w, r }, 0);
      expect(bounds).toEqual([expected('f64', 'down'), expected('f64', 'up')]);
    }
  }
});
