import type { Chapter } from './chapter.js';
import { type Fn, type Node, symbols } from './ast.js';
import { FormulaError, parse } from './parse.js';

/** Whether a value differs within a channel, or is one per channel. */
export type Grain = 'element' | 'channel';

/** A tree with every formula it leads to, as one JavaScript function: no arrays in between, channel by channel. */
export interface Program {
  /** The inputs that its result differs along, outside of all sums. */
  readonly along: readonly string[];
  readonly source: string;
}

/** Where names come from while a program is written. */
export interface Names {
  readonly chapters: readonly Chapter[];
  /** The grain of a given name; undefined if it is a formula. */
  given(name: string): Grain | undefined;
}

/** The given names that a tree leads to. Throws FormulaError for a name that nobody defines, and for a circle. */
export function leaves(root: Node, names: Omit<Names, 'given'> & { has(name: string): boolean }): string[] {
  const found = new Set<string>();
  const done = new Set<string>();
  const walk = (node: Node, open: readonly string[]): void => {
    for (const name of symbols(node)) {
      if (done.has(name)) continue;
      if (names.has(name)) found.add(name);
      else if (open.includes(name)) throw new FormulaError(`'${name}' is defined by itself: ${[...open, name].join(' -> ')}`);
      else walk(definition(name, names.chapters), [...open, name]);
      if (!open.includes(name)) done.add(name);
    }
  };
  walk(root, []);
  return [...found];
}

function definition(name: string, chapters: readonly Chapter[]): Node {
  const formula = chapters.find((chapter) => Object.hasOwn(chapter, name))?.[name];
  if (!formula) throw new FormulaError(`nothing defines '${name}'`);
  return parse(formula.is);
}

/** Writes the program of a tree on its leaves, `inputs`. `emptiable`: some input may be the empty range, which every step then passes on. */
export function write(root: Node, names: Names, inputs: readonly string[], emptiable: boolean): Program {
  const writer = new Writer(names, inputs, emptiable);
  const grain = writer.grain(root);
  const body = grain === 'channel' ? writer.perChannel(root) : '';
  const inner = grain === 'element' ? writer.loop(root, 'out') : { text: '' };
  const store = grain === 'channel' ? `lo[c] = ${body}l; hi[c] = ${body}h;` : inner.text;
  const load = inputs.map((_, i) => `const { lo: L${i}, hi: H${i} } = inputs[${i}]; const [dn${i}, dc${i}, ds${i}] = steps[${i}];`);
  const source = `${load.join('\n')}\nconst C = batch[1];\nfor (let c = 0; c < C; c += 1) {\n${writer.lines.join('\n')}\n${store}\n}`;
  return { along: writer.along(root), source };
}

class Writer {
  readonly lines: string[] = [];
  readonly #names: Names;
  readonly #inputs: readonly string[];
  readonly #emptiable: boolean;
  readonly #known = new Map<Node | string, string>();
  readonly #along = new Map<Node | string, readonly string[]>();
  #count = 0;

  constructor(names: Names, inputs: readonly string[], emptiable: boolean) {
    this.#names = names;
    this.#inputs = inputs;
    this.#emptiable = emptiable;
  }

  /** Given names that a tree varies along within a channel: what it reads outside of sums. */
  along(node: Node): readonly string[] {
    const key = node.kind === 'symbol' ? node.name : node;
    let known = this.#along.get(key);
    if (!known) this.#along.set(key, (known = this.#alongOf(node)));
    return known;
  }

