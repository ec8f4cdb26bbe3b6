import { addUp, Operation, operate, raise } from './operations';
import { beside, count, put, registerBytes } from './register';

export { beside, count, Operation, registerBytes };

// Runs a program (../program.ts) as ../machine.ts lays it out, in 32-bit words. A register is named by its address; one
// that holds a value per channel by -1 - its number: for every 512 channels it takes a register of its own.

/** Bytes of the description of an input: where its ends are, steps to the next sample, channel and position, lengths. */
export const inputBytes: i32 = 28;

export enum End {
  keep,
  sum,
  peak,
  out,
}

let C: i32 = 0;
let inputs: i32 = 0;
let values: i32 = 0;
let outLo: i32 = 0;
let outHi: i32 = 0;
/** Positions in what a pass goes over. */
let S: i32 = 1;

/** Lists of a unit: a number of entries, then the entries. */
let at: i32 = 0;
function word(): i32 {
  at += 4;
  return load<i32>(at - 4);
}
function list(bytes: i32): i32 {
  const start = at;
  at += 4 + load<i32>(at) * bytes;
  return start;
}

/** `N` and `positions`: the batch, over which sums run; the inputs are described from `given` on. */
export function run(
  program: i32,
  given: i32,
  N: i32,
  channels: i32,
  positions: i32,
  perChannel: i32,
  lo: i32,
  hi: i32,
): void {
  C = channels;
  inputs = given;
  values = perChannel;
  outLo = lo;
  outHi = hi;
  at = program;
  for (let units = word(); units > 0; units -= 1) {
    const passes = word();
    const end = word() as End;
    const value = word();
    const total = word();
    const loads = list(8);
    const spreads = list(8);
    const steps = list(20);
    const along = list(4);
    if (passes) pass(end, value, total, loads, spreads, steps, along, N, positions);
    else for (let c = 0; c < C; c += count) formula(end, value, loads, steps, c, min(count, C - c));
  }
}

/** Where channel `c` of a register lies; constants are the same in all. */
function channel(register: i32, c: i32): i32 {
  if (register >= 0) return register;
  const each = (C + count - 1) / count;
  return values + ((-1 - register) * each + c / count) * registerBytes + 8 * (c % count);
}

/** A value per channel, of `n` channels from `c` on. */
function formula(end: End, value: i32, loads: i32, steps: i32, c: i32, n: i32): void {
  for (let i = 0; i < load<i32>(loads); i += 1) {
    const input = inputs + inputBytes * load<i32>(loads + 4 + 8 * i);
    const step = load<i32>(input + 12);
    gather(input, channel(load<i32>(loads + 8 + 8 * i), c), c * step, step, n);
  }
  for (let i = 0; i < load<i32>(steps); i += 1) {
    const step = steps + 4 + 20 * i;
    const a = channel(load<i32>(step + 8), c);
    const b = channel(load<i32>(step + 12), c);
    operate(load<i32>(step), channel(load<i32>(step + 4), c), a, b, channel(load<i32>(step + 16), c), n);
  }
  if (end !== End.out) return;
  memory.copy(outLo + 8 * c, channel(value, c), 8 * n);
  memory.copy(outHi + 8 * c, channel(value, c) + beside, 8 * n);
}

/** A pass over the elements, channel by channel, in blocks; a block may hold several small channels. */
function pass(
  end: End,
  value: i32,
  total: i32,
  loads: i32,
  spreads: i32,
  steps: i32,
  along: i32,
  samples: i32,
  positions: i32,
): void {
  const sums = end === End.sum;
  const N = extent(along, 20, sums ? samples : 1);
  S = extent(along, 24, sums ? positions : 1);
  const each = N * S;
  if (end !== End.out) for (let c = 0; c < C; c += 1) put(channel(total, c), 0, 0);
  for (let from = 0; from < C * each; from += count) {
    const n = min(count, C * each - from);
    for (let done = 0; done < n; ) {
      const c = (from + done) / each;
      const first = from + done - c * each;
      const part = min(each - first, n - done);
      fetch(loads, c, first, done, part);
      spread(spreads, c, done, part);
      done += part;
    }
    for (let i = 0; i < load<i32>(steps); i += 1) {
      const step = steps + 4 + 20 * i;
      const a = load<i32>(step + 8);
      operate(load<i32>(step), load<i32>(step + 4), a, load<i32>(step + 12), load<i32>(step + 16), n);
    }
    for (let done = 0; done < n; ) {
      const c = (from + done) / each;
      const first = from + done - c * each;
      const part = min(each - first, n - done);
      if (sums) addUp(channel(total, c), value + 8 * done, part);
      else if (end === End.peak) raise(channel(total, c), value + 8 * done, part);
      else keep(value + 8 * done, c, first, part);
      done += part;
    }
  }
}

/** The length that the inputs along which a pass goes have in common, at `offset` of each; `whole` if they have none. */
function extent(along: i32, offset: i32, whole: i32): i32 {
  let common = 1;
  for (let i = 0; i < load<i32>(along); i += 1)
    common = max(common, load<i32>(inputs + inputBytes * load<i32>(along + 4 + 4 * i) + offset));
  return common === 1 ? whole : common;
}

/** Elements of a channel, counted along S positions a sample, out of tensors into a block. */
function fetch(loads: i32, c: i32, first: i32, done: i32, n: i32): void {
  for (let i = 0; i < load<i32>(loads); i += 1) {
    const input = inputs + inputBytes * load<i32>(loads + 4 + 8 * i);
    const to = load<i32>(loads + 8 + 8 * i) + 8 * done;
    const sample = load<i32>(input + 8);
    const start = c * load<i32>(input + 12);
    const step = load<i32>(input + 16);
    if (S === 1) gather(input, to, start + first * sample, sample, n);
    else if (sample === S * step) gather(input, to, start + first * step, step, n);
    else {
      let position = first % S;
      let base = start + (first / S) * sample;
      for (let k = 0; k < n; ) {
        const length = min(S - position, n - k);
        gather(input, to + 8 * k, base + position * step, step, length);
        k += length;
        position = 0;
        base += sample;
      }
    }
  }
}

function gather(input: i32, to: i32, start: i32, step: i32, n: i32): void {
  let lo = load<i32>(input) + 8 * start;
  let hi = load<i32>(input + 4) + 8 * start;
  for (const end = to + 8 * n; to < end; to += 8, lo += 8 * step, hi += 8 * step) put(to, load<f64>(lo), load<f64>(hi));
}

/** Values of channel `c` over its part of the block. */
function spread(spreads: i32, c: i32, done: i32, n: i32): void {
  for (let i = 0; i < load<i32>(spreads); i += 1) {
    const from = channel(load<i32>(spreads + 4 + 8 * i), c);
    const lo = load<f64>(from);
    const hi = load<f64>(from + beside);
    const to = load<i32>(spreads + 8 + 8 * i) + 8 * done;
    for (let k = 0; k < n; k += 1) put(to + 8 * k, lo, hi);
  }
}

/** Puts `n` elements of channel `c`, from its element `first` on, into the result. */
function keep(from: i32, c: i32, first: i32, n: i32): void {
  let position = first % S;
  let base = ((first / S) * C + c) * S;
  for (const end = from + 8 * n; from < end; from += 8) {
    const place = 8 * (base + position);
    store<f64>(outLo + place, load<f64>(from));
    store<f64>(outHi + place, load<f64>(from + beside));
    position += 1;
    if (position === S) {
      position = 0;
      base += C * S;
    }
  }
}
