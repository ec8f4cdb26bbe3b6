import fc from 'fast-check';
import type { Answered } from '../src/run/answer.js';
import type { Layer } from '../src/run/layer.js';
import type { Asker, Drawn, Property, Terms } from '../src/run/property.js';
import { layers } from './layer.js';

const source = 'sampling with replacement: all batches are as likely';
const running = { ops: ['train'], running: true } as const;

/** A population of three values, and how many of them a batch has. */
const given = (terms: Terms) =>
  fc
    .record({ layer: layers(terms, { size: [3, 1, 1] }), size: fc.constantFrom(2, 3) })
    .map(({ layer, size }): Drawn => {
      const taken = terms.profile.divisor === 'm' ? size : size - 1;
      return { layer, size, batches: layer.N ** size, taken };
    });

/** Every batch that can be drawn from each channel, as channels of one layer: batch t of channel c stands at c T + t. */
function every({ layer, size, batches }: { layer: Layer; size: number; batches: number }): Layer {
  const each = (values: Float64Array | null): Float64Array | null =>
    values && Float64Array.from({ length: layer.C * batches }, (_, i) => values[Math.floor(i / batches)]!);
  const values = (of: Float64Array): Float64Array =>
    Float64Array.from({ length: size * layer.C * batches }, (_, i) => {
      const [n, at] = [Math.floor(i / (layer.C * batches)), i % (layer.C * batches)];
      const [c, t] = [Math.floor(at / batches), at % batches];
      return of[(Math.floor(t / layer.N ** n) % layer.N) * layer.C + c]!;
    });
  return {
    ...{ ...layer, N: size, C: layer.C * batches, x: values(layer.x), dy: values(layer.dy) },
    ...{ gamma: each(layer.gamma), beta: each(layer.beta) },
    ...{ running_mean: each(layer.running_mean), running_var: each(layer.running_var) },
  };
}

/** The running statistics after each batch, one batch above the other. */
async function trained(bn: Asker, { layer, size, batches }: Drawn): Promise<Record<string, Answered>> {
  const [T, of] = [batches as number, size as number];
  const { next_mean, next_var } = await bn.train(every({ layer, size: of, batches: T }));
  const above = (answered: Answered): Answered => answered.pick([T, layer.C, 1], (t, c) => [0, c * T + t, 0]);
  return { next_mean: above(next_mean!), next_var: above(next_var!) };
}

export const unbiased: Property = {
  id: 'running.unbiased',
  title:
    'Over all batches that can be drawn from a population the running statistics take in its mean, and its variance where the divisor is m - 1',
  needs: running,
  given,
  async ask(bn, drawn) {
    const { next_mean, next_var } = await trained(bn, drawn);
    return { next_mean, next_var };
  },
  binds: ['next_mean', 'next_var'],
  law: 'sum(next_mean) / batches == (1 - alpha) * running_mean + alpha * mu and sum(next_var) / batches == (1 - alpha) * running_var + alpha * sigma2 * (size - 1) / taken',
  of: 'train',
  source,
};

export const spread: Property = {
  id: 'running.spread',
  title:
    'Over all batches that can be drawn the mean of a batch varies by the variance of the population over its size',
  needs: running,
  given,
  ask: async (bn, drawn) => ({ next_mean: (await trained(bn, drawn)).next_mean }),
  binds: ['next_mean'],
  law: 'sum((next_mean - (1 - alpha) * running_mean - alpha * mu)^2) / batches == alpha^2 * sigma2 / size',
  of: 'train',
  source,
};
