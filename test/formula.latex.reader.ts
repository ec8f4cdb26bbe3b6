import type { Fn, Node } from '../src/formula/ast.js';
import type { SymbolTable } from '../src/formula/latex.js';

const call = (fn: Fn, ...args: Node[]): Node => ({ kind: 'call', fn, args });
const relations: Readonly<Record<string, Fn>> = {
  '=': 'equal',
  '\\ne': 'unequal',
  '<': 'less',
  '\\le': 'lessEqual',
  '>': 'greater',
  '\\ge': 'greaterEqual',
};

/**
 * Reads LaTeX back as a person does: a sum takes in the product that follows it, products and sums group to the left.
 * Throws on anything that is not balanced or does not read.
 */
export function read(text: string, symbols: SymbolTable): Node {
  return new Reader(text, symbols).formula();
}

class Reader {
  #rest: string;
  readonly #names: readonly (readonly [string, { readonly latex: string }])[];

  constructor(text: string, symbols: SymbolTable) {
    this.#rest = text;
    this.#names = Object.entries(symbols).sort(([, a], [, b]) => b.latex.length - a.latex.length);
  }

  formula(): Node {
    const node = this.#whole();
    if (this.#rest.trim() !== '') throw new Error(`'${this.#rest}' is left`);
    return node;
  }

  #next(token: string): boolean {
    this.#rest = this.#rest.trimStart();
    if (!this.#rest.startsWith(token)) return false;
    this.#rest = this.#rest.slice(token.length);
    return true;
  }

  #need(token: string): void {
    if (!this.#next(token)) throw new Error(`${token} expected before '${this.#rest}'`);
  }

  /** What `pattern` finds at the very place, taken out. */
  #take(pattern: RegExp): string | null {
    const found = pattern.exec(this.#rest.trimStart());
    if (found?.index !== 0) return null;
    this.#need(found[0]);
    return found[1]!;
  }

  #chain(part: () => Node, signs: Readonly<Record<string, Fn>>): Node {
    let left = part();
    for (;;) {
      const sign = Object.keys(signs).find((token) => this.#next(token));
      if (sign === undefined) return left;
      left = call(signs[sign]!, left, part());
    }
  }

  #until(close: string): Node {
    const inner = this.#whole();
    this.#need(close);
    return inner;
  }

  #braced(): Node {
    this.#need('{');
    return this.#until('}');
  }

  #list(): Node[] {
    this.#need('\\left(');
    const items = [this.#whole()];
    while (this.#next(',')) items.push(this.#whole());
    this.#need('\\right)');
    return items;
  }

  #rows(): Node {
    const value = this.#until('&');
    if (this.#next('\\text{otherwise}')) {
      this.#need('\\end{cases}');
      return value;
    }
    this.#need('\\text{if }');
    return call('choose', this.#until('\\\\'), value, this.#rows());
  }

  #whole(): Node {
    const all = (): Node => this.#chain(() => this.#relation(), { '\\text{ and }': 'both' });
    return this.#chain(all, { '\\text{ or }': 'either' });
  }

  #relation(): Node {
    const left = this.#terms();
    const sign = Object.keys(relations).find((token) => this.#next(token));
    return sign === undefined ? left : call(relations[sign]!, left, this.#terms());
  }

  #terms(): Node {
    let first = this.#next('-');
    const part = (): Node => {
      const negative = first;
      first = false;
      return negative ? call('negate', this.#product()) : this.#product();
    };
    return this.#chain(part, { '+': 'add', '-': 'subtract' });
  }

  #product(): Node {
    return this.#chain(() => this.#factor(), { '\\,': 'multiply', '\\cdot': 'multiply' });
  }

  #factor(): Node {
    if (this.#next('\\sum')) return call('sum', this.#product());
    if (this.#next('\\max \\left|')) return call('peak', this.#until('\\right|'));
    const base = this.#atom();
    return this.#next('^') ? call('power', base, this.#braced()) : base;
  }

  #atom(): Node {
    const digits = this.#take(/^(\d+)/);
    if (digits !== null) return { kind: 'number', value: Number(digits) };
    if (this.#next('\\begin{cases}')) return this.#rows();
    if (this.#next('\\frac')) return call('divide', this.#braced(), this.#braced());
    if (this.#next('\\sqrt')) return call('sqrt', this.#braced());
    if (this.#next('\\left|')) return call('abs', this.#until('\\right|'));
    if (this.#next('\\left\\lfloor')) return call('floor', this.#until('\\right\\rfloor'));
    if (this.#next('\\left(')) return this.#until('\\right)');
    const operator = this.#take(/^\\operatorname\{(\w+)\}/) ?? this.#take(/^\\(max|min|exp)(?=\\left\()/);
    if (operator !== null) return call(operator as Fn, ...this.#list());
    return { kind: 'symbol', name: this.#name() };
  }

  #name(): string {
    const below = this.#take(/^((?:\\[a-zA-Z]+|[A-Za-z])_\{(?:\w+|\\mathit\{(?:\w|\\_)+\})\})/);
    if (below !== null) {
      const [letter, tail] = below.replaceAll(/\\(?!_)(mathit)?|[{}]/g, '').split(/_(.*)/s) as [string, string];
      return /^\d/.test(tail) ? letter + tail : `${letter}_${tail.replaceAll('\\_', '_')}`;
    }
    const known = this.#names.find(([, { latex }]) => this.#next(latex));
    if (known) return known[0];
    const name = this.#take(/^\\mathit\{((?:\w|\\_)+)\}/) ?? this.#take(/^\\([a-zA-Z]+)/) ?? this.#take(/^([A-Za-z])/);
    if (name === null) throw new Error(`nothing can be read of '${this.#rest}'`);
    return name.replaceAll('\\_', '_');
  }
}

/** The tree with sums, products, `and` and `or` grouped to the left, as they are read. */
export function leftward(node: Node): Node {
  if (node.kind !== 'call') return node;
  const [a, b, ...rest] = node.args.map(leftward);
  const inner = b?.kind === 'call' ? b : null;
  const joins = node.fn === 'multiply' || node.fn === 'both' || node.fn === 'either' ? [node.fn] : [];
  const regroups: readonly Fn[] = node.fn === 'add' ? ['add', 'subtract'] : joins;
  if (!inner || !regroups.includes(inner.fn)) return call(node.fn, a!, ...(b ? [b] : []), ...rest);
  return leftward(call(inner.fn, call(node.fn, a!, inner.args[0]!), inner.args[1]!));
}
