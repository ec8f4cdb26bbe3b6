import { type Fn, type Node, print, symbols } from './ast.js';
import type { Chapter } from './chapter.js';
import { FormulaError, parse } from './parse.js';
import { simplify } from './simplify.js';

/** Whether a value differs within a channel, or is one per channel. */
export type Grain = 'element' | 'channel';

/** One operation on numbered registers. */
export interface Step {
  readonly fn: Fn;
  readonly to: number;
  readonly args: readonly number[];
}

/** Steps that belong together: one formula of a channel, or one pass over its elements. */
export interface Unit {
  /** Inputs to load before, as [input, register]. */
  readonly loads: readonly (readonly [input: number, register: number])[];
  readonly steps: readonly Step[];
  /** The register of the value, and what becomes of it. */
  readonly value: number;
  readonly end:
    | { readonly kind: 'keep' }
    | { readonly kind: 'sum' | 'peak'; readonly to: number }
    | { readonly kind: 'out' };
  /** A pass: the inputs it goes along. A formula of a channel has none. */
  readonly along: readonly number[];
}

/**
 * A tree with every formula it leads to, as units that are run one after the other for each channel. Registers hold
 * one number per channel (`channel`) or as many as a block of elements has.
 */
export interface Program {
  readonly units: readonly Unit[];
  readonly registers: readonly Grain[];
  readonly constants: readonly (readonly [register: number, value: number])[];
  /** The inputs that its result differs along, outside of all sums. */
  readonly along: readonly number[];
}

/** Where names come from while a program is written. */
export interface Names {
  readonly chapters: readonly Chapter[];
  /** The grain of a given name, or 0 or 1 if it is a switch; undefined if it is a formula. */
  given(name: string): Grain | 0 | 1 | undefined;
}

/** The given names that a tree leads to. Throws FormulaError for a name that nobody defines, and for a circle. */
export function leaves(root: Node, names: Omit<Names, 'given'> & { has(name: string): boolean }): string[] {
  const found = new Set<string>();
  const done = new Set<string>();
  const walk = (node: Node, open: readonly string[]): void => {
    for (const name of symbols(node)) {
      if (done.has(name)) continue;
      if (names.has(name)) found.add(name);
      else if (open.includes(name))
        throw new FormulaError(`'${name}' is defined by itself: ${[...open, name].join(' -> ')}`);
      else walk(definition(name, names.chapters), [...open, name]);
      done.add(name);
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

/** Writes the program of a tree on its leaves, `inputs`. */
export function write(root: Node, names: Names, inputs: readonly string[]): Program {
  const writer = new Writer(names, inputs);
  writer.finish(root);
  return writer;
}

/** A unit while it is written. */
interface Draft {
  readonly loads: (readonly [number, number])[];
  readonly steps: Step[];
  readonly known: Map<string, number>;
  readonly pass: boolean;
}

class Writer implements Program {
  readonly units: Unit[] = [];
  readonly registers: Grain[] = [];
  readonly constants: [number, number][] = [];
  along: readonly number[] = [];
  readonly #names: Names;
  readonly #inputs: readonly string[];
  readonly #channel = new Map<string, number>();
  readonly #varies = new Map<string, readonly number[]>();
  readonly #formulas = new Map<string, Node>();

  constructor(names: Names, inputs: readonly string[]) {
    this.#names = names;
    this.#inputs = inputs;
  }

  finish(root: Node): void {
    const simple = simplify(root, this.#known);
    this.along = this.#along(simple);
    this.#unit(simple, { kind: 'out' });
  }

  /** What a name is: a switch or a formula, simplified; undefined for data. */
  readonly #known = (name: string): Node | undefined => {
    const given = this.#names.given(name);
    if (typeof given === 'number') return { kind: 'number', value: given };
    if (given !== undefined) return undefined;
    let formula = this.#formulas.get(name);
    if (!formula) this.#formulas.set(name, (formula = simplify(definition(name, this.#names.chapters), this.#known)));
    return formula;
  };

  /** Inputs that a tree varies along within a channel: what it reads outside of sums. */
  #along(node: Node): readonly number[] {
    let known = this.#varies.get(key(node));
    if (!known) this.#varies.set(key(node), (known = this.#alongOf(node)));
    return known;
  }

  #alongOf(node: Node): readonly number[] {
    if (node.kind === 'number') return [];
    if (node.kind === 'call') return reduces(node) ? [] : [...new Set(node.args.flatMap((arg) => this.#along(arg)))];
    const formula = this.#known(node.name);
    if (formula) return this.#along(formula);
    return this.#names.given(node.name) === 'element' ? [this.#inputs.indexOf(node.name)] : [];
  }

  #unit(node: Node, end: Unit['end'], pass = this.#along(node).length > 0): number {
    const draft: Draft = { loads: [], steps: [], known: new Map(), pass };
    const value = this.#value(node, draft);
    this.units.push({ loads: draft.loads, steps: draft.steps, value, end, along: this.#along(node) });
    return value;
  }

  /** The register of a value that is one per channel; it is computed once, before whatever reads it. */
  #perChannel(node: Node): number {
    const known = this.#channel.get(key(node));
    if (known !== undefined) return known;
    const register = this.#channelValue(node);
    this.#channel.set(key(node), register);
    return register;
  }

  #channelValue(node: Node): number {
    if (node.kind === 'number') {
      const to = this.#fresh('channel');
      this.constants.push([to, node.value]);
      return to;
    }
    const formula = node.kind === 'symbol' && this.#known(node.name);
    if (formula) return this.#perChannel(formula);
    if (!reduces(node)) return this.#unit(node, { kind: 'keep' }, false);
    const [arg] = (node as Call).args;
    const to = this.#fresh('channel');
    this.#unit(arg!, { kind: (node as Call).fn as 'sum' | 'peak', to });
    return to;
  }

  #value(node: Node, draft: Draft): number {
    const known = draft.known.get(key(node));
    if (known !== undefined) return known;
    const register = this.#compute(node, draft);
    draft.known.set(key(node), register);
    return register;
  }

  #compute(node: Node, draft: Draft): number {
    const varies = this.#along(node).length > 0;
    const formula = node.kind === 'symbol' ? this.#known(node.name) : undefined;
    if (node.kind === 'symbol' && !formula && (varies || !draft.pass)) {
      const to = this.#fresh(varies ? 'element' : 'channel');
      draft.loads.push([this.#inputs.indexOf(node.name), to]);
      return to;
    }
    if (!varies && (draft.pass || node.kind !== 'call' || reduces(node))) return this.#perChannel(node);
    if (node.kind !== 'call') return this.#value(formula!, draft);
    const args = node.args.map((arg) => this.#value(arg, draft));
    const to = this.#fresh(varies ? 'element' : 'channel');
    draft.steps.push({ fn: node.fn, to, args });
    return to;
  }

  #fresh(grain: Grain): number {
    return this.registers.push(grain) - 1;
  }
}

type Call = Extract<Node, { kind: 'call' }>;
const texts = new WeakMap<Node, string>();
/** The same for the same tree, so that it is computed once wherever it stands. */
function key(node: Node): string {
  let text = texts.get(node);
  if (text === undefined) texts.set(node, (text = print(node)));
  return text;
}

const reduces = (node: Node): boolean => node.kind === 'call' && (node.fn === 'sum' || node.fn === 'peak');
