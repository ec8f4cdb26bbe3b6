import { memory, type Routine, scalar, simd, type Valtype } from './bytes.js';
import { bytesOf, type Held, type Kept, type Kernel, lanes, results } from './kernel.js';
import { type Call, mentions, type Node, type Op, program, type Statement, type Type } from './syntax.js';

const codes: Readonly<Record<string, Partial<Record<Op | Call, number>>>> = {
  f32: { '+': 0xe4, '-': 0xe5, '*': 0xe6, '==': 0x41, '!=': 0x42, '<': 0x43, abs: 0xe0, lesser: 0xea, greater: 0xeb },
  f64: { '+': 0xf0, '-': 0xf1, '*': 0xf2, '==': 0x47, '!=': 0x48, '<': 0x49, abs: 0xec, lesser: 0xf6, greater: 0xf7 },
  i32: {
    '+': 0xae,
    '-': 0xb1,
    '*': 0xb5,
    '==': 0x37,
    '!=': 0x38,
    '<': 0x39,
    '<<': 0xab,
    '>>': 0xac,
    '>>>': 0xad,
    lesser: 0xb6,
    greater: 0xb8,
  },
};
const [OR, XOR, AND, SELECT, ANY, STORE, LOAD, LOAD_U16, STORE_U16] = [
  0x50, 0x51, 0x4e, 0x52, 0x53, 0x0b, 0x00, 0x04, 0x5b,
];
const [DIFFER64, PROMOTE, DEMOTE, SHUFFLE, CONSTANT, NARROW] = [0xd7, 0x5f, 0x5e, 0x0d, 0x0c, 0x86];
const splats = { i32: 0x11, f32: 0x13, f64: 0x14 };
const bytesFrom = (...starts: number[]): number[] => starts.flatMap((s) => Array.from({ length: 8 }, (_, i) => s + i));

/** Vectors that hold the four lanes of a value. */
const halves = (type: Type): number => (type === 'f64' || type === 'm64' ? 2 : 1);

const increment = (local: number): number[] => [
  ...scalar.get(local),
  ...scalar.integer(1),
  ...scalar.add,
  ...scalar.tee(local),
];

/** The kernel as a WebAssembly routine. */
export function vectorized(name: string, kernel: Kernel): Routine {
  return new Vectorizer(kernel).routine(name);
}

class Vectorizer {
  readonly #kernel: Kernel;
  readonly #takes: Valtype[];
  readonly #locals: Valtype[] = [];
  /** First local of each name; its second half, where it has one, is the next. */
  readonly #places = new Map<string, number>();
  /** Locals: the block, the first one behind its segment, where the list ends, the number of the segment. */
  readonly #counters: Readonly<Record<'i' | 'limit' | 'end' | 'number', number>>;
  readonly #constants = new Map<string, { at: number; code: number[] }>();

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
    this.#takes = ['i32', ...Object.keys(kernel.over).map(() => 'i32' as const), ...Object.values(kernel.given), 'i32'];
    const [i, limit, end, number] = [0, 0, 0, 0].map(() => this.#local('i32')) as [number, number, number, number];
    this.#counters = { i, limit, end, number };
  }

