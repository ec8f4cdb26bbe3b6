import { type Format, formats } from '../exact/format.js';
import { ArgumentError } from './errors.js';

export type Layout = 'channels_first' | 'channels_last';
/** Values as they are stored: f16 and bf16 as their bits. */
export type Elements = Float64Array | Float32Array | Uint16Array;

export interface Tensor {
  readonly format: Format;
  /** Samples, channels, positions; or samples, positions, channels. */
  readonly shape: readonly number[];
  readonly layout: Layout;
  readonly data: Elements;
}

/** Samples, channels, positions. In channels last every position is a sample of its own. */
export interface Extents {
  readonly N: number;
  readonly C: number;
  readonly S: number;
}

const stores = { f64: Float64Array, f32: Float32Array, f16: Uint16Array, bf16: Uint16Array } as const;

/** An array of zeros that holds the format. */
export const storage = (format: Format, length: number): Elements => new stores[format](length);

/** The extents of the tensor. Throws ArgumentError, which names `argument`, where its parts do not fit together. */
export function extents({ format, shape, layout, data }: Tensor, argument: string): Extents {
  const no = (why: string): never => {
    throw new ArgumentError(argument, why);
  };
  if (!(format in formats)) no(`dtype ${format} is none of ${Object.keys(formats).join(', ')}`);
  if (layout !== 'channels_first' && layout !== 'channels_last')
    no(`layout ${layout} is neither channels_first nor channels_last`);
  if (shape.length < 2) no(`shape [${shape}] has no axis of channels; at least two are needed`);
  if (!shape.every((extent) => Number.isSafeInteger(extent) && extent > 0))
    no(`shape [${shape}] has an extent that is no whole number above 0`);
  const size = shape.reduce((all, extent) => all * extent, 1);
  if (!(data instanceof stores[format]))
    no(`dtype ${format} is stored as ${stores[format].name}, got ${data?.constructor?.name}`);
  if (data.length !== size) no(`shape [${shape}] holds ${size} elements, got ${data.length}`);
  const first = layout === 'channels_first';
  const C = shape[first ? 1 : shape.length - 1]!;
  return first ? { N: shape[0]!, C, S: size / C / shape[0]! } : { N: size / C, C, S: 1 };
}

/** Throws ArgumentError unless the tensor is of the same format, shape and layout as x. */
export function likeX(tensor: Tensor, x: Tensor, argument: string): void {
  extents(tensor, argument);
  for (const part of ['format', 'shape', 'layout'] as const)
    if (String(tensor[part]) !== String(x[part])) {
      const word = part === 'format' ? 'dtype' : part;
      throw new ArgumentError(argument, `${word} [${tensor[part]}] is not that of x, [${x[part]}]`);
    }
}
