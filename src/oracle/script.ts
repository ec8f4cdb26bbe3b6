import { bytesOf, type Kernel, lanes, type Run, results } from './kernel.js';
import { type Call, mentions, type Node, program, type Statement } from './syntax.js';

/** The memory that kernels work in, seen as each of the types they hold. */
export interface Views {
  readonly f32: Float32Array;
  readonly f64: Float64Array;
  readonly i32: Int32Array;
  readonly u16: Uint16Array;
}

export function viewsOf(buffer: ArrayBuffer): Views {
  return {
    f32: new Float32Array(buffer),
    f64: new Float64Array(buffer),
    i32: new Int32Array(buffer),
    u16: new Uint16Array(buffer),
  };
}

/** The kernel as JavaScript on the memory: for hosts without SIMD, and to check the vectors by. */
export function scripted(kernel: Kernel, views: Views): Run {
  const make = new Function('f32', 'f64', 'i32', 'u16', 'F', 'I', `return ${sourceOf(kernel)};`);
  const one = new Float32Array(1);
  const { f32, f64, i32, u16 } = views;
  return make(f32, f64, i32, u16, one, new Int32Array(one.buffer)) as Run;
}

/**
 * The text of that function. The four lanes of a block stand beside each other, as in a vector: they do not wait for one
 * another, and one test tells whether any of them is missed.
 */
export function sourceOf(kernel: Kernel): string {
  const { over, given, keeps = {}, segment } = kernel;
  const streams = Object.entries(over);
  const { each, after } = program(kernel);
  const kept = Object.entries(results(kernel));
  const writer = new Writer(kernel);
  // Views that begin where the stream does need no other index than the loop's, whose bounds the engine knows.
  const views = streams.flatMap(([name, held]) => [
    `const ${name}s = ${held}.subarray(${name}At / ${bytesOf[held]}, ${name}At / ${bytesOf[held]} + length);`,
    held === 'f32' ? `const ${name}Bits = i32.subarray(${name}At / 4, ${name}At / 4 + length);` : '',
  ]);
  const read = streams.filter(([name]) => each.some(({ value }) => mentions(value, name)));
  const loads = read.map(([name]) => `const ${inLanes((n) => `${name}${n} = ${name}s[i + ${n}]`, ', ')};`);
  const stores = kept.flatMap(([name, { as }], k) =>
    inLanes((n) => {
      const value = as === 'm64' ? `(${name}${n} === 0 ? 0 : 1)` : `${name}${n}`;
      return `${as === 'm64' ? 'f64' : as}[(out + ${k * 32}) / ${bytesOf[as]} + ${n}] = ${value};`;
    }, '\n    '),
  );
  const first = (of: Kernel['keeps'] = {}): string =>
    Object.entries(of)
      .map(([name, { from }]) => `let ${inLanes((n) => `${name}${n} = ${from}`, ', ')};`)
      .join(' ');
  return `function (${['blocks', ...streams.map(([name]) => `${name}At`), ...Object.keys(given), 'out'].join(', ')}) {
    const length = ${lanes} * blocks;
    ${views.join('\n    ')}
    ${first(segment ? segment.keeps : keeps)}
    const list = (out >> 2) + ${8 * kept.length};
    let missed = 0;
    for (let i = 0, number = 0; i < length; number++) {
      const limit = ${segment ? `Math.min(i + ${lanes * segment.blocks}, length)` : 'length'};
      ${segment ? first(keeps) : ''}
      for (; i < limit; i += ${lanes}) {
        ${loads.join(' ')}
        ${writer.statements(each, 'i >> 2')}
      }
      {
        ${writer.statements(after, 'number')}
      }
    }
    ${stores.join('\n    ')}
    return missed;
  }`;
}

const inLanes = (text: (n: number) => string, between: string): string =>
  Array.from({ length: lanes }, (_, n) => text(n)).join(between);

class Writer {
  readonly #kernel: Kernel;

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  /** Statement by statement in all lanes; what follows a `miss` after a segment is left out where it is missed. */
  statements(all: readonly Statement[], number: string): string {
    const known = new Set([...Object.keys(this.#kernel.keeps ?? {}), ...Object.keys(results(this.#kernel))]);
    const own = all.flatMap(({ to }) => (to && !known.has(to) && !(to in this.#kernel.over) ? [to] : []));
    // Declared with a number: a variable that begins as undefined is no plain double to the engine.
    const locals = [...new Set(own)].map((name) => `let ${inLanes((n) => `${name}${n} = 0`, ', ')};`);
    const texts = all.map((statement) => this.#statement(statement, number));
    const [miss, ...rest] = texts;
    const segment = number === 'number' && all[0]?.to === null;
    return [...locals, ...(segment ? [`${miss} else {`, ...rest, '}'] : texts)].join('\n        ');
  }

  #statement({ to, value }: Statement, number: string): string {
    const any = (node: Node): string => inLanes((n) => this.#text(node, n), ' || ');
    if (to === null) return `if (${any(value)}) i32[list + missed++] = ${number};`;
    // What is said of one lane is said of its segment, and one jump for four lanes is cheaper than four.
    if (value.is === 'op' && value.op === '|' && value.a.is === 'name' && value.a.name === to)
      return `if (${any(value.b)}) ${to}0 = 1;`;
    return inLanes((n) => this.#assignment(to, value, n), ' ');
  }

  #assignment(to: string, value: Node, n: number): string {
    const text = this.#text(value, n);
    if (to in this.#kernel.over) return `${to}s[i + ${n}] = ${text};`;
    return `${to}${n} = ${text};`;
  }

  #text(node: Node, n: number): string {
    switch (node.is) {
      case 'name':
        return node.name in this.#kernel.given ? node.name : `${node.name}${n}`;
      case 'number':
        return String(node.value);
      case 'wide':
        return this.#text(node.of, n);
      case 'op':
        return this.#operation(node, n);
      case 'call':
        return this.#call(node.call, node.args, n);
    }
  }

  #operation(node: Node & { is: 'op' }, n: number): string {
    const [a, b] = [this.#text(node.a, n), this.#text(node.b, n)];
    const held = node.a.type;
    if (held[0] === 'm' && (node.op === '|' || node.op === '&')) return `(${a} ${node.op}${node.op} ${b})`;
    const plain = `(${a} ${node.op} ${b})`;
    if (node.type === 'i32') return `(${plain} | 0)`;
    return node.type === 'f32' ? `Math.fround${plain}` : plain;
  }

  #call(call: Call, args: readonly Node[], n: number): string {
    const [a, b, c] = args.map((arg) => this.#text(arg, n));
    const first = args[0]!;
    if (call === 'f32') return `Math.fround(${a})`;
    if (call === 'abs') return `Math.abs(${a})`;
    if (first.type === 'i32' && call === 'lesser') return `Math.min(${a}, ${b})`;
    if (first.type === 'i32' && call === 'greater') return `Math.max(${a}, ${b})`;
    if (call === 'lesser') return `(${b} < ${a} ? ${b} : ${a})`;
    if (call === 'greater') return `(${a} < ${b} ? ${b} : ${a})`;
    if (call === 'select') return `(${a} ? ${b} : ${c})`;
    // Two zeros may differ in sign: said of every zero, since asking costs more.
    if (call === 'differ') return `(${a} !== ${b} || ${a} === 0)`;
    if (call === 'float') return `(I[0] = ${a}, F[0])`;
    if (first.is === 'name' && this.#kernel.over[first.name] === 'f32') return `${first.name}Bits[i + ${n}]`;
    return `(F[0] = ${a}, I[0])`;
  }
}
