import type { Fn } from './ast.js';
import { doubles, interpreter, keep, words } from './interpreter.js';
import { FormulaError } from './parse.js';
import type { Program, Unit } from './program.js';

/** A program in the memory of the interpreter. */
export interface Machine {
  readonly code: number;
  /** Registers that hold one value per channel. */
  readonly registers: number;
  /** The inputs that each pass goes along. */
  readonly passes: readonly (readonly number[])[];
  readonly along: readonly number[];
}

const registerBytes = interpreter.registerBytes.value;

/** The interpreter's numbers for functions and for ends of units, read once: a global is slow to read. */
const operations = new Map(
  Object.entries(interpreter).flatMap(([name, global]) =>
    name.startsWith('Operation.') ? [[name.slice('Operation.'.length), (global as { value: number }).value]] : [],
  ) as [string, number][],
);
const ends = {
  keep: interpreter['End.keep']!.value,
  sum: interpreter['End.sum']!.value,
  peak: interpreter['End.peak']!.value,
  out: interpreter['End.out']!.value,
};

/** Blocks of elements are shared by all units of all machines, since only one runs at a time; so are constants. */
const blocks: number[] = [];
const constants = new Map<number, number>();

function constant(value: number): number {
  let at = constants.get(value);
  if (at === undefined) {
    constants.set(value, (at = keep(registerBytes)));
    doubles.fill(value, at / 8, (at + registerBytes) / 8);
  }
  return at;
}

/** Throws FormulaError for a function that has no meaning for ranges. */
export function ready(program: Program): Machine {
  const writer = new Writer(program);
  const code = program.units.flatMap((unit) => writer.unit(unit));
  const at = keep(4 * (1 + code.length));
  words.set([program.units.length, ...code], at / 4);
  const passes = program.units.map(({ along }) => along).filter(({ length }) => length > 0);
  return { code: at, registers: writer.registers, passes, along: program.along };
}

/** Units as assembly/machine.ts reads them. */
class Writer {
  readonly #fixed: ReadonlyMap<number, number>;
  readonly #exponents: ReadonlyMap<number, number>;
  readonly #perChannel = new Map<number, number>();

  constructor({ constants }: Program) {
    this.#fixed = new Map(constants.map(([at, value]) => [at, constant(value)]));
    this.#exponents = new Map(constants);
  }

  get registers(): number {
    return this.#perChannel.size;
  }

  unit({ loads, steps, value, end, along }: Unit): number[] {
    const total = 'to' in end ? this.#channel(end.to) : 0;
    const passes = along.length > 0 || 'to' in end;
    const local = new Set([...loads.map(([, to]) => to), ...steps.map(({ to }) => to)]);
    const own = new Map<number, number>();
    const spreads: number[] = [];
    const at = (i: number): number => {
      const found = this.#fixed.get(i) ?? (passes ? own.get(i) : this.#channel(i));
      if (found !== undefined) return found;
      const fresh = (blocks[own.size] ??= keep(registerBytes));
      own.set(i, fresh);
      if (!local.has(i)) spreads.push(this.#channel(i), fresh);
      return fresh;
    };
    const load = loads.flatMap(([input, to]) => [input, at(to)]);
    const code = steps.flatMap(({ fn, to, args }) => {
      const [a, b = a, c = a] = args.map(at);
      return [this.#operation(fn, args), at(to), a!, b!, c!];
    });
    const result = at(value);
    const lists = [
      loads.length,
      ...load,
      spreads.length / 2,
      ...spreads,
      steps.length,
      ...code,
      along.length,
      ...along,
    ];
    return [passes ? 1 : 0, ends[end.kind], result, total, ...lists];
  }

  /** The name of a register that holds one value per channel. */
  #channel(i: number): number {
    let number = this.#perChannel.get(i);
    if (number === undefined) this.#perChannel.set(i, (number = this.#perChannel.size));
    return -1 - number;
  }

  #operation(fn: Fn, args: readonly number[]): number {
    const square = fn === 'power' && this.#exponents.get(args[1]!) === 2;
    const found = operations.get(square ? 'square' : fn);
    if (found === undefined) throw new FormulaError(`${fn} has no meaning for ranges`);
    return found;
  }
}
