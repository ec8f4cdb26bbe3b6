import { integer, ratio } from '../exact/column.js';
import { moments, type Population, tuples } from './batches.js';
import type { Spec } from './subject.js';
import { type Draw, statistics } from './theorem.js';

/** One channel of an image, as a convolution puts it out: the values at its P x Q positions. */
export type Image = readonly number[];

/** All images of so many positions whose pixels are of a population: drawn from them, no pixel knows of another. */
export const every = (pixels: Population, positions: number): Image[] =>
  [...tuples(pixels.length, positions, true)].map((image) => image.map((i) => pixels[i]!));

/** A batch of images, image by image: mu_I and sigma2_I of each, mu_B and sigma2_B of the channel, whose m elements are all positions of all N. */
export function parts(batch: readonly Image[], spec: Spec): Draw {
  const of = statistics(batch.flat(), spec);
  return {
    elements: 1,
    common: new Map([...sizes(batch), ['mu_B', of('mu')], ['sigma2_B', of('sigma2')]]),
    *outcomes() {
      for (const image of batch) {
        const own = statistics(image, spec);
        const names = new Map([
          ['mu_I', own('mu')],
          ['sigma2_I', own('sigma2')],
        ]);
        yield { weight: ratio(1n, BigInt(batch.length)), names };
      }
    },
  };
}

/**
 * Batches of N images, each drawn whole: mu_B and sigma2_B of the channel, mu and sigma2 of all pixels there are, and tau2,
 * the variance of the means of the images.
 */
export function channels(images: readonly Image[], N: number, spec: Spec): Draw {
  const means = images.map((image) => image.reduce((sum, pixel) => sum + pixel, 0));
  const [positions] = images.map(({ length }) => BigInt(length));
  const tau2 = statistics(means, spec, { S: integer(positions!) })('sigma2 / S^2');
  const weight = ratio(1n, BigInt(images.length) ** BigInt(N));
  return {
    elements: 1,
    common: new Map([
      ...sizes(images.slice(0, 1)),
      ...moments(images.flat(), spec),
      ['tau2', tau2],
      ['N', integer(BigInt(N))],
      ['m', integer(BigInt(N) * positions!)],
    ]),
    *outcomes() {
      for (const drawn of tuples(images.length, N, true)) {
        const own = statistics(
          drawn.flatMap((i) => images[i]!),
          spec,
        );
        yield {
          weight,
          names: new Map([
            ['mu_B', own('mu')],
            ['sigma2_B', own('sigma2')],
          ]),
        };
      }
    },
  };
}

const sizes = (batch: readonly Image[]) =>
  new Map([
    ['N', integer(BigInt(batch.length))],
    ['S', integer(BigInt(batch[0]!.length))],
    ['m', integer(BigInt(batch.flat().length))],
  ]);
