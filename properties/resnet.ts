import fc from 'fast-check';
import type { Property, Terms } from '../src/run/property.js';
import { layers } from './layer.js';
import { gradients, inferredOutput, output, runningStatistics } from './questions.js';
import { shared } from './shared.js';

type Extents = readonly [C: number, ...spatial: number[]];

/** The batch normalizations of ResNet-50 on images of 224 x 224, each once: channels, positions (table 1 of arXiv 1512.03385). */
const resnet: readonly Extents[] = [
  [64, 112, 112],
  [64, 56, 56],
  [256, 56, 56],
  [128, 56, 56],
  [128, 28, 28],
  [512, 28, 28],
  [256, 28, 28],
  [256, 14, 14],
  [1024, 14, 14],
  [512, 14, 14],
  [512, 7, 7],
  [2048, 7, 7],
];
const batches = [32, 1, 8] as const;

type Shape = readonly [N: number, ...Extents];
/** Of speech, with one axis of positions, and of video, with three. */
const speech = (N: number): Shape => [N, 512, 1000];
const video: Shape = [2, 64, 16, 56, 56];

/**
 * Every layer of the network in one of three batches, by `turn`, and some shapes more; formats and layouts go round. Exact
 * sums of float64 take too long for the largest: who has no narrower format is asked the others.
 */
const cases = (turn: number, ...more: readonly Shape[]) =>
  shared((terms: Terms) => {
    if (terms.longest < Infinity) return [];
    const short = terms.dtypes.filter(({ data }) => data.p < 53);
    const dtypes = short.length > 0 ? short : terms.dtypes;
    const fits = (shape: Shape): boolean =>
      short.length > 0 || shape.reduce((all, extent) => all * extent, 1) < 2 ** 21;
    const shapes = [...resnet.map((extents, i): Shape => [batches[(i + turn) % 3]!, ...extents]), ...more];
    return shapes.filter(fits).flatMap((shape, i) => {
      const dtype = dtypes[(Math.floor(i / 3) + turn) % dtypes.length]!;
      const layout = terms.layouts[(i + turn) % terms.layouts.length]!;
      const one = layers({ ...terms, dtypes: [dtype], layouts: [layout] }, { shape, affine: true });
      return fc.sample(fc.record({ layer: one }), { seed: 100 * turn + i, numRuns: 1 });
    });
  });

const common = {
  given: (terms: Terms) => fc.record({ layer: layers(terms, { affine: true, tails: true }) }),
  few: true,
  source: 'He, Zhang, Ren, Sun, Deep residual learning for image recognition, arXiv 1512.03385, table 1',
  stays:
    'mutants and wrong kernels are put before a default run, which has no case of this size; those of a test are wrong at it alone',
} as const;

export const forward: Property = {
  id: 'resnet.forward',
  title: 'The output is right, element by element, in the layers of real networks',
  needs: { ops: ['train'], large: true },
  ...output,
  examples: cases(0, speech(32), video),
  ...common,
};

export const running: Property = {
  id: 'resnet.running',
  title: 'The running statistics are right in the layers of real networks',
  needs: { ops: ['train'], running: true, large: true },
  ...runningStatistics,
  examples: cases(1, speech(32), video),
  ...common,
};

export const inference: Property = {
  id: 'resnet.inference',
  title: 'The output of inference is right, element by element, in the layers of real networks',
  needs: { ops: ['infer'], large: true },
  ...inferredOutput,
  examples: cases(2, speech(8), video),
  ...common,
};

export const backward: Property = {
  id: 'resnet.backward',
  title: 'The gradients are right, element by element, in the layers of real networks',
  needs: { ops: ['grad'], large: true },
  ...gradients,
  examples: cases(2, [16, 64, 112, 112], speech(8)),
  ...common,
};
