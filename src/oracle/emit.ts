import { encode } from '../exact/bits.js';
import type { Format } from '../exact/format.js';
import { roundTo } from '../exact/grid.js';
import { type Elements, type Extents, storage } from './batch.js';
import type { Certificate } from './certificate.js';
import { type Desk, held, pieceSize } from './desk.js';
import { elementsOf } from './extent.js';
import { bytesOf, lanes } from './kernel.js';
import { everything, none, type Open, only, settled, take } from './open.js';
import type { Piece, Plain, Rule } from './rule.js';
import { placeOf, scatter } from './walk.js';

/** A tensor to be filled channel by channel. */
export interface Output {
  readonly format: Format;
  readonly data: Elements;
  readonly extents: Extents;
}

type Fast = Rule & { readonly is: 'fast' };

/** So few elements are settled in integers sooner than the constants for pairs are made. */
const few = 12;
/** Where more than this share of the blocks of a piece is missed, it and the rest of the channel go to the next tier. */
const many = 1 / 16;

/** Fills channel c by the rule, out of the channels of x and dy on the desk. */
export function emit(desk: Desk, output: Output, c: number, rule: Rule, certificate: Certificate): void {
  if (rule.is === 'same') fill(desk, output, c, rule.value);
  else if (rule.is === 'plain') plainly(output, c, everything(desk), rule.of);
  else {
    let open = rule.is === 'fast' ? fast(desk, output, c, rule, certificate) : everything(desk);
    if (rule.odd) open = only(open, true);
    const pairs = rule.is === 'fast' && open.at.length > few ? rule.pairs() : null;
    if (pairs) open = inPairs(desk, output, c, pairs, open);
    if (open.at.length > 0) put(output, c, open.at, settled(open, output.format, rule.exact));
    if (rule.odd) plainly(output, c, only(everything(desk), false), rule.odd);
    certificate.exact += open.at.length;
  }
  if (rule.is === 'exact') certificate.exactChannels++;
  if (rule.is === 'plain') certificate.special++;
}

function plainly(output: Output, c: number, { at, x, g }: Open, of: Plain): void {
  const values = x.map((v, i) => roundTo(of(v, g[i]!), output.format));
  put(output, c, at, values);
}

function fill(desk: Desk, output: Output, c: number, value: number): void {
  const { data, format, extents } = output;
  const size = Math.min(pieceSize, desk.m);
  const piece = storage(format, size).fill(stored([value], format)[0]!);
  for (let start = 0; start < desk.m; start += size)
    scatter(piece, 0, data, extents, c, start, Math.min(size, desk.m - start));
}

/** Runs the kernel piece by piece; what it leaves open is returned. */
function fast(desk: Desk, output: Output, c: number, rule: Fast, certificate: Certificate): Open {
  const { m, x, g, to, out } = desk;
  const open = none();
  const size = bytesOf[x.held];
  const { from, at } = held(desk, output.format);
  let pairs: Fast['run'] | null = null;
  for (let start = 0; start < m; start += pieceSize) {
    const count = Math.min(pieceSize, m - start);
    const blocks = Math.ceil(count / lanes);
    const piece = { blocks, x: x.at + size * start, g: g.at + size * start, to, out };
    let missed = ran(desk, output.format, pairs ?? rule.run, piece);
    certificate.missed += missed.length;
    if (!pairs && missed.length > many * blocks) {
      pairs = rule.pairs();
      if (pairs) missed = ran(desk, output.format, pairs, piece);
    }
    scatter(from, at, output.data, output.extents, c, start, count);
    if (missed.length > 0) again(desk, output, c, pairs ? null : rule.bounds, open, missed, start);
  }
  return open;
}

const no = new Int32Array(0);

/** The blocks that a kernel missed in a piece, or its rounding to 16 bits; where the result lies tells `held`. */
function ran({ engine, halves }: Desk, format: Format, run: Fast['run'], piece: Piece): Int32Array {
  const { i32 } = engine.views;
  const { blocks, to, out } = piece;
  const first = run(engine, piece);
  const missed = first === 0 ? no : i32.slice(out / 4, out / 4 + first);
  if (format === 'f64' || format === 'f32') return missed;
  const more = engine.run[format === 'f16' ? 'toHalf' : 'toBrain'](blocks, to, halves, out);
  const all = more === 0 ? no : i32.slice(out / 4, out / 4 + more);
  return first === 0 ? all : more === 0 ? missed : Int32Array.from(new Set([...missed, ...all]));
}

/** Settles in pairs what it can of elements picked out of a channel of f32; returns what is left. */
function inPairs(desk: Desk, output: Output, c: number, pairs: Fast['run'], open: Open): Open {
  const { engine, to, out } = desk;
  const { f32 } = engine.views;
  const [x, g] = desk.picked;
  const { from, at } = held(desk, output.format);
  const left = none();
  for (let start = 0; start < open.at.length; start += pieceSize) {
    const count = Math.min(pieceSize, open.at.length - start);
    const blocks = Math.ceil(count / lanes);
    for (let i = 0; i < count; i++) {
      f32[x / 4 + i] = open.x[start + i]!;
      f32[g / 4 + i] = open.g[start + i]!;
    }
    const missed = new Set(ran(desk, output.format, pairs, { blocks, x, g, to, out }));
    for (let i = 0; i < count; i++) {
      const k = start + i;
      if (missed.has(Math.floor(i / lanes))) take(left, open.at[k]!, open.x[k]!, open.g[k]!);
      else output.data[placeOf(output.extents, c, open.at[k]!)] = from[at + i]!;
    }
  }
  return left;
}

/** Settles the elements of blocks one by one where their own bounds do, and leaves the others open. */
function again(
  desk: Desk,
  output: Output,
  c: number,
  bounds: Fast['bounds'],
  open: Open,
  blocks: Int32Array,
  start: number,
): void {
  const { engine, m, x, g } = desk;
  const xs = elementsOf(engine, x);
  const gs = elementsOf(engine, g);
  const done = none();
  for (const block of blocks) {
    const first = start + lanes * block;
    for (let i = first; i < Math.min(first + lanes, m); i++) {
      const [v, w] = [xs[i]!, gs[i] ?? 0];
      const [low, high] = bounds?.(v, w) ?? [-1, 1];
      const value = roundTo(low, output.format);
      if (Object.is(value, roundTo(high, output.format))) take(done, i, value, 0);
      else take(open, i, v, w);
    }
  }
  if (done.at.length > 0) put(output, c, done.at, done.x);
}

/** Stores values at elements of channel c. */
function put({ format, data, extents }: Output, c: number, at: readonly number[], values: readonly number[]): void {
  const all = stored(values, format);
  for (let k = 0; k < at.length; k++) data[placeOf(extents, c, at[k]!)] = all[k]!;
}

/** Values as the format has them in memory, each rounded once. */
function stored(values: readonly number[], format: Format): Elements {
  const { buffer } = encode(values, format);
  const store = storage(format, 0).constructor as new (from: ArrayBufferLike) => Elements;
  return new store(buffer);
}
