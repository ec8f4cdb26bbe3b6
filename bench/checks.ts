import type { Format } from '../src/exact/format.js';
import type { Layer, Op } from '../src/run/layer.js';
import type { Random } from '../test/exact.random.js';
import { layerOf, type Recipe, randn, uniform } from './data.js';

/** One value that was answered, and the right one, both rounded to their format. */
export type Close = (
  answered: number,
  right: number,
  of: { readonly output: string; readonly layer: Layer },
) => boolean;

/** A correctness check in common use, made anew from its published rule. */
export interface Check {
  readonly name: string;
  /** Where the rule and the data are read, and what was changed. */
  readonly source: string;
  /** The outputs it looks at. */
  readonly looks: Partial<Readonly<Record<Op, readonly string[]>>>;
  /** Its usual data. Each list is a chain: the running statistics that come out of one step go into the next. */
  chains(from: Random): Layer[][];
  /** Its data are fixed and a plain kernel passes them: ours are drawn until one does. */
  readonly fixed?: true;
  readonly close: Close;
}

const within =
  (rtol: number, atol: number): Close =>
  (a, b) =>
    a === b || Math.abs(a - b) <= atol + rtol * Math.abs(b);

const bits = new Int32Array(1);
const singles = new Float32Array(bits.buffer);
const place = (value: number): number => {
  singles[0] = value;
  return bits[0]! < 0 ? -(bits[0]! & 0x7fffffff) : bits[0]!;
};
/** So many float32 values apart. */
const ulps =
  (most: number): Close =>
  (a, b) =>
    Math.abs(place(a) - place(b)) <= most && !Number.isNaN(a);

const updated = ['y', 'next_mean', 'next_var'];
const gradients = ['dx', 'dgamma', 'dbeta'];
const single = (recipes: readonly Recipe[]): Layer[][] => recipes.map((recipe) => [layerOf(recipe)]);

const assertClose = (dtype: Format, rtol: number, atol: number): Check => ({
  name: `assert_close ${dtype}`,
  source:
    'torch.testing.assert_close, its default tolerances: all outputs of a fresh layer, randn of 16x3x8x8 (the data are ours)',
  looks: { train: updated, infer: ['y'], grad: gradients, infer_grad: gradients },
  chains: (from) => single([{ dtype, shape: [16, 3, 8, 8], x: randn(from), dy: randn(from) }]),
  close: within(rtol, atol),
});

const kernelBench = (dtype: Format, tolerance: number): Check => ({
  name: `KernelBench ${dtype}`,
  source:
    'ScalingIntelligence/KernelBench, level1/33 and eval.py: y in training, rand; 4x3x32x32 for its 64x64x512x512, once for its 5 times',
  looks: { train: ['y'] },
  chains: (from) => single([{ dtype, shape: [4, 3, 32, 32], x: uniform(from) }]),
  close: within(tolerance, tolerance),
});

const webnnShapes = [
  ...[[4, 6] as const, [2, 3, 4] as const, [2, 3, 2, 2] as const, [6, 1, 1, 2, 2] as const].map((shape) => ({ shape })),
  { shape: [2, 3, 2, 2] as const, layout: 'channels_last' as const },
];

const webnn: Check = {
  name: 'WPT WebNN f32',
  source:
    'web-platform-tests/wpt, webnn/conformance_tests/batch_normalization: its shapes, ranges and options, drawn anew until a plain kernel passes as it does theirs; 6 ULP',
  looks: { infer: ['y'] },
  chains(from) {
    const wide = uniform(from, -100, 100);
    const base = { dtype: 'f32', x: wide, running_mean: wide, running_var: uniform(from, 16, 100) } as const;
    const plain = webnnShapes.map((shape) => ({ ...base, ...shape, gamma: null, beta: null }));
    const options: Partial<Recipe>[] = [
      { gamma: wide, beta: null },
      { gamma: null, beta: wide },
      { gamma: null, beta: null, epsilon: 1e-6 },
      { gamma: wide, beta: wide, epsilon: 1e-6, layout: 'channels_last' },
    ];
    return single([...plain, ...options.map((option) => ({ ...base, shape: [2, 3, 2, 2] as const, ...option }))]);
  },
  fixed: true,
  close: ulps(6),
};

