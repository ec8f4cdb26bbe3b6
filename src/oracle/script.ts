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

/** The kernel as JavaScript on the memory, element by element: for hosts without SIMD, and to check the vectors by. */
export function scripted(kernel: Kernel, views: Views): Run {
  const make = new Function('f32', 'f64', 'i32', 'u16', 'F', 'I', `return ${sourceOf(kernel)};`);
  const one = new Float32Array(1);
  const { f32, f64, i32, u16 } = views;
  return make(f32, f64, i32, u16, one, new Int32Array(one.buffer)) as Run;
}

/** The text of that function. */
export function sourceOf(kernel: Kernel): string {
  const { over, given, keeps = {}, segment } = kernel;
  const streams = Object.entries(over);
  const { each, after } = program(kernel);
  const kept = Object.entries(results(kernel));
  const known = new Set([...Object.keys(over), ...Object.keys(keeps), ...kept.map(([name]) => name)]);
  // Declared where they are assigned: a variable that begins as undefined is no plain double to the engine.
  const locals = (of: readonly Statement[]): string => {
    const own = new Set(of.flatMap(({ to }) => (to && !known.has(to) ? [to] : [])));
    return own.size > 0 ? `let ${[...own].map((name) => `${name} = 0`).join(', ')};` : '';
  };
  const writer = new Writer(kernel);
  // Views that begin where the stream does need no other index than the loop's, whose bounds the engine knows.
  const views = streams.flatMap(([name, held]) => [
    `const ${name}s = ${held}.subarray(${name}At / ${bytesOf[held]}, ${name}At / ${bytesOf[held]} + length);`,
    held === 'f32' ? `const ${name}Bits = i32.subarray(${name}At / 4, ${name}At / 4 + length);` : '',
  ]);
  const read = streams.filter(([name]) => each.some(({ value }) => mentions(value, name)));
  const stores = kept.flatMap(([name, { as, from }], k) =>
    Array.from({ length: lanes }, (_, i) => {
      const view = as === 'm64' ? 'f64' : as;
      const value = as[0] === 'f' ? name : `(${name} === 0 ? 0 : 1)`;
      return `${view}[(out + ${k * 32}) / ${bytesOf[as]} + ${i}] = ${i === 0 ? value : from};`;
    }),
  );
  const let_ = (of: Kernel['keeps'] = {}): string =>
    Object.entries(of)
      .map(([name, { from }]) => `let ${name} = ${from};`)
      .join(' ');
  return `function (${['blocks', ...streams.map(([name]) => `${name}At`), ...Object.keys(given), 'out'].join(', ')}) {
    const length = ${lanes} * blocks;
    ${views.join('\n    ')}
    ${segment ? let_(segment.keeps) : let_(keeps)}
    const list = (out >> 2) + ${8 * kept.length};
    let missed = 0, last = -1;
    for (let i = 0, number = 0; i < length; number++) {
      const limit = ${segment ? `Math.min(i + ${lanes * segment.blocks}, length)` : 'length'};
      ${segment ? let_(keeps) : ''}
      for (; i < limit; i++) {
        ${read.map(([name]) => `const ${name} = ${name}s[i];`).join(' ')} ${locals(each)}
        ${each.map((statement) => writer.statement(statement, 'i >> 2')).join('\n        ')}
      }
      ${after[0]?.to === null ? `${writer.statement(after[0]!, 'number')} else {` : '{'}
        ${locals(after)}
        ${after
          .filter(({ to }) => to !== null)
          .map((statement) => writer.statement(statement, 'number'))
          .join('\n        ')}
      }
    }
    ${stores.join('\n    ')}
    return missed;
  }`;
}

class Writer {
  readonly #kernel: Kernel;

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  statement({ to, value }: Statement, number: string): string {
    const text = this.#text(value);
    if (to === null) return `if (${text}) { if (last !== (${number})) i32[list + missed++] = last = ${number}; }`;
    if (to in this.#kernel.over) return `${to}s[i] = ${text};`;
    // What is rarely so is cheaper to jump over than to work out.
    const [own, other] = value.is === 'call' ? value.args : value.is === 'op' ? [value.a, value.b] : [];
    const changes = own?.is === 'name' && own.name === to && other ? this.#text(other) : null;
    // NaN - NaN stays NaN to the end, and no jump is needed for it.
    if (changes && isNaNTest(other!)) return `${to} += ${this.#text(other!.a)} - ${this.#text(other!.a)};`;
    if (changes && value.is === 'op' && value.op === '|') return `if (${changes}) ${to} = 1;`;
    if (changes && value.is === 'call' && value.call === 'lesser') return `if (${changes} < ${to}) ${to} = ${changes};`;
    if (changes && value.is === 'call' && value.call === 'greater')
      return `if (${to} < ${changes}) ${to} = ${changes};`;
    return `${to} = ${text};`;
  }

  #text(node: Node): string {
    switch (node.is) {
      case 'name':
        return node.name;
      case 'number':
        return String(node.value);
      case 'wide':
        return this.#text(node.of);
      case 'op':
        return this.#operation(node);
      case 'call':
        return this.#call(node.call, node.args);
    }
  }

  #operation(node: Node & { is: 'op' }): string {
    const [a, b] = [this.#text(node.a), this.#text(node.b)];
    const held = node.a.type;
    if (held[0] === 'm' && (node.op === '|' || node.op === '&')) return `(${a} ${node.op}${node.op} ${b})`;
    const plain = `(${a} ${node.op} ${b})`;
    if (node.type === 'i32') return `(${plain} | 0)`;
    return node.type === 'f32' ? `Math.fround${plain}` : plain;
  }

  #call(call: Call, args: readonly Node[]): string {
    const [a, b, c] = args.map((arg) => this.#text(arg));
    const first = args[0]!;
    if (call === 'f32') return `Math.fround(${a})`;
    if (call === 'abs') return `Math.abs(${a})`;
    if (call === 'lesser') return `(${b} < ${a} ? ${b} : ${a})`;
    if (call === 'greater') return `(${a} < ${b} ? ${b} : ${a})`;
    if (call === 'select') return `(${a} ? ${b} : ${c})`;
    // Two zeros may differ in sign: said of every zero, since asking costs more.
    if (call === 'differ') return `(${a} !== ${b} || ${a} === 0)`;
    if (call === 'float') return `(I[0] = ${a}, F[0])`;
    if (first.is === 'name' && this.#kernel.over[first.name] === 'f32') return `${first.name}Bits[i]`;
    return `(F[0] = ${a}, I[0])`;
  }
}

function isNaNTest(node: Node): node is Node & { is: 'op' } {
  if (node.is !== 'op' || node.op !== '!=') return false;
  return node.a.is === 'name' && node.b.is === 'name' && node.a.name === node.b.name;
}
