import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { MathNode } from 'mathjs';
import { arity, type Fn, type Node } from './ast.js';

/** A text that is no formula of ours. The message quotes the text and says what is allowed. */
export class FormulaError extends Error {
  override name = 'FormulaError';
}

const operators: Readonly<Record<string, Fn>> = {
  add: 'add',
  subtract: 'subtract',
  multiply: 'multiply',
  divide: 'divide',
  pow: 'power',
  unaryMinus: 'negate',
  equal: 'equal',
  unequal: 'unequal',
  smaller: 'less',
  smallerEq: 'lessEqual',
  larger: 'greater',
  largerEq: 'greaterEqual',
  and: 'both',
  or: 'either',
};

/**
 * Parses one formula text (mathjs syntax). Only the grammar is mathjs's: its functions, units and constants are never
 * reached, because there `m` is the metre, `gamma` a function and `0.1` a nearby fraction.
 * Literals must be integers; every other real enters as a symbol. Throws FormulaError.
 */
export function parse(text: string): Node {
  const known = parsed().get(text);
  if (known) return known;
  const node = convert(mathNode(text), text);
  parsed().set(text, node);
  return node;
}

/** Every text that has been parsed, with its tree: what the build stores. */
export const trees = (): ReadonlyMap<string, Node> => parsed();

/** The text as mathjs sees it; for LaTeX. */
export function mathNode(text: string): MathNode {
  try {
    return grammar()(text);
  } catch (cause) {
    throw new FormulaError(`'${text}' does not parse: ${(cause as Error).message}`);
  }
}

type Raw = MathNode & Record<string, unknown>;

function convert(node: MathNode, text: string): Node {
  const raw = node as Raw;
  const of = (value: unknown): Node => convert(value as MathNode, text);
  const call = (fn: string, args: unknown[]): Node => {
    const count = Object.hasOwn(arity, fn) ? arity[fn as Fn] : undefined;
    if (count === undefined) throw new FormulaError(`'${text}' calls ${fn}, which the formula language does not have`);
    if (count !== args.length) throw new FormulaError(`'${text}': ${fn} takes ${count} arguments, got ${args.length}`);
    return { kind: 'call', fn: fn as Fn, args: args.map(of) };
  };
  switch (raw.type as string) {
    case 'ParenthesisNode':
      return of(raw.content);
    case 'SymbolNode':
      return { kind: 'symbol', name: raw.name as string };
    case 'ConstantNode':
      if (!Number.isSafeInteger(raw.value))
        throw new FormulaError(`'${text}': ${raw.value} is not an integer; give it a name and pass it as a symbol`);
      return { kind: 'number', value: raw.value as number };
    case 'OperatorNode':
      return call(operators[raw.fn as string] ?? (raw.fn as string), raw.args as unknown[]);
    case 'FunctionNode':
      return call((raw.fn as Raw).name as string, raw.args as unknown[]);
    case 'ConditionalNode':
      return call('choose', [raw.condition, raw.trueExpr, raw.falseExpr]);
    default:
      throw new FormulaError(`'${text}' uses ${raw.type}, which the formula language does not have`);
  }
}

let grammarOnce: ((text: string) => MathNode) | undefined;
/** mathjs takes most of a second to load, so it is loaded only for a text that the build has not parsed already. */
function grammar(): (text: string) => MathNode {
  grammarOnce ??= createRequire(import.meta.url)('mathjs/number').parse as (text: string) => MathNode;
  return grammarOnce;
}

let parsedOnce: Map<string, Node> | undefined;
/** Trees by their text; a built package starts with those that `src/prebuild.ts` wrote beside this file. */
function parsed(): Map<string, Node> {
  if (!parsedOnce) {
    parsedOnce = new Map();
    try {
      const stored = JSON.parse(readFileSync(new URL('./parsed.json', import.meta.url), 'utf8')) as Record<
        string,
        Node
      >;
      for (const [text, node] of Object.entries(stored)) parsedOnce.set(text, node);
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw cause;
    }
  }
  return parsedOnce;
}