const onnx: Check = {
  name: 'ONNX backend f32',
  source: 'onnx/onnx, backend/test/case/node: the example and the randn case with epsilon 1e-2, each in both modes',
  looks: { train: updated, infer: ['y'] },
  chains(from) {
    const listed = (...values: number[]) => {
      const rest = [...values];
      return () => rest.shift()!;
    };
    const example: Recipe = {
      ...{ dtype: 'f32', shape: [1, 2, 1, 3], x: listed(-1, 0, 1, 2, 3, 4) },
      ...{ gamma: listed(1, 1.5), beta: listed(0, 1), running_mean: listed(0, 3), running_var: listed(1, 1.5) },
    };
    const normal = randn(from);
    const drawn: Recipe = {
      ...{ dtype: 'f32', shape: [2, 3, 4, 5], x: normal, gamma: normal, beta: normal, running_mean: normal },
      ...{ running_var: uniform(from), epsilon: 1e-2 },
    };
    return single([example, drawn]);
  },
  close: within(1e-3, 1e-7),
};

const mxnet: Check = {
  name: 'MXNet f32',
  source:
    'apache/mxnet, tests/python/unittest/test_operator.py: its 4 shapes, channel axis second or last, 10 steps of the smaller two; rtol = atol = 5e-2; batch statistics looked at too',
  looks: { train: [...updated, 'mean', 'inv_std'], grad: gradients },
  chains(from) {
    const shapes = [[24, 2] as const, [24, 3, 4] as const, [24, 4, 4, 4] as const, [24, 5, 6, 4, 4] as const];
    return shapes.flatMap((shape) =>
      (['channels_first', 'channels_last'] as const).map((layout) => {
        const drawn = uniform(from);
        const parameters = Array.from({ length: 2 * shape[1] }, drawn);
        const again = (at: number) => {
          let i = at;
          return () => parameters[i++]!;
        };
        return Array.from({ length: shape.length < 4 ? 10 : 1 }, () =>
          layerOf({ dtype: 'f32', shape, layout, x: drawn, dy: drawn, gamma: again(0), beta: again(shape[1]) }),
        );
      }),
    );
  },
  close: within(5e-2, 5e-2),
};

/** Its shapes with their m, and smaller ones to compute: the tolerance of gradients grows with m, and keeps its own. */
const gems = [
  { shape: [16, 3], m: 16 },
  { shape: [32, 4, 32], m: 1024 },
  { shape: [4, 2, 14, 14], m: 8 * 224 * 224 },
  { shape: [16, 2, 8, 8], m: 2050 * 32 * 32 },
  { shape: [4, 2, 3, 7, 7], m: 8 * 3 * 224 * 224 },
] as const;

const flagGems: Check = {
  name: 'FlagGems f32',
  source:
    'FlagOpen/FlagGems, tests/test_norm_ops.py: rtol 1.3e-6, atol 1e-4, and 1e-4 m for gradients; large shapes made smaller with the tolerance of the full one',
  looks: { train: updated, grad: gradients },
  chains(from) {
    const normal = randn(from);
    return single(
      gems.flatMap(({ shape }) =>
        [normal, null].map((affine) => ({
          ...{ dtype: 'f32' as const, shape, x: normal, dy: normal, gamma: affine, beta: affine },
        })),
      ),
    );
  },
  close(a, b, { output, layer }) {
    const extents = [layer.N, layer.C, ...layer.spatial].join();
    const m = gradients.includes(output) ? gems.find(({ shape }) => shape.join() === extents)!.m : 1;
    return within(1.3e-6, 1e-4 * m)(a, b, { output, layer });
  },
};

export const checks: readonly Check[] = [
  assertClose('f64', 1e-7, 1e-7),
  assertClose('f32', 1.3e-6, 1e-5),
  assertClose('f16', 1e-3, 1e-5),
  assertClose('bf16', 1.6e-2, 1e-5),
  kernelBench('f32', 1e-4),
  kernelBench('f16', 1e-2),
  webnn,
  onnx,
  mxnet,
  flagGems,
];
