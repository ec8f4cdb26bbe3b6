import type { Dtype } from '../wire/tensor.js';

/**
 * The structures of targets/bnspec.h, in bytes. Pointers of 8 and of 4 bytes come out alike but for two places: the first
 * fields of a tensor, and what stands behind the last field of 8 bytes.
 */
export type Width = 4 | 8;

export const codes: Readonly<Record<Dtype, number>> = { f64: 1, f32: 2, f16: 3, bf16: 4, i64: 5 };
export const status = { ok: 0, error: 1, unsupported: 2 } as const;
export const steps: readonly string[] = ['new', 'train', 'infer', 'grad', 'state', 'load', 'drop'];
/** Axes that a tensor can have. */
export const axes = 8;

/** Where the fields of a tensor are. */
export const fields = (width: Width) =>
  ({ data: 0, dtype: width, rank: width + 4, size: 16, shape: 24, strides: 24 + 8 * axes }) as const;
export const tensorBytes = 24 + 16 * axes;

const inputNames = [
  ...['x', 'dy', 'gamma', 'beta', 'running_mean', 'running_var'],
  ...['vx', 'vgamma', 'vbeta', 'weight', 'bias'],
];
const outputNames = [
  ...['y', 'dx', 'mean', 'variance', 'inv_std', 'running_mean', 'running_var', 'count', 'dgamma', 'dbeta'],
  ...['g_x', 'g_dy', 'g_gamma', 'weight', 'bias', 'gamma', 'beta'],
];

const placed = (names: readonly string[], from = 0): ReadonlyMap<string, number> =>
  new Map(names.map((name, i) => [name, from + i * tensorBytes]));

const ins = inputNames.length * tensorBytes;
/** One block holds both structures: where each tensor and each further field of it is. */
const blockOf = (width: Width) => {
  const outs = 64 * Math.ceil((ins + 80 + 3 * width) / 64);
  const ends = outs + outputNames.length * tensorBytes;
  const [parts, lists] = [ins + 72, ins + 80];
  return {
    inputs: placed(inputNames),
    extents: ins,
    epsilon: ins + 24,
    momentum: ins + 32,
    count: ins + 40,
    layout: ins + 48,
    relu: ins + 52,
    step: ins + 56,
    track: ins + 60,
    rank: ins + 64,
    dtype: ins + 68,
    parts,
    /** Pointers to the parts of x and of dy. */
    lists: new Map([
      ['x', lists],
      ['dy', lists + width],
    ]),
    layer: lists + 2 * width,
    out: outs,
    outputs: placed(outputNames, outs),
    outLists: new Map([
      ['y', ends],
      ['dx', ends + width],
    ]),
    message: ends + 2 * width,
    size: 64 * Math.ceil((ends + 3 * width) / 64),
  };
};

const blocks = { 4: blockOf(4), 8: blockOf(8) };
export const block = (width: Width) => blocks[width];

/** Under memory=inplace these lie over those. */
export const over: Readonly<Record<string, string>> = {
  ...{ y: 'x', dx: 'dy' },
  ...{ running_mean: 'running_mean', running_var: 'running_var' },
};

/** Lines of key=value. Throws Error on a line that is none. */
export function readLines(text: string): Record<string, string> {
  const lines = text.split('\n').map((line) => line.trim());
  const pairs = lines.flatMap((line) => {
    if (line === '') return [];
    const at = line.indexOf('=');
    if (at < 1)
      throw new Error(`the card of bnspec_card says ${JSON.stringify(line)}: lines of key=value are expected`);
    return [[line.slice(0, at).trim(), line.slice(at + 1).trim()] as const];
  });
  return Object.fromEntries(pairs);
}
