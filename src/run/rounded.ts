import { decode, encode } from '../exact/bits.js';
import type { Format } from '../exact/format.js';
import { type Node, print } from '../formula/ast.js';
import type { Chapter } from '../formula/chapter.js';
import { parse } from '../formula/parse.js';
import type { Elements, Tensor } from '../oracle/batch.js';
import type { Certificate } from '../oracle/certificate.js';
import { type Gradients, Oracle, type Outputs } from '../oracle/oracle.js';
import { elements, type Layer, type Op, shapeOf } from './layer.js';

/** What the oracle computes, in the words of the laws that ask for it. */
const texts: Partial<Record<Op, { readonly output: string; readonly is: readonly string[] }>> = {
  train: { output: 'y', is: ['gamma * (x - mu) / s + beta', 'gamma * xhat + beta'] },
  infer: { output: 'y', is: ['gamma * (x - running_mean) / sqrt(running_var + epsilon) + beta'] },
  grad: { output: 'dx', is: ['gamma / s * (dy - sum(dy) / m - xhat * sum(dy * xhat) / m)'] },
  infer_grad: { output: 'dx', is: ['gamma * dy / sqrt(running_var + epsilon)'] },
};
/** The formulas that they rest on; a dialect may have others, and then the oracle does not speak for it. */
const common: Chapter = {
  mu: { is: 'sum(x) / m', says: '' },
  sigma2: { is: 'sum((x - mu)^2) / m', says: '' },
  s: { is: 'sqrt(sigma2 + epsilon)', says: '' },
  xhat: { is: '(x - mu) / s', says: '' },
};

const spelt = new Map<Op, ReadonlySet<string>>();
const known = new WeakMap<readonly Chapter[], Map<Node, boolean>>();

/** The output of `op` that a side of a law states as the oracle computes it, by the formulas in force; null if it does not. */
export function stated(side: Node, op: Op, chapters: readonly Chapter[]): string | null {
  const { output, is = [] } = texts[op] ?? {};
  if (output === undefined) return null;
  let sides = known.get(chapters);
  if (!sides) known.set(chapters, (sides = new Map()));
  let states = sides.get(side);
  if (states === undefined) {
    if (!spelt.has(op)) spelt.set(op, new Set(is.map((text) => print(spell(parse(text), [common])))));
    sides.set(side, (states = spelt.get(op)!.has(print(spell(side, chapters)))));
  }
  return states ? output : null;
}

/** A tree with every formula that it names written out. */
function spell(node: Node, chapters: readonly Chapter[]): Node {
  if (node.kind === 'number') return node;
  if (node.kind === 'call') return { ...node, args: node.args.map((arg) => spell(arg, chapters)) };
  const formula = chapters.find((chapter) => Object.hasOwn(chapter, node.name))?.[node.name];
  return formula ? spell(parse(formula.is), chapters) : node;
}

let oracle: Oracle | undefined;

/** A whole output as the oracle rounds it, and what it did for that. */
export interface Rounded {
  readonly values: Float64Array;
  readonly certificate: Certificate;
}

/** y, or dx of a gradient, of the whole layer, every element rounded once from its exact value; null of an empty layer. */
export function rounded(layer: Layer, op: Op): Rounded | null {
  if (elements(layer) === 0 || layer.C === 0) return null;
  oracle ??= opened();
  const { gamma, beta, epsilon, running_mean, running_var } = layer;
  const [x, parameters] = [tensor(layer, layer.x), { gamma, beta, epsilon }];
  const forward = ({ y, certificate }: Outputs): Rounded => ({ values: values(y), certificate });
  const backward = ({ dx, certificate }: Gradients): Rounded => ({ values: values(dx), certificate });
  if (op === 'train') return forward(oracle.train(x, parameters));
  const dy = tensor(layer, layer.dy);
  if (op === 'grad') return backward(oracle.grad(x, dy, parameters));
  if (!running_mean || !running_var) return null;
  const statistics = { ...parameters, running_mean, running_var };
  return op === 'infer' ? forward(oracle.infer(x, statistics)) : backward(oracle.inferGrad(x, dy, statistics));
}

/** Where WebAssembly is missing, forbidden or without SIMD, the same kernels run in JavaScript. */
function opened(): Oracle {
  try {
    return new Oracle('wasm');
  } catch {
    return new Oracle('js');
  }
}

const tensor = (layer: Layer, of: Float64Array): Tensor => ({
  ...{ format: layer.dtype, shape: shapeOf(layer), layout: 'channels_first' },
  data: stored(of, layer.dtype),
});

function stored(of: Float64Array, format: Format): Elements {
  if (format === 'f64') return of;
  const { buffer, byteOffset } = encode(of, format) as Uint8Array<ArrayBuffer>;
  return format === 'f32'
    ? new Float32Array(buffer, byteOffset, of.length)
    : new Uint16Array(buffer, byteOffset, of.length);
}

const values = ({ data, format }: Tensor): Float64Array =>
  decode(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), format);
