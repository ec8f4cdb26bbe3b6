import { expect, test } from 'vitest';
import { decode, encode, neighbours } from '../src/exact/bits.js';
import { column } from '../src/exact/column.js';
import { type Format, formats } from '../src/exact/format.js';
import { nextDown, nextUp, roundTo } from '../src/exact/grid.js';
import { round } from '../src/exact/round.js';
import { random } from './exact.random.js';

const names = Object.keys(formats) as Format[];
const halves = ['f16', 'bf16'] as const;

function patternsOf(bytes: Uint8Array): Uint16Array {
  return new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 2);
}

const patterns = Uint16Array.from({ length: 65536 }, (_, i) => i);
const allBytes = new Uint8Array(patterns.buffer);

/** The non-negative finite values in the order of their patterns, by adding up the steps of the grid. */
function* counted(p: number, emin: number): Generator<number> {
  let value = 0;
  let step = 2 ** (emin - p + 1);
  for (let i = 0; ; i++) {
    if (i > 2 ** (p - 1) && i % 2 ** (p - 1) === 0) step *= 2;
    yield value;
    value += step;
  }
}

/** Where they differ; NaN equals NaN, and -0 differs from 0. */
function differences(a: ArrayLike<number>, b: ArrayLike<number>): number[] {
  const places = Array.from({ length: Math.max(a.length, b.length) }, (_, i) => i);
  return places.filter((i) => !Object.is(a[i], b[i]));
}

test('the table of formats gives the constants of IEEE 754', () => {
  expect(formats.f64).toMatchObject({ max: Number.MAX_VALUE, tiny: Number.MIN_VALUE });
  expect(formats.f32).toMatchObject({ max: 3.4028234663852886e38, tiny: 1.401298464324817e-45 });
  expect(formats.f16).toMatchObject({ max: 65504, tiny: 2 ** -24 });
  expect(formats.bf16).toMatchObject({ max: 3.3895313892515355e38, tiny: 9.183549615799121e-41 });
});

test.each(halves)('all 65536 patterns of %s decode to the values counted up from zero', (format) => {
  const { p, emin, max } = formats[format];
  const values = decode(allBytes, format);
  const finite = patterns.findIndex((_, i) => values[i] === Infinity);
  expect(values[finite - 1]).toBe(max);
  const count = counted(p, emin);
  const expected = Float64Array.from({ length: 32768 }, (_, i) =>
    i < finite ? (count.next().value as number) : i === finite ? Infinity : NaN,
  );
  expect(differences(values, [...expected, ...expected.map((x) => -x)])).toEqual([]);
});

test.each(halves)('all 65536 patterns of %s survive a round trip; every NaN becomes the quiet one', (format) => {
  const values = decode(allBytes, format);
  const again = patternsOf(encode(values, format));
  const quiet = format === 'f16' ? 0x7e00 : 0x7fc0;
  const expected = patterns.map((pattern, i) => (Number.isNaN(values[i]) ? quiet : pattern));
  expect(differences(again, expected)).toEqual([]);
});

test.each(halves)('%s rounds once from f64 around every midpoint, though f32 would round twice', (format) => {
  const { p, max } = formats[format];
  const count = counted(p, formats[format].emin);
  let below = count.next().value as number;
  const wrong: number[] = [];
  for (let i = 0; below < max; i++) {
    const above = count.next().value as number;
    const middle = (below + above) / 2;
    const even = i % 2 === 0 ? below : above;
    if (roundTo(middle, format) !== even) wrong.push(middle);
    if (roundTo(nextDown(middle, 'f64'), format) !== below) wrong.push(below);
    if (roundTo(-nextUp(middle, 'f64'), format) !== -above) wrong.push(-above);
    below = above;
  }
  expect(wrong).toEqual([]);
  expect(roundTo(1 + 2 ** -p + 2 ** -40, format)).toBe(1 + 2 ** (1 - p));
  expect(roundTo(Math.fround(1 + 2 ** -p + 2 ** -40), format)).toBe(1);
});

test.each(names)('%s overflows from half a step beyond the largest value on', (format) => {
  const { max, p, emax } = formats[format];
  const half = 2 ** (emax - p);
  expect(roundTo(max, format)).toBe(max);
  if (format === 'f64') return;
  expect(roundTo(nextDown(max + half, 'f64'), format)).toBe(max);
  expect(roundTo(-(max + half), format)).toBe(-Infinity);
});

