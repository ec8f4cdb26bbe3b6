import type { Ranges } from './interval.js';
import { addUp, type Kernel, kernel, type Register, raise } from './kernels.js';
import type { Program, Step, Unit } from './program.js';
import { type Shape, steps } from './shape.js';

/** Elements are worked on in blocks, so that what a pass computes in between stays in the cache. */
const block = 1024;

interface Runnable extends Omit<Unit, 'steps'> {
  readonly steps: readonly { readonly run: Kernel; readonly to: Register; readonly args: readonly Register[] }[];
}

/** A program made ready: registers allotted, kernels chosen. */
export interface Machine {
  readonly units: readonly Runnable[];
  readonly registers: readonly Register[];
  readonly along: readonly number[];
}

/** Blocks are shared by all machines, since only one runs at a time. */
const blocks: Register[] = [];

export function ready(program: Program): Machine {
  let elements = 0;
  const registers = program.registers.map((grain): Register => (grain === 'channel' ? single() : blockAt(elements++)));
  for (const [register, value] of program.constants) registers[register]!.lo[0] = registers[register]!.hi[0] = value;
  const made = ({ fn, to, args }: Step) => ({
    run: kernel(fn),
    to: registers[to]!,
    args: args.map((arg) => registers[arg]!),
  });
  return {
    units: program.units.map((unit) => ({ ...unit, steps: unit.steps.map(made) })),
    registers,
    along: program.along,
  };
}

const single = (): Register => ({ lo: new Float64Array(1), hi: new Float64Array(1), step: 0 });
const blockAt = (i: number): Register =>
  (blocks[i] ??= { lo: new Float64Array(block), hi: new Float64Array(block), step: 1 });

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
  for (let c = 0; c < batch[1]; c += 1)
    for (const unit of machine.units) {
      if (unit.along.length > 0 || unit.end.kind === 'sum' || unit.end.kind === 'peak') pass(unit, machine, job, c);
      else formula(unit, machine, job, c);
    }
}

/** A value per channel. */
function formula({ loads, steps: code, end, value }: Runnable, { registers }: Machine, job: Job, c: number): void {
  for (const [input, register] of loads) {
    const at = c * job.strides[input]![1];
    registers[register]!.lo[0] = job.inputs[input]!.lo[at]!;
    registers[register]!.hi[0] = job.inputs[input]!.hi[at]!;
  }
  for (const step of code) step.run(step.to, step.args, 1);
  if (end.kind !== 'out') return;
  job.out.lo[c] = registers[value]!.lo[0]!;
  job.out.hi[c] = registers[value]!.hi[0]!;
}

/** A pass over the elements of a channel, block by block. */
function pass({ loads, steps: code, end, value, along }: Runnable, { registers }: Machine, job: Job, c: number): void {
  const whole = end.kind === 'sum' ? job.batch : ([1, 1, 1] as const);
  const length = (axis: 0 | 2): number => {
    const lengths = along.map((i) => job.inputs[i]!.shape[axis]);
    return extent(whole[axis], lengths);
  };
  const [N, S] = [length(0), length(2)];
  const total = end.kind === 'sum' || end.kind === 'peak' ? registers[end.to]! : null;
  if (total) total.lo[0] = total.hi[0] = 0;
  for (let from = 0; from < N * S; from += block) {
    const n = Math.min(block, N * S - from);
    for (const [input, register] of loads)
      load(job.inputs[input]!, job.strides[input]!, registers[register]!, c, S, from, n);
    for (const step of code) step.run(step.to, step.args, n);
    if (end.kind === 'sum') addUp(total!, registers[value]!, n);
    else if (end.kind === 'peak') raise(total!, registers[value]!, n);
    else store(registers[value]!, job.out, c, S, from, n);
  }
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

/** Elements `first` … of channel `c`, counted along S positions a sample, out of a tensor into a register. */
function load(
  from: Ranges,
  stride: Job['strides'][number],
  to: Register,
  c: number,
  S: number,
  first: number,
  n: number,
): void {
  const [dn, dc, ds] = stride;
  let [sample, position] = [Math.floor(first / S), first % S];
  for (let i = 0; i < n; i += 1) {
    const at = sample * dn + c * dc + position * ds;
    to.lo[i] = from.lo[at]!;
    to.hi[i] = from.hi[at]!;
    position += 1;
    if (position === S) {
      position = 0;
      sample += 1;
    }
  }
}

function store(from: Register, to: Ranges, c: number, S: number, first: number, n: number): void {
  const C = to.shape[1];
  let [sample, position] = [Math.floor(first / S), first % S];
  for (let i = 0; i < n; i += 1) {
    const at = (sample * C + c) * S + position;
    to.lo[at] = from.lo[i * from.step]!;
    to.hi[at] = from.hi[i * from.step]!;
    position += 1;
    if (position === S) {
      position = 0;
      sample += 1;
    }
  }
}
