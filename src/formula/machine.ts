import type { Ranges } from './interval.js';
import { addUp, type Kernel, kernel, type Register, raise } from './kernels.js';
import type { Program, Step, Unit } from './program.js';
import { type Shape, steps } from './shape.js';

/** Elements are worked on in blocks, so that what a pass computes in between stays in the cache. */
const block = 512;

interface Runnable {
  /** Over the elements; otherwise a formula, one value per channel. */
  readonly pass: boolean;
  readonly along: readonly number[];
  readonly loads: readonly (readonly [input: number, to: Register])[];
  /** Values of a channel that a pass reads, spread over the elements of the channel before. */
  readonly spreads: readonly (readonly [from: Register, to: Register])[];
  readonly steps: readonly { readonly run: Kernel; readonly to: Register; readonly args: readonly Register[] }[];
  readonly value: Register;
  readonly end: Unit['end']['kind'];
  /** Where a sum or a peak of each channel goes. */
  readonly total: Register | null;
}

/** A program made ready: registers allotted, kernels chosen. */
export interface Machine {
  readonly units: readonly Runnable[];
  /** Those that hold one value per channel. */
  readonly perChannel: readonly Register[];
  readonly along: readonly number[];
}

const register = (length: number): Register => ({ lo: new Float64Array(length), hi: new Float64Array(length) });

/** Blocks are shared by all units of all machines, since only one runs at a time. */
const blocks: Register[] = [];
/** Constants are shared as well, and as long as any use needs. */
const constants = new Map<number, Register>();

function constant(value: number): Register {
  let known = constants.get(value);
  if (!known) {
    constants.set(value, (known = register(block)));
    fill(known, value);
  }
  return known;
}

function fill(to: Register, value: number): void {
  to.lo.fill(value);
  to.hi.fill(value);
}

export function ready(program: Program): Machine {
  const fixed = new Map(program.constants.map(([at, value]) => [at, constant(value)]));
  const perChannel = program.registers.map((grain) => (grain === 'channel' ? register(1) : null));
  const made = (unit: Unit): Runnable => {
    const { end, along } = unit;
    const total = end.kind === 'sum' || end.kind === 'peak' ? perChannel[end.to]! : null;
    const pass = along.length > 0 || total !== null;
    const local = new Set([...unit.loads.map(([, to]) => to), ...unit.steps.map(({ to }) => to)]);
    const own = new Map<number, Register>();
    const spreads: [Register, Register][] = [];
    const next = (): Register => (blocks[own.size] ??= register(block));
    const at = (i: number): Register => {
      const found = fixed.get(i) ?? own.get(i) ?? (pass ? undefined : perChannel[i]!);
      if (found) return found;
      const fresh = next();
      own.set(i, fresh);
      if (!local.has(i)) spreads.push([perChannel[i]!, fresh]);
      return fresh;
    };
    const loads = unit.loads.map(([input, to]) => [input, at(to)] as const);
    const code = unit.steps.map(({ fn, to, args }: Step) => {
      const exponent = program.constants.find(([c]) => c === args[1])?.[1];
      return { run: kernel(fn === 'power' && exponent === 2 ? 'square' : fn), args: args.map(at), to: at(to) };
    });
    return { pass, along, loads, spreads, steps: code, value: at(unit.value), end: end.kind, total };
  };
  const kept = perChannel.filter((r, i): r is Register => r !== null && !fixed.has(i));
  return { units: program.units.map(made), perChannel: kept, along: program.along };
}

/** What a run works on: the inputs with the distance in memory between neighbours, the batch, where the result goes. */
interface Job {
  readonly inputs: readonly Ranges[];
  readonly strides: readonly (readonly [n: number, c: number, s: number])[];
  readonly batch: Shape;
  readonly out: Ranges;
}

/** Runs a machine over every channel of a batch and stores the result. */
export function run(machine: Machine, inputs: readonly Ranges[], batch: Shape, out: Ranges): void {
  const job = { inputs, strides: inputs.map(({ shape }) => steps(shape)), batch, out };
  makeRoom(machine, batch[1]);
  for (const unit of machine.units) unit.pass ? pass(unit, job) : formula(unit, job);
}

function makeRoom({ perChannel }: Machine, C: number): void {
  if (perChannel.length > 0 && perChannel[0]!.lo.length < C) for (const r of perChannel) Object.assign(r, register(C));
  for (const [value, r] of constants)
    if (r.lo.length < C) {
      Object.assign(r, register(C));
      fill(r, value);
    }
}

