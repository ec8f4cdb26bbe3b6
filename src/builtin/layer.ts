import type { Format } from '../exact/format.js';
import type { Array_, Inputs } from '../target/kernel.js';
import { type Arithmetic, accumulation } from './arithmetic.js';
import { type Channels, channelsOf } from './channels.js';
import { load, type Reals } from './storage.js';

/** What every operation needs of its inputs, decoded and checked. */
export interface Layer {
  readonly arithmetic: Arithmetic;
  /** Storage format of x, y, dy and dx. */
  readonly format: Format;
  /** Storage format of everything that has one value per channel. */
  readonly paramFormat: Format;
  readonly channels: Channels;
  readonly x: Reals;
  /** One value per channel: 1 where gamma is absent, 0 where beta is. */
  readonly gamma: Reals;
  readonly beta: Reals;
  readonly epsilon: number;
}

const shown = (shape: readonly number[]) => `[${shape.join(', ')}]`;

/** One value per channel; `name` is for the message. */
export function perChannel(name: string, array: Array_ | undefined, paramFormat: Format, count: number): Reals {
  if (array === undefined) throw new Error(`${name} is missing`);
  const { dtype, shape } = array;
  if (dtype !== paramFormat) throw new Error(`${name} is ${dtype}; beside this x it must be ${paramFormat}`);
  if (shape.length !== 1 || shape[0] !== count) {
    throw new Error(`${name} has shape ${shown(shape)}; x has channels ${shown([count])}`);
  }
  return load(array);
}

/** An input that must have x's shape and dtype. */
export function likeInput(name: 'dy' | 'vx', inputs: Pick<Inputs, 'x' | 'dy' | 'vx'>): Reals {
  const { x, [name]: given } = inputs;
  if (given === undefined) throw new Error(`${name} is missing`);
  if (given.dtype !== x.dtype || shown(given.shape) !== shown(x.shape)) {
    throw new Error(`${name} is ${given.dtype} ${shown(given.shape)}; x is ${x.dtype} ${shown(x.shape)}`);
  }
  return load(given);
}

/** The weights of dgamma and dbeta: 0 where absent. */
export function weightsOf({ channels: { count }, paramFormat }: Layer, { vgamma, vbeta }: Inputs) {
  return {
    vgamma: vgamma ? perChannel('vgamma', vgamma, paramFormat, count) : new Float64Array(count),
    vbeta: vbeta ? perChannel('vbeta', vbeta, paramFormat, count) : new Float64Array(count),
  };
}

/** Opens the inputs. Throws on a dtype, rank or shape that is not served. */
export function layerOf({ x, gamma, beta, epsilon, layout }: Inputs): Layer {
  if (x.dtype === 'i64') throw new Error('x is i64; f64, f32, f16 and bf16 are served');
  const { format: paramFormat, arithmetic } = accumulation(x.dtype);
  const channels = channelsOf(x.shape, layout);
  const { count } = channels;
  return {
    arithmetic,
    format: x.dtype,
    paramFormat,
    channels,
    x: load(x),
    gamma: gamma ? perChannel('gamma', gamma, paramFormat, count) : new Float64Array(count).fill(1),
    beta: beta ? perChannel('beta', beta, paramFormat, count) : new Float64Array(count),
    epsilon,
  };
}

/** The running statistics, which must be there. */
export function runningOf(
  { channels, paramFormat }: Layer,
  { running_mean, running_var }: Pick<Inputs, 'running_mean' | 'running_var'>,
) {
  return {
    mean: perChannel('running_mean', running_mean, paramFormat, channels.count),
    variance: perChannel('running_var', running_var, paramFormat, channels.count),
  };
}
