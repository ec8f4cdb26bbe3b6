import type { Kernel } from './kernel.js';

export type Type = 'f32' | 'f64' | 'i32' | 'm32' | 'm64';
export type Op = '|' | '^' | '&' | '==' | '!=' | '<' | '<<' | '>>' | '>>>' | '+' | '-' | '*';
export type Call = 'f32' | 'f64' | 'abs' | 'lesser' | 'greater' | 'bits' | 'float' | 'differ' | 'select';

/** An expression whose type is known. `wide` is an f32 read as f64. */
export type Node = { readonly type: Type } & (
  | { readonly is: 'name'; readonly name: string }
  | { readonly is: 'number'; readonly value: number }
  | { readonly is: 'wide'; readonly of: Node }
  | { readonly is: 'op'; readonly op: Op; readonly a: Node; readonly b: Node }
  | { readonly is: 'call'; readonly call: Call; readonly args: readonly Node[] }
);
/** `to` is null where the statement says `miss`. */
export interface Statement {
  readonly to: string | null;
  readonly value: Node;
}

const order: readonly (readonly Op[])[] = [
  ['|'],
  ['^'],
  ['&'],
  ['==', '!=', '<'],
  ['<<', '>>', '>>>'],
  ['+', '-'],
  ['*'],
];
const comparisons = order[3]!;
const tokens = /\s*(?:(0x[\da-f]+|[\d.]+(?:e[+-]?\d+)?)|(\w+)|(>>>|>>|<<|[!=]=|[-+*|^&<(),=]))/giy;

/** What a kernel does for every element, and after every segment. */
export interface Program {
  readonly each: readonly Statement[];
  readonly after: readonly Statement[];
}

/** The statements of a kernel, each value with its type. Throws SyntaxError for what the language does not have. */
export function program({ over, given, keeps = {}, does, segment }: Kernel): Program {
  const types = new Map<string, Type>(Object.entries(given));
  for (const [name, held] of Object.entries(over)) types.set(name, held === 'u16' ? 'i32' : held);
  for (const [name, { as }] of Object.entries(keeps)) types.set(name, as);
  for (const [name, { as }] of Object.entries(segment?.keeps ?? {})) types.set(name, as);
  const read = (text: string): Statement[] =>
    text.split('\n').flatMap((line) => {
      if (line.trim() === '') return [];
      const [, to, text] = /^\s*(?:miss|(\w+) =)\s(.*)$/.exec(line) ?? fail(line, 'is no statement');
      const value = reader(text!, types);
      if (to) types.set(to, types.get(to) ?? value.type);
      return [{ to: to ?? null, value: to ? as(value, types.get(to)!) : value }];
    });
  return { each: read(does), after: read(segment?.does ?? '') };
}

function fail(where: string, why: string): never {
  throw new SyntaxError(`kernel: '${where.trim()}' ${why}`);
}

function reader(text: string, types: ReadonlyMap<string, Type>): Node {
  const words = [...text.matchAll(tokens)].map(([word]) => word.trim());
  if (words.join('') !== text.replace(/\s/g, '')) fail(text, 'has a strange sign');
  const take = (word: string): boolean => words.shift() === word || fail(text, `lacks ${word}`);
  const level = (n: number): Node => {
    if (n === order.length) return atom();
    let a = level(n + 1);
    while (order[n]!.includes(words[0] as Op)) a = operation(words.shift() as Op, a, level(n + 1));
    return a;
  };
  const atom = (): Node => {
    const word = words.shift() ?? fail(text, 'ends too soon');
    if (word === '(') return list()[0]!;
    if (/^\d/.test(word)) return { is: 'number', value: Number(word), type: /^0x|^\d+$/.test(word) ? 'i32' : 'f64' };
    if (words[0] !== '(') return { is: 'name', name: word, type: types.get(word) ?? fail(text, `knows no ${word}`) };
    take('(');
    return call(word as Call, list());
  };
  const list = (): Node[] => {
    const items: Node[] = [];
    do items.push(level(0));
    while (words[0] === ',' && take(','));
    take(')');
    return items;
  };
  const value = level(0);
  return words.length === 0 ? value : fail(text, 'goes on too long');
}

/** The same value as the wider type. */
function as(node: Node, type: Type): Node {
  if (node.type === type) return node;
  if (node.type === 'f32' && type === 'f64') return { is: 'wide', of: node, type };
  return node.type[0] === 'm' && type === 'i32' ? node : fail(node.type, `is not ${type}`);
}

function operation(op: Op, a: Node, b: Node): Node {
  if (a.is === 'number' && b.type !== a.type) return operation(op, { ...a, type: b.type }, b);
  if (b.is === 'number' && b.type !== a.type) return operation(op, a, { ...b, type: a.type });
  const meet: Type = a.type === 'f64' || b.type === 'f64' ? 'f64' : a.type;
  const [x, y] = [as(a, meet), as(b, op === '|' ? b.type : meet)];
  const compares = comparisons.includes(op);
  return { is: 'op', op, a: x, b: y, type: compares ? (meet === 'f64' ? 'm64' : 'm32') : meet };
}

const results: Partial<Record<Call, Type>> = { f32: 'f32', bits: 'i32', float: 'f32' };

function call(name: Call, args: readonly Node[]): Node {
  if (name === 'f64') return as(args[0]!, 'f64');
  const of = name === 'select' ? args[1]! : args[0]!;
  if (name === 'differ') return { is: 'call', call: name, args, type: of.type === 'f64' ? 'm64' : 'm32' };
  return { is: 'call', call: name, args, type: results[name] ?? of.type };
}

/** Whether the expression reads the name. */
export function mentions(node: Node, name: string): boolean {
  if (node.is === 'name') return node.name === name;
  if (node.is === 'wide') return mentions(node.of, name);
  if (node.is === 'op') return mentions(node.a, name) || mentions(node.b, name);
  return node.is === 'call' && node.args.some((arg) => mentions(arg, name));
}