/** A value per channel, of all channels at once. */
function formula({ loads, steps: code, end, value }: Runnable, { inputs, strides, batch: [, C], out }: Job): void {
  for (const [input, to] of loads) gather(inputs[input]!, to, 0, 0, strides[input]![1], C);
  for (const step of code) step.run(step.to, step.args, C);
  if (end === 'out') for (let c = 0; c < C; c += 1) [out.lo[c], out.hi[c]] = [value.lo[c]!, value.hi[c]!];
}

/** A pass over the elements, channel by channel, in blocks; a block may hold several small channels. */
function pass({ loads, spreads, steps: code, end, value, along, total }: Runnable, job: Job): void {
  const whole = end === 'sum' ? job.batch : ([1, 1, 1] as const);
  const length = (axis: 0 | 2): number => {
    const lengths = along.map((i) => job.inputs[i]!.shape[axis]);
    return extent(whole[axis], lengths);
  };
  const C = job.batch[1];
  const [N, S] = [length(0), length(2)];
  if (total) for (let c = 0; c < C; c += 1) total.lo[c] = total.hi[c] = 0;
  const all = C * N * S;
  for (let from = 0; from < all; from += block) {
    const n = Math.min(block, all - from);
    const parts = partsOf(from, n, N * S);
    for (const part of parts) {
      for (const [input, to] of loads) load(job.inputs[input]!, job.strides[input]!, to, part, S);
      for (const [of, to] of spreads) spread(of, to, part);
    }
    for (const step of code) step.run(step.to, step.args, n);
    for (const part of parts)
      if (end === 'sum') addUp(total!, part.c, value, part.at, part.n);
      else if (end === 'peak') raise(total!, part.c, value, part.at, part.n);
      else store(value, job.out, part, S);
  }
}

/** A run of elements of one channel, from element `first` of the channel on, and where it lies in the block. */
interface Part {
  readonly c: number;
  readonly first: number;
  readonly at: number;
  readonly n: number;
}

function partsOf(from: number, n: number, perChannel: number): Part[] {
  const parts: Part[] = [];
  for (let at = 0; at < n; ) {
    const c = Math.floor((from + at) / perChannel);
    const first = from + at - c * perChannel;
    const length = Math.min(perChannel - first, n - at);
    parts.push({ c, first, at, n: length });
    at += length;
  }
  return parts;
}

/** The common length of an axis; `whole` if nothing has any. Throws RangeError where two lengths do not go together. */
export function extent(whole: number, lengths: readonly number[]): number {
  let common = 1;
  for (const length of lengths) {
    if (length === 1 || length === common) continue;
    if (common !== 1) throw new RangeError(`lengths ${common} and ${length} do not go together`);
    common = length;
  }
  return common === 1 ? whole : common;
}

function spread(of: Register, to: Register, { c, at, n }: Part): void {
  to.lo.fill(of.lo[c]!, at, at + n);
  to.hi.fill(of.hi[c]!, at, at + n);
}

/** Elements of a channel, counted along S positions a sample, out of a tensor into a block. */
function load(
  from: Ranges,
  [dn, dc, ds]: Job['strides'][number],
  to: Register,
  { c, first, at, n }: Part,
  S: number,
): void {
  if (S === 1 || dn === S * ds) {
    gather(from, to, at, c * dc + first * (S === 1 ? dn : ds), S === 1 ? dn : ds, n);
    return;
  }
  let position = first % S;
  let base = c * dc + ((first - position) / S) * dn;
  for (let i = 0; i < n; ) {
    const length = Math.min(S - position, n - i);
    gather(from, to, at + i, base + position * ds, ds, length);
    i += length;
    position = 0;
    base += dn;
  }
}

function gather(from: Ranges, to: Register, at: number, start: number, stride: number, n: number): void {
  const { lo, hi } = to;
  const [fromLo, fromHi] = [from.lo, from.hi];
  if (stride === 1 && n > 32) {
    lo.set(fromLo.subarray(start, start + n), at);
    hi.set(fromHi.subarray(start, start + n), at);
    return;
  }
  for (let i = at, k = start; i < at + n; i += 1, k += stride) {
    lo[i] = fromLo[k]!;
    hi[i] = fromHi[k]!;
  }
}

function store(from: Register, to: Ranges, { c, first, at, n }: Part, S: number): void {
  const [C, { lo, hi }] = [to.shape[1], from];
  const [toLo, toHi] = [to.lo, to.hi];
  let position = first % S;
  let base = (((first - position) / S) * C + c) * S;
  for (let i = at; i < at + n; i += 1) {
    toLo[base + position] = lo[i]!;
    toHi[base + position] = hi[i]!;
    position += 1;
    if (position === S) {
      position = 0;
      base += C * S;
    }
  }
}