  #alongOf(node: Node): readonly string[] {
    if (node.kind === 'number') return [];
    if (node.kind === 'call') return reduces(node) ? [] : [...new Set(node.args.flatMap((arg) => this.along(arg)))];
    const grain = this.#names.given(node.name);
    if (grain === undefined) return this.along(definition(node.name, this.#names.chapters));
    return grain === 'element' ? [node.name] : [];
  }

  grain(node: Node): Grain {
    return this.along(node).length > 0 ? 'element' : 'channel';
  }

  /** Code for a value that is one per channel; each is computed once. */
  perChannel(node: Node): string {
    const key = node.kind === 'symbol' ? node.name : node;
    let name = this.#known.get(key);
    if (name === undefined) this.#known.set(key, (name = this.#channelValue(node)));
    return name;
  }

  #channelValue(node: Node): string {
    if (node.kind === 'symbol') {
      if (this.#names.given(node.name) === undefined) return this.perChannel(definition(node.name, this.#names.chapters));
      const i = this.#input(node.name);
      return this.#define(this.lines, `L${i}[c * dc${i}]`, `H${i}[c * dc${i}]`);
    }
    if (node.kind === 'number') return this.#define(this.lines, String(node.value), String(node.value));
    if (!reduces(node)) return this.#step(node.fn, node.args.map((arg) => this.perChannel(arg)), this.lines);
    const { name, text } = this.loop(node.args[0]!, node.fn as 'sum' | 'peak');
    this.lines.push(text);
    return name;
  }

  /** A pass over the channel, to reduce a value or to store it. What does not vary within it is computed before. */
  loop(node: Node, purpose: 'sum' | 'peak' | 'out'): { name: string; text: string } {
    const body: string[] = [];
    const loaded = new Map<Node | string, string>();
    const value = this.#element(node, body, loaded);
    const along = this.along(node);
    const numbers = along.map((name) => this.#input(name));
    const axis = (k: 0 | 2): string => `extent(${purpose === 'sum' ? `batch[${k}]` : 1}, [${numbers.map((i) => `shapes[${i}][${k}]`).join(', ')}])`;
    const id = this.#count++;
    const name = `v${id}`;
    const starts = numbers.map((i) => `let p${i} = n * dn${i} + c * dc${i};`).join(' ');
    const moves = numbers.map((i) => `p${i} += ds${i};`).join(' ');
    const end =
      purpose === 'out'
        ? `const o = (n * C + c) * S${id} + s; lo[o] = ${value}l; hi[o] = ${value}h;`
        : `${this.#guarded([name, value], `${purpose === 'sum' ? 'add' : 'most'}(${name}l, ${name}h, ${value}l, ${value}h);`, name)}`;
    const text = `let ${name}l = 0, ${name}h = 0; const N${id} = ${axis(0)}, S${id} = ${axis(2)};
for (let n = 0; n < N${id}; n += 1) { ${starts} for (let s = 0; s < S${id}; s += 1) {
${body.join('\n')}
${end} ${moves} } }`;
    return { name, text };
  }

  #element(node: Node, body: string[], loaded: Map<Node | string, string>): string {
    if (this.grain(node) === 'channel') return this.perChannel(node);
    const key = node.kind === 'symbol' ? node.name : node;
    const known = loaded.get(key);
    if (known !== undefined) return known;
    const name = this.#elementValue(node, body, loaded);
    loaded.set(key, name);
    return name;
  }

  #elementValue(node: Node, body: string[], loaded: Map<Node | string, string>): string {
    if (node.kind === 'call') return this.#step(node.fn, node.args.map((arg) => this.#element(arg, body, loaded)), body);
    const { name } = node as Extract<Node, { kind: 'symbol' }>;
    if (this.#names.given(name) === undefined) return this.#element(definition(name, this.#names.chapters), body, loaded);
    const i = this.#input(name);
    return this.#define(body, `L${i}[p${i}]`, `H${i}[p${i}]`);
  }

  #input(name: string): number {
    return this.#inputs.indexOf(name);
  }

  #define(lines: string[], lo: string, hi: string): string {
    const name = `v${this.#count++}`;
    lines.push(`const ${name}l = ${lo}, ${name}h = ${hi};`);
    return name;
  }

  #step(fn: Fn, args: readonly string[], lines: string[]): string {
    const name = `v${this.#count++}`;
    lines.push(`let ${name}l = Infinity, ${name}h = -Infinity; ${this.#guarded(args, `${fn}(${args.map((arg) => `${arg}l, ${arg}h`).join(', ')});`, name)}`);
    return name;
  }

  /** The step, unless an argument is empty: then the result is. */
  #guarded(args: readonly string[], call: string, name: string): string {
    const run = `${call} ${name}l = R[0]; ${name}h = R[1];`;
    if (!this.#emptiable) return run;
    return `if (${args.map((arg) => `${arg}l > ${arg}h`).join(' || ')}) { ${name}l = Infinity; ${name}h = -Infinity; } else { ${run} }`;
  }
}

const reduces = (node: Node): boolean => node.kind === 'call' && (node.fn === 'sum' || node.fn === 'peak');