  routine(name: string): Routine {
    const { over, given, keeps = {}, segment } = this.#kernel;
    const { each, after } = program(this.#kernel);
    const kept = Object.entries(results(this.#kernel));
    const streams = Object.keys(over);
    const [blocks, out] = [0, this.#takes.length - 1];
    const { i, limit, end, number } = this.#counters;
    const splat = Object.entries(given).flatMap(([value, type], k) => {
      const at = this.#place(value, 'i32');
      return [...scalar.get(1 + streams.length + k), ...simd(splats[type]), ...scalar.set(at)];
    });
    const begin = segment ? this.#first(segment.keeps) : [];
    const loads = this.#loads(each);
    const body = each.flatMap((statement) => this.#statement(statement, i));
    const fold = this.#fold(after);
    const stores = kept.flatMap(([kept, { as }], k) => this.#store(kept, as, out, k * 32));
    const reset = this.#first(keeps);
    const constants = [...this.#constants.values()].flatMap(({ at, code }) => [...code, ...scalar.set(at)]);
    const list = [...scalar.get(out), ...scalar.integer(32 * kept.length), ...scalar.add];
    const code = [
      ...[...list, ...scalar.set(end), ...splat, ...constants, ...begin],
      ...[...scalar.block, ...scalar.get(blocks), ...scalar.isZero, ...scalar.branch, ...scalar.loop],
      ...[...reset, ...this.#limit(segment?.blocks)],
      ...[...scalar.loop, ...loads, ...body, ...this.#step(), ...increment(i), ...scalar.get(limit), ...scalar.less],
      ...[...scalar.branch, ...scalar.end, ...fold, ...increment(number), ...scalar.drop],
      ...[...scalar.get(i), ...scalar.get(blocks), ...scalar.less, ...scalar.branch, ...scalar.end, ...scalar.end],
      ...[...stores, ...scalar.get(end), ...list, ...scalar.subtract, ...scalar.integer(2), ...scalar.shift],
    ];
    return { name, takes: this.#takes, locals: this.#locals, code };
  }

  /** The block after the last of this segment, or of all. */
  #limit(length: number | undefined): number[] {
    const { i, limit } = this.#counters;
    if (length === undefined) return [...scalar.get(0), ...scalar.set(limit)];
    const next = [...scalar.get(i), ...scalar.integer(length), ...scalar.add];
    return [
      ...next,
      ...scalar.get(0),
      ...next,
      ...scalar.get(0),
      ...scalar.less,
      ...scalar.select,
      ...scalar.set(limit),
    ];
  }

  #first(keeps: NonNullable<Kernel['keeps']>): number[] {
    return Object.entries(keeps).flatMap(([name, { as, from }]) =>
      this.#set(name, { is: 'number', value: from, type: as }),
    );
  }

  #loads(each: readonly Statement[]): number[] {
    const streams = Object.entries(this.#kernel.over);
    return streams.flatMap(([stream, held], k) =>
      each.some(({ value }) => mentions(value, stream)) ? this.#load(stream, held, 1 + k) : [],
    );
  }

  #step(): number[] {
    return Object.values(this.#kernel.over).flatMap((held, k) => [
      ...[...scalar.get(1 + k), ...scalar.integer(lanes * bytesOf[held]), ...scalar.add, ...scalar.set(1 + k)],
    ]);
  }

  /** After a segment: nothing else where it is missed. */
  #fold(after: readonly Statement[]): number[] {
    const { number } = this.#counters;
    const [first, ...rest] = after.map((statement) => this.#statement(statement, number));
    if (!first) return [];
    return after[0]!.to === null
      ? [...first.slice(0, -1), ...scalar.else, ...rest.flat(), ...scalar.end]
      : [...first, ...rest.flat()];
  }

  #local(type: Valtype): number {
    return this.#takes.length + this.#locals.push(type) - 1;
  }

  #place(name: string, type: Type): number {
    let at = this.#places.get(name);
    if (at === undefined) {
      this.#places.set(name, (at = this.#local('v128')));
      if (halves(type) === 2) this.#local('v128');
    }
    return at;
  }

  #load(stream: string, held: Held, pointer: number): number[] {
    const at = this.#place(stream, held === 'u16' ? 'i32' : held);
    const load = simd(held === 'u16' ? LOAD_U16 : LOAD, ...memory(0));
    const first = [...scalar.get(pointer), ...load, ...scalar.set(at)];
    if (held !== 'f64') return first;
    return [...first, ...scalar.get(pointer), ...simd(LOAD, ...memory(16)), ...scalar.set(at + 1)];
  }

  #store(name: string, held: Held | Kept, pointer: number, offset: number): number[] {
    const at = this.#places.get(name)!;
    const put = (code: readonly number[], plus: number): number[] => [
      ...[...scalar.get(pointer), ...code, ...simd(STORE, ...memory(offset + plus))],
    ];
    if (held === 'u16') {
      const narrow = [...scalar.get(at), ...scalar.get(at), ...simd(NARROW)];
      return [...scalar.get(pointer), ...narrow, ...simd(STORE_U16, ...memory(offset), 0)];
    }
    return [...put(scalar.get(at), 0), ...(bytesOf[held] === 8 ? put(scalar.get(at + 1), 16) : [])];
  }

  #statement({ to, value }: Statement, number: number): number[] {
    if (to === null) {
      const { end } = this.#counters;
      const any =
        halves(value.type) === 1
          ? this.#half(value, 0)
          : [...this.#half(value, 0), ...this.#half(value, 1), ...simd(OR)];
      const list = [...scalar.get(end), ...scalar.get(number), ...scalar.storeInteger];
      const next = [...scalar.get(end), ...scalar.integer(4), ...scalar.add, ...scalar.set(end)];
      return [...any, ...simd(ANY), ...scalar.if, ...list, ...next, ...scalar.end];
    }
    const held = this.#kernel.over[to];
    const pointer = 1 + Object.keys(this.#kernel.over).indexOf(to);
    return [...this.#set(to, value), ...(held ? this.#store(to, held, pointer, 0) : [])];
  }

  #set(name: string, value: Node): number[] {
    const at = this.#place(name, value.type);
    const codes = Array.from({ length: halves(value.type) }, (_, half) => this.#half(value, half));
    return [...codes.flat(), ...codes.flatMap((_, half) => scalar.set(at + codes.length - 1 - half))];
  }

  /** Leaves lanes 0 and 1 (half 0), lanes 2 and 3 (half 1), or of a narrow type all four on the stack. */
  #half(node: Node, half: number): number[] {
    switch (node.is) {
      case 'name':
        return scalar.get(this.#places.get(node.name)! + (node.name in this.#kernel.given ? 0 : half));
      case 'number':
        return scalar.get(this.#constant(node.value, node.type));
      case 'wide': {
        const low = this.#half(node.of, 0);
        return half === 0
          ? [...low, ...simd(PROMOTE)]
          : [...low, ...low, ...simd(SHUFFLE, ...bytesFrom(8, 8)), ...simd(PROMOTE)];
      }
      case 'op':
        return this.#operation(node.op, node.a, node.b, half);
      case 'call':
        return this.#call(node.call, node.args, half);
    }
  }

  #operation(op: Op, a: Node, b: Node, half: number): number[] {
    const left = this.#half(a, half);
    if ((op === '<<' || op === '>>' || op === '>>>') && b.is === 'number')
      return [...left, ...scalar.integer(b.value), ...simd(codes.i32![op]!)];
    const code = op === '|' ? OR : op === '^' ? XOR : op === '&' ? AND : codes[a.type]![op]!;
    return [...left, ...this.#half(b, half), ...simd(code)];
  }

  #call(call: Call, args: readonly Node[], half: number): number[] {
    const [a, b, c] = args as [Node, Node, Node];
    if (call === 'bits' || call === 'float') return this.#half(a, half);
    if (call === 'differ')
      return [...this.#half(a, half), ...this.#half(b, half), ...simd(a.type === 'f64' ? DIFFER64 : codes.i32!['!=']!)];
    if (call === 'select') return [b, c, a].flatMap((arg) => this.#half(arg, half)).concat(simd(SELECT));
    if (call !== 'f32') return [...args.flatMap((arg) => this.#half(arg, half)), ...simd(codes[a.type]![call]!)];
    const demoted = [0, 1].map((part) => [...this.#half(a, part), ...simd(DEMOTE)]);
    return [...demoted.flat(), ...simd(SHUFFLE, ...bytesFrom(0, 16))];
  }

  #constant(value: number, type: Type): number {
    const key = `${type} ${Object.is(value, -0) ? '-0' : value}`;
    const known = this.#constants.get(key);
    if (known) return known.at;
    const lane =
      halves(type) === 2
        ? Float64Array.of(value, value)
        : type === 'f32'
          ? new Float32Array(4).fill(value)
          : new Int32Array(4).fill(value);
    const at = this.#local('v128');
    this.#constants.set(key, { at, code: simd(CONSTANT, ...new Uint8Array(lane.buffer)) });
    return at;
  }
}
