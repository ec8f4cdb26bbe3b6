import { bind } from '../formula/evaluate.js';
import { type Floats, floats, tabulate } from '../formula/float.js';
import { expand, perChannel, scalar } from '../formula/shape.js';
import { perElement } from './answer.js';
import { type Layer, momentumOf, type Op, shapeOf } from './layer.js';
import type { Profile } from './profile.js';
import type { Subject } from './subject.js';

/** Saved statistics by their formulas. */
export const savedAs = { mean: 'mu', variance: 'sigma2', inv_std: 'inv_std' } as const;

/** What becomes of each number that is read, and of each result. */
export type Step = (value: number) => number;

/** What the formulas of an operation come to in float64, output by output: values of the layer's order, or one per channel. */
export function predict(
  { formulas, profile }: Subject,
  layer: Layer,
  op: Op,
  step?: Step,
): (name: string) => Float64Array {
  const shape = shapeOf(layer);
  const plain = floats(shape);
  const rounded = (value: Floats): Floats => (step ? { shape: value.shape, data: value.data.map(step) } : value);
  const algebra = { ...plain, apply: (...of: Parameters<typeof plain.apply>) => rounded(plain.apply(...of)) };
  const read = (symbol: string): Floats | undefined => {
    const value = given(layer, symbol, profile);
    return value && rounded(value);
  };
  const lookup = bind(formulas[op], algebra, read);
  return (name) => {
    const { data, shape: own } = lookup(formulaOf(name), perChannel);
    return expand(data, own, perElement(name) ? shape : [1, layer.C, 1]);
  };
}

/** The formula of an output, which the wire may call by another name. */
export const formulaOf = (output: string): string => (savedAs as Readonly<Record<string, string>>)[output] ?? output;

/** Inputs as floats; and the layout and the index of each sample, channel and position, which only wrong kernels read. */
function given(layer: Layer, symbol: string, profile: Profile): Floats | undefined {
  const shape = shapeOf(layer);
  const one = (value: number): Floats => ({ shape: scalar, data: Float64Array.of(value) });
  const vector = (values: Float64Array | null, absent: number): Floats =>
    values ? { shape: [1, layer.C, 1], data: values } : one(absent);
  switch (symbol) {
    case 'x':
    case 'dy':
      return { shape, data: layer[symbol] };
    case 'vx':
      return layer.vx && { shape, data: layer.vx };
    case 'vgamma':
    case 'vbeta':
      return vector(layer[symbol] ?? null, 0);
    case 'gamma':
      return vector(layer.gamma, 1);
    case 'beta':
      return vector(layer.beta, 0);
    case 'running_mean':
      return vector(layer.running_mean, 0);
    case 'running_var':
      return vector(layer.running_var, 1);
    case 'epsilon':
      return one(layer.epsilon);
    case 'momentum':
      return one(momentumOf(layer, profile));
    case 'count':
      return one(layer.count ?? 0);
    case 'alpha': // without running statistics nothing is averaged, and no momentum is sent
      return layer.running_mean ? undefined : one(0);
    case 'channels_last':
      return one(layer.layout === 'channels_last' ? 1 : 0);
    case 'n_index':
      return { shape, data: tabulate(shape, (n) => n) };
    case 'c_index':
      return { shape: [1, layer.C, 1], data: Float64Array.from({ length: layer.C }, (_, c) => c) };
    case 's_index':
      return { shape, data: tabulate(shape, (_n, _c, s) => s) };
    default:
      return undefined;
  }
}
