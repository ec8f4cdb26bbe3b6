import { doubles, interpreter, RuntimeError, room, words } from './interpreter.js';
import type { Ranges } from './interval.js';
import type { Machine } from './machine.js';
import { FormulaError } from './parse.js';
import { type Shape, size, steps } from './shape.js';

const [count, inputBytes, registerBytes] = (['count', 'inputBytes', 'registerBytes'] as const).map(
  (name) => interpreter[name].value,
) as [number, number, number];

/** The common length of an axis; 1 if nothing has any. Throws RangeError where two lengths do not go together. */
export function extent(lengths: readonly number[]): number {
  let common = 1;
  for (const length of lengths) {
    if (length === 1 || length === common) continue;
    if (common !== 1) throw new RangeError(`lengths ${common} and ${length} do not go together`);
    common = length;
  }
  return common;
}

/** Bytes for the ends of all channels that are worked on at once, if there is more than one. */
const most = 2 ** 23;

/** Runs a machine over every channel of a batch and stores the result. */
export function run(machine: Machine, inputs: readonly Ranges[], batch: Shape, out: Ranges): void {
  for (const along of machine.passes)
    for (const axis of [0, 2] as const) extent(along.map((i) => inputs[i]!.shape[axis]));
  const C = batch[1];
  let bytes = 16 * out.lo.length;
  for (const { lo, hi } of inputs) bytes += 8 * (lo.length + (lo === hi ? 0 : hi.length));
  const each = bytes <= most ? C : Math.max(1, Math.floor((C * most) / bytes));
  for (let c = 0; c < C; c += each) runPart(machine, inputs, batch, out, c, Math.min(each, C - c));
}

/** The same of `n` channels from `c` on: copies what they need into the memory of the interpreter, and the result out. */
function runPart(machine: Machine, inputs: readonly Ranges[], batch: Shape, out: Ranges, c: number, n: number): void {
  const table = Math.ceil((inputBytes * inputs.length) / 8) * 8;
  const registers = Math.ceil(n / count) * registerBytes * machine.registers;
  const length = 8 * size(part(out.shape, n));
  let at = room(table + registers + 2 * length + inputs.reduce((sum, input) => sum + bytesOf(input, n), 0));
  const given = at;
  at += table;
  for (const [i, { lo, hi, shape }] of inputs.entries()) {
    const own = part(shape, n);
    const lower = at;
    at += copyIn(lo, shape, own, c, at);
    const upper = lo === hi ? lower : at;
    if (lo !== hi) at += copyIn(hi, shape, own, c, at);
    const row = [lower, upper, ...steps(own), own[0], own[2]];
    for (let k = 0; k < row.length; k += 1) words[(given + inputBytes * i) / 4 + k] = row[k]!;
  }
  const result = at + registers;
  call(machine.code, given, batch[0], n, batch[2], at, result, result + length);
  copyOut(out.lo, out.shape, c, n, result);
  copyOut(out.hi, out.shape, c, n, result + length);
}

/** What `n` channels of a tensor have; one without channels is the same for all. */
const part = ([N, C, S]: Shape, n: number): Shape => [N, Math.min(C, n), S];

const bytesOf = ({ shape, lo, hi }: Ranges, n: number): number => 8 * size(part(shape, n)) * (lo === hi ? 1 : 2);

/** Copies the channels from `c` on; returns how many bytes that were. */
function copyIn(from: Float64Array, [N, C, S]: Shape, own: Shape, c: number, to: number): number {
  const length = own[1] * S;
  if (C === own[1]) doubles.set(from, to / 8);
  else
    for (let n = 0; n < N; n += 1) {
      const start = (n * C + c) * S;
      doubles.set(from.subarray(start, start + length), to / 8 + n * length);
    }
  return 8 * N * length;
}

function copyOut(to: Float64Array, [N, C, S]: Shape, c: number, channels: number, from: number): void {
  const length = channels * S;
  if (C === channels) to.set(doubles.subarray(from / 8, from / 8 + to.length));
  else
    for (let n = 0; n < N; n += 1) {
      const start = from / 8 + n * length;
      to.set(doubles.subarray(start, start + length), (n * C + c) * S);
    }
}

/** Throws FormulaError where the interpreter stops. */
function call(...numbers: readonly number[]): void {
  try {
    interpreter.run(...numbers);
  } catch (cause) {
    throw cause instanceof RuntimeError ? new FormulaError('an exponent must be one integer') : cause;
  }
}