test.each(names)('%s keeps the infinities and the sign of zero, and underflows to the zero of its sign', (format) => {
  const values = [0, -0, Infinity, -Infinity, NaN];
  expect([...decode(encode(values, format), format)]).toEqual(values);
  const nothing = formats[format].tiny / 2;
  expect([roundTo(nothing, format), roundTo(-nothing, format)]).toEqual([0, format === 'f64' ? -nothing : -0]);
  expect(roundTo(nextUp(formats[format].tiny, 'f64') / 2, format)).toBe(formats[format].tiny);
});

test.each([
  ['f64', [0, 0, 0, 0, 0, 0, 0xf8, 0x7f]],
  ['f32', [0, 0, 0xc0, 0x7f]],
  ['f16', [0, 0x7e]],
  ['bf16', [0xc0, 0x7f]],
] as const)('a signalling NaN with a payload encodes to the quiet NaN of %s', (format, bytes) => {
  const signalling = decode(Uint8Array.of(1, 0, 0, 0, 0, 0, 0xf4, 0xff), 'f64');
  expect([...encode(signalling, format)]).toEqual(bytes);
});

test.each(names)('doubles drawn over all bit patterns round to %s as the exact value does', (format) => {
  const from = random(11);
  for (let i = 0; i < 3000; i++) {
    const near = from.unit() < 0.5 ? from.double() : roundTo(from.double(), 'f32') * (1 + from.whole(-2, 2) * 2 ** -50);
    if (!Number.isFinite(near) || near === 0) continue;
    expect(roundTo(near, format)).toBe(round(column([near]), 0, format));
  }
});

test.each(names)('the neighbours in %s are the roundings of the values a little beside', (format) => {
  const from = random(5);
  const { max, tiny, p, emin } = formats[format];
  const powers = Array.from({ length: 40 }, (_, i) => 2 ** (emin + i - 10));
  const drawn = Array.from({ length: 2000 }, () => from.double());
  for (const x of [tiny, max, 1, -1, ...powers, ...powers.map((x) => -x), ...drawn]) {
    if (Math.abs(x) > max) continue;
    const above = nextUp(x, format);
    expect(above).toBeGreaterThan(x);
    expect(roundTo(above, format)).toBe(above);
    // So nothing of the format lies between.
    expect(nextDown(above, format)).toBeLessThanOrEqual(x);
    expect(nextUp(-x, format)).toBe(-nextDown(x, format));
  }
  expect(nextUp(1, format)).toBe(1 + 2 ** (1 - p));
  expect(nextDown(1, format)).toBe(1 - 2 ** -p);
  expect([nextUp(0, format), nextDown(0, format), nextUp(-tiny, format)]).toEqual([tiny, -tiny, -0]);
  expect([nextUp(max, format), nextDown(-max, format), nextUp(Infinity, format)]).toEqual([
    Infinity,
    -Infinity,
    Infinity,
  ]);
  expect([nextUp(-Infinity, format), nextDown(Infinity, format), nextUp(NaN, format)]).toEqual([-max, max, NaN]);
});

test.each(names)('the neighbours of many %s values are those of each', (format) => {
  const from = random(9);
  const { max, tiny, emin } = formats[format];
  const edges = [0, -0, max, tiny, 2 ** emin, 1, 2, Infinity, NaN].flatMap((v) => [v, -v]);
  const near = edges.flatMap((v) => [v, nextUp(v, format), nextDown(v, format)]);
  const values = Float64Array.from([...near, ...Array.from({ length: 5000 }, () => roundTo(from.double(), format))]);
  const { below, above } = neighbours(values, format);
  expect([...below]).toEqual([...values].map((v) => nextDown(v, format)));
  expect([...above]).toEqual([...values].map((v) => nextUp(v, format)));
});

test('bytes may stand at any offset, and must make whole values', () => {
  const shifted = new Uint8Array([9, ...encode([1.5, -2], 'f64')]).subarray(1);
  expect([...decode(shifted, 'f64')]).toEqual([1.5, -2]);
  expect([...decode(Buffer.from([9, ...encode([1.5, -2], 'f64')]).subarray(1), 'f64')]).toEqual([1.5, -2]);
  expect(() => decode(new Uint8Array(7), 'f32')).toThrow('7 bytes are no whole number of f32 values of 4 bytes');
});
