import { encode } from '../exact/bits.js';
import type { Format } from '../exact/format.js';
import { roundTo } from '../exact/grid.js';
import { type Elements, type Extents, storage } from './batch.js';
import type { Certificate } from './certificate.js';
import { type Desk, held, pieceSize } from './desk.js';
import { elementsOf } from './extent.js';
import { bytesOf, lanes } from './kernel.js';
import { everything, none, type Open, only, settled, take } from './open.js';
import { inPairs } from './pairwise.js';
import type { Plain, Rule } from './rule.js';
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

/** Fills channel c by the rule, out of the channels of x and dy on the desk. */
export function emit(desk: Desk, output: Output, c: number, rule: Rule, certificate: Certificate): void {
  if (rule.is === 'same') fill(desk, output, c, rule.value);
  else if (rule.is === 'plain') plainly(output, c, everything(desk), rule.of);
  else {
    let open = rule.is === 'fast' ? fast(desk, output, c, rule, certificate) : everything(desk);
    if (rule.odd) open = only(open, true);
    const pairs = rule.is === 'fast' && open.at.length > few ? rule.pairs() : null;
    if (pairs) open = inPairs(desk, pairs, open, output.format, (at, values) => put(output, c, at, values));
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
  const { engine, m, x, g, to, out } = desk;
  const { i32 } = engine.views;
  const open = none();
  const size = bytesOf[x.held];
  const { from, at } = held(desk, output.format);
  const narrow = output.format === 'f16' ? 'toHalf' : output.format === 'bf16' ? 'toBrain' : null;
  for (let start = 0; start < m; start += pieceSize) {
    const count = Math.min(pieceSize, m - start);
    const blocks = Math.ceil(count / lanes);
    const first = rule.run(engine, { blocks, x: x.at + size * start, g: g.at + size * start, to, out });
    let missed = first > 0 ? [...i32.subarray(out / 4, out / 4 + first)] : [];
    if (narrow) {
      const more = engine.run[narrow](blocks, to, desk.halves, out);
      if (more > 0) missed = [...new Set([...missed, ...i32.subarray(out / 4, out / 4 + more)])];
    }
    scatter(from, at, output.data, output.extents, c, start, count);
    certificate.missed += missed.length;
    if (missed.length > 0) again(desk, output, c, rule, open, missed, start);
  }
  return open;
}

/** Settles the elements of blocks one by one where their own bounds do, and leaves the others open. */
function again(desk: Desk, output: Output, c: number, { bounds }: Fast, open: Open, blocks: number[], start: number) {
  const { engine, m, x, g } = desk;
  const xs = elementsOf(engine, x);
  const gs = elementsOf(engine, g);
  const done = none();
  for (const block of blocks) {
    const first = start + lanes * block;
    for (let i = first; i < Math.min(first + lanes, m); i++) {
      const [v, w] = [xs[i]!, gs[i] ?? 0];
      const [low, high] = bounds?.(v, w).map((bound) => roundTo(bound, output.format)) ?? [];
      if (low !== undefined && Object.is(low, high)) take(done, i, low, 0);
      else take(open, i, v, w);
    }
  }
  put(output, c, done.at, done.x);
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
