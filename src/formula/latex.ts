import type { Fn, Node } from './ast.js';
import { parse } from './parse.js';

/** How names are printed. Of one that is not listed, a letter is itself with what follows it below, a word is in italics. */
export type SymbolTable = Readonly<Record<string, { readonly latex: string }>>;

/**
 * A formula, as text or tree, in LaTeX (math mode, amsmath). Products are written by juxtaposition, and a sum or a largest
 * magnitude takes in the whole product that follows it; whatever else could be misread has parentheses.
 * Throws FormulaError for a text that does not parse.
 */
export function latex(formula: string | Node, symbols: SymbolTable): string {
  return render(typeof formula === 'string' ? parse(formula) : formula, free, symbols);
}

type Write = (args: readonly Node[], symbols: SymbolTable) => string;

interface Rule {
  /** How firmly the written form holds together; anything looser than its place asks for is put in parentheses. */
  readonly level: number;
  readonly write: Write;
}

/** The levels of places and forms, loosest first. */
const [free, cases, or, and, side, signed, term, factor, fraction, raised, closed] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10];

const infix = (level: number, sign: string, left = level + 1, right = level + 1): Rule => ({
  level,
  write: ([a, b], symbols) => `${render(a!, left, symbols)} ${sign} ${render(b!, right, symbols)}`,
});
const named = (name: string): Rule => ({
  level: closed,
  write: (args, symbols) => `${name}\\left(${args.map((arg) => render(arg, free, symbols)).join(', ')}\\right)`,
});
const around = (level: number, open: string, close: string): Rule => ({
  level,
  write: ([a], symbols) => `${open}${render(a!, free, symbols)}${close}`,
});

const rules: Partial<Record<Fn, Rule>> = {
  choose: { level: cases, write: choose },
  either: infix(or, '\\text{ or }', or, or),
  both: infix(and, '\\text{ and }', and, and),
  equal: infix(side, '='),
  unequal: infix(side, '\\ne'),
  less: infix(side, '<'),
  lessEqual: infix(side, '\\le'),
  greater: infix(side, '>'),
  greaterEqual: infix(side, '\\ge'),
  add: { level: term, write: ([a, b], symbols) => `${render(a!, signed, symbols)} + ${following(b!, symbols)}` },
  subtract: infix(term, '-', signed),
  negate: { level: signed, write: ([a], symbols) => `-${render(a!, factor, symbols)}` },
  multiply: { level: factor, write: product },
  sum: { level: factor, write: ([a], symbols) => `\\sum ${render(a!, factor, symbols)}` },
  peak: around(factor, '\\max \\left|', '\\right|'),
  divide: { level: fraction, write: ([a, b], symbols) => `\\frac${braced(a!, symbols)}${braced(b!, symbols)}` },
  power: { level: raised, write: power },
  sqrt: { level: closed, write: ([a], symbols) => `\\sqrt${braced(a!, symbols)}` },
  abs: around(closed, '\\left|', '\\right|'),
  floor: around(closed, '\\left\\lfloor ', ' \\right\\rfloor'),
  exp: named('\\exp'),
  min: named('\\min'),
  max: named('\\max'),
};

/** What follows a plus: a sum there goes on without parentheses, but cannot begin with a sign of its own. */
function following(node: Node, symbols: SymbolTable): string {
  if (node.kind !== 'call' || (node.fn !== 'add' && node.fn !== 'subtract')) return render(node, term, symbols);
  const [a, b] = node.args as [Node, Node];
  const rest = node.fn === 'add' ? `+ ${following(b, symbols)}` : `- ${render(b, factor, symbols)}`;
  return `${following(a, symbols)} ${rest}`;
}

function render(node: Node, place: number, symbols: SymbolTable): string {
  if (node.kind === 'number') return String(node.value);
  if (node.kind === 'symbol') return nameOf(node.name, symbols);
  const { level, write } = rules[node.fn] ?? named(`\\operatorname{${node.fn}}`);
  const written = write(node.args, symbols);
  return level < place ? `\\left(${written}\\right)` : written;
}

const greek = ['delta', 'epsilon', 'eta', 'lambda', 'mu', 'rho', 'sigma', 'tau', 'Omega'];

function nameOf(name: string, symbols: SymbolTable): string {
  if (Object.hasOwn(symbols, name)) return symbols[name]!.latex;
  const [head, tail] = name.replace(/^([A-Za-z])(\d+)$/, '$1_$2').split(/_(.*)/s) as [string, string?];
  const letter = greek.includes(head) ? `\\${head}` : head.length === 1 ? head : null;
  if (letter === null) return italic(name);
  if (tail === undefined) return letter;
  return `${letter}_{${tail.length === 1 || /^\d+$/.test(tail) ? tail : italic(tail)}}`;
}

const italic = (name: string): string => `\\mathit{${name.replaceAll('_', '\\_')}}`;

const braced = (node: Node, symbols: SymbolTable): string => `{${render(node, free, symbols)}}`;

function product(args: readonly Node[], symbols: SymbolTable): string {
  const all = args.flatMap(factors);
  const written = all.map((node, i) => render(node, i < all.length - 1 && takesAll(node) ? closed : factor, symbols));
  return written.reduce((left, right) => `${left} ${/^\d/.test(right) ? '\\cdot' : '\\,'} ${right}`);
}

const factors = (node: Node): readonly Node[] =>
  node.kind === 'call' && node.fn === 'multiply' ? node.args.flatMap(factors) : [node];

/** Whether factors written after it would be taken in. */
const takesAll = (node: Node): boolean => node.kind === 'call' && (node.fn === 'sum' || node.fn === 'peak');

/** A name that has an exponent or a prime of its own cannot take another without parentheses. */
function power([base, exponent]: readonly Node[], symbols: SymbolTable): string {
  const written = render(base!, closed, symbols);
  const whole = base!.kind === 'symbol' && /[\^']/.test(written) ? `\\left(${written}\\right)` : written;
  return `${whole}^${braced(exponent!, symbols)}`;
}

/** A row for each condition, as far as one follows where another fails. */
function choose(args: readonly Node[], symbols: SymbolTable): string {
  const rows: string[] = [];
  let rest: Node = { kind: 'call', fn: 'choose', args };
  while (rest.kind === 'call' && rest.fn === 'choose') {
    const [test, value, otherwise] = rest.args as [Node, Node, Node];
    rows.push(`${render(value, or, symbols)} & \\text{if } ${render(test, or, symbols)}`);
    rest = otherwise;
  }
  return `\\begin{cases} ${[...rows, `${render(rest, or, symbols)} & \\text{otherwise}`].join(' \\\\ ')} \\end{cases}`;
}
