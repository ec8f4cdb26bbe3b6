import { arity, type Fn } from './ast.js';
import { ends, R, type Ranges, type Rule, rules, settle } from './interval.js';
import { FormulaError } from './parse.js';
import type { Program, Step, Unit } from './program.js';
import { type Shape, steps } from './shape.js';

/** Elements are worked on in blocks, so that what a pass computes in between stays in the cache. */
const block = 1024;

/** Ends of ranges; `step` is 0 for the one number of a channel, 1 for a block of elements. */
interface Register {
  readonly lo: Float64Array;
  readonly hi: Float64Array;
  readonly step: 0 | 1;
}

type Kernel = (to: Register, args: readonly Register[], n: number) => void;

interface Runnable extends Omit<Unit, 'steps'> {
  readonly steps: readonly { readonly kernel: Kernel; readonly to: Register; readonly args: readonly Register[] }[];
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
    kernel: kernelOf(fn),
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

/** Runs a machine over every channel of a batch and stores the result. */
export function run(machine: Machine, inputs: readonly Ranges[], batch: Shape, out: Ranges): void {
  for (let c = 0; c < batch[1]; c += 1)
    for (const unit of machine.units) {
      if (unit.along.length === 0 && unit.end.kind !== 'sum' && unit.end.kind !== 'peak')
        formula(unit, machine, inputs, c, out);
      else pass(unit, machine, inputs, batch, c, out);
    }
}

function formula(unit: Runnable, { registers }: Machine, inputs: readonly Ranges[], c: number, out: Ranges): void {
  for (const [input, register] of unit.loads) load(inputs[input]!, registers[register]!, c, 1, 0, 1);
  for (const { kernel, to, args } of unit.steps) kernel(to, args, 1);
  if (unit.end.kind === 'out') store(registers[unit.value]!, out, c, 1, 0, 1);
}

function pass(
  unit: Runnable,
  { registers }: Machine,
  inputs: readonly Ranges[],
  batch: Shape,
  c: number,
  out: Ranges,
): void {
  const { end, along } = unit;
  const whole = end.kind === 'sum' ? batch : ([1, 1, 1] as const);
  const N = extent(
    whole[0],
    along.map((i) => inputs[i]!.shape[0]),
  );
  const S = extent(
    whole[2],
    along.map((i) => inputs[i]!.shape[2]),
  );
  const total = end.kind === 'sum' || end.kind === 'peak' ? registers[end.to]! : null;
  if (total) total.lo[0] = total.hi[0] = 0;
  for (let from = 0; from < N * S; from += block) {
    const n = Math.min(block, N * S - from);
    for (const [input, register] of unit.loads) load(inputs[input]!, registers[register]!, c, S, from, n);
    for (const { kernel, to, args } of unit.steps) kernel(to, args, n);
    if (total) accumulate(end.kind === 'sum' ? add : most, total, registers[unit.value]!, n);
    else store(registers[unit.value]!, out, c, S, from, n);
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

/** Elements `from` … of channel `c`, counted along S positions a sample, out of a tensor into a register. */
function load(from: Ranges, to: Register, c: number, S: number, first: number, n: number): void {
  const [dn, dc, ds] = steps(from.shape);
  for (let i = 0; i < n; i += 1) {
    const at = Math.floor((first + i) / S) * dn + c * dc + ((first + i) % S) * ds;
    to.lo[i] = from.lo[at]!;
    to.hi[i] = from.hi[at]!;
  }
}

function store(from: Register, to: Ranges, c: number, S: number, first: number, n: number): void {
  const C = to.shape[1];
  for (let i = 0; i < n; i += 1) {
    const at = (Math.floor((first + i) / S) * C + c) * S + ((first + i) % S);
    to.lo[at] = from.lo[i * from.step]!;
    to.hi[at] = from.hi[i * from.step]!;
  }
}

const add: Rule = (lo, hi, alo, ahi) => settle(lo + alo, hi + ahi);
const most: Rule = (lo, hi, alo, ahi) => ends(Math.max(lo, alo, -ahi), Math.max(hi, -alo, ahi));

function accumulate(rule: Rule, total: Register, a: Register, n: number): void {
  let [lo, hi] = [total.lo[0]!, total.hi[0]!];
  for (let i = 0; i < n; i += 1) {
    const [alo, ahi] = [a.lo[i * a.step]!, a.hi[i * a.step]!];
    if (lo > hi || alo > ahi) ends(Infinity, -Infinity);
    else rule(lo, hi, alo, ahi);
    lo = R[0]!;
    hi = R[1]!;
  }
  total.lo[0] = lo;
  total.hi[0] = hi;
}

/** The loop of a rule. Each rule gets a loop of its own, so that the engine compiles the two together. */
function loopOf(rule: (...pairs: number[]) => void, count: number): Kernel {
  const body = (names: readonly string[]): string => {
    const registers = names.map(
      (x, k) => `const ${x} = args[${k}], ${x}lo = ${x}.lo, ${x}hi = ${x}.hi, ${x}s = ${x}.step;`,
    );
    const ranges = names.map((x) => `const ${x}l = ${x}lo[i * ${x}s], ${x}h = ${x}hi[i * ${x}s];`);
    const empty = names.map((x) => `${x}l > ${x}h`).join(' || ');
    const call = `rule(${names.map((x) => `${x}l, ${x}h`).join(', ')}); lo[i] = R[0]; hi[i] = R[1];`;
    return `const { lo, hi } = to; ${registers.join(' ')}
      for (let i = 0; i < n; i += 1) { ${ranges.join(' ')} if (${empty}) { lo[i] = Infinity; hi[i] = -Infinity; } else { ${call} } }`;
  };
  const source = body(['a', 'b', 'c'].slice(0, count));
  return new Function('rule', 'R', `return function (to, args, n) { ${source} }`)(rule, R) as Kernel;
}

const kernels = new Map<Fn, Kernel>();

function kernelOf(fn: Fn): Kernel {
  let kernel = kernels.get(fn);
  if (kernel) return kernel;
  const rule = rules[fn];
  if (!rule) throw new FormulaError(`${fn} has no meaning for ranges`);
  kernels.set(fn, (kernel = loopOf(rule, arity[fn])));
  return kernel;
}
