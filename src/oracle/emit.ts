import { encode } from '../exact/bits.js';
import type { Format } from '../exact/format.js';
import { roundTo } from '../exact/grid.js';
import { round } from '../exact/round.js';
import { type Elements, type Extents, storage } from './batch.js';
import type { Certificate } from './certificate.js';
import { type Desk, held, pieceSize } from './desk.js';
import { lanes } from './kernel.js';
import type { Exact, Plain, Rule } from './rule.js';
import { placeOf, scatter } from './walk.js';

/** A tensor to be filled channel by channel. */
export interface Output {
  readonly format: Format;
  readonly data: Elements;
  readonly extents: Extents;
}

/** Elements of a channel that are still to be settled: which, and what they are made of. */
interface Open {
  readonly at: number[];
  readonly x: number[];
  readonly g: number[];
}

/** Fills channel c by the rule, out of the channels of x and dy on the desk. */
export function emit(desk: Desk, output: Output, c: number, rule: Rule, certificate: Certificate): void {
  if (rule.is === 'same') fill(desk, output, c, rule.value);
  else if (rule.is === 'plain') plainly(output, c, everything(desk), rule.of);
  else {
    const open = rule.is === 'fast' ? fast(desk, output, c, rule, certificate) : everything(desk);
    const finite = rule.odd ? only(open, true) : open;
    if (finite.at.length > 0) put(output, c, finite.at, settled(finite, output.format, rule.exact));
    if (rule.odd) plainly(output, c, only(everything(desk), false), rule.odd);
    certificate.exact += finite.at.length;
  }
  if (rule.is === 'exact') certificate.exactChannels++;
  if (rule.is === 'plain') certificate.special++;
}

function plainly(output: Output, c: number, { at, x, g }: Open, of: Plain): void {
  put(
    output,
    c,
    at,
    x.map((v, i) => roundTo(of(v, g[i]!), output.format)),
  );
}

function fill(desk: Desk, output: Output, c: number, value: number): void {
  const { data, format, extents } = output;
  const size = Math.min(pieceSize, desk.m);
  const piece = storage(format, size).fill(stored([value], format)[0]!);
  for (let start = 0; start < desk.m; start += size)
    scatter(piece, 0, data, extents, c, start, Math.min(size, desk.m - start));
}

function take(open: Open, { engine, x, g }: Desk, i: number): void {
  const { f32 } = engine.views;
  open.at.push(i);
  open.x.push(f32[x.at / 4 + i]!);
  open.g.push(g.m === 0 ? 0 : f32[g.at / 4 + i]!);
}

function everything(desk: Desk): Open {
  const open: Open = { at: [], x: [], g: [] };
  for (let i = 0; i < desk.m; i++) take(open, desk, i);
  return open;
}

/** Those made of finite numbers, or the others. */
function only({ at, x, g }: Open, finite: boolean): Open {
  const which = at.map((_, i) => i).filter((i) => Number.isFinite(x[i]! + g[i]!) === finite);
  return { at: which.map((i) => at[i]!), x: which.map((i) => x[i]!), g: which.map((i) => g[i]!) };
}

/** Runs the kernel piece by piece; what it leaves open is returned. */
function fast(desk: Desk, output: Output, c: number, rule: Rule & { is: 'fast' }, certificate: Certificate): Open {
  const { engine, m, x, g, to, out } = desk;
  const { i32 } = engine.views;
  const open: Open = { at: [], x: [], g: [] };
  for (let start = 0; start < m; start += pieceSize) {
    const count = Math.min(pieceSize, m - start);
    const blocks = Math.ceil(count / lanes);
    const missed = new Set<number>();
    const list = (n: number): void => {
      for (let k = 0; k < n; k++) missed.add(i32[out / 4 + k]!);
    };
    list(rule.run(engine, { blocks, x: x.at + 4 * start, g: g.at + 4 * start, to, out }));
    if (output.format === 'f16') list(engine.run.toHalf(blocks, to, desk.halves, out));
    if (output.format === 'bf16') list(engine.run.toBrain(blocks, to, desk.halves, out));
    const { from, at } = held(desk, output.format);
    scatter(from, at, output.data, output.extents, c, start, count);
    certificate.missed += missed.size;
    for (const block of missed) again(desk, output, c, rule, open, start + lanes * block);
  }
  return open;
}

/** Settles the elements of a block one by one where their own bounds do, and leaves the others open. */
function again(desk: Desk, output: Output, c: number, rule: Rule & { is: 'fast' }, open: Open, first: number): void {
  const { engine, m, x, g } = desk;
  const { f32 } = engine.views;
  for (let i = first; i < Math.min(first + lanes, m); i++) {
    const [low, high] = rule.bounds(f32[x.at / 4 + i]!, f32[g.at / 4 + i]!);
    const [a, b] = [roundTo(low, output.format), roundTo(high, output.format)];
    if (Object.is(a, b)) put(output, c, [i], [a]);
    else take(open, desk, i);
  }
}

/** The rounded values of open elements; those made of the same numbers are computed once. */
function settled({ x, g }: Open, format: Format, exact: Exact): number[] {
  const index = new Map<string, number>();
  const [xs, gs]: [number[], number[]] = [[], []];
  const which = x.map((v, i) => {
    const key = `${v} ${g[i]}`;
    let known = index.get(key);
    if (known === undefined) {
      index.set(key, (known = xs.length));
      xs.push(v);
      gs.push(g[i]!);
    }
    return known;
  });
  const all = exact(xs, gs);
  const values = xs.map((_, i) => round(all, i, format));
  return which.map((i) => values[i]!);
}

/** Stores values at elements of channel c. */
function put({ format, data, extents }: Output, c: number, at: readonly number[], values: readonly number[]): void {
  for (const [i, value] of stored(values, format).entries()) data[placeOf(extents, c, at[i]!)] = value;
}

/** Values as the format has them in memory, each rounded once. */
function stored(values: readonly number[], format: Format): Elements {
  const { buffer } = encode(values, format);
  const store = storage(format, 0).constructor as new (from: ArrayBufferLike) => Elements;
  return new store(buffer);
}
