import fc from 'fast-check';
import { type Layer, positions, shapeOf } from '../src/run/layer.js';
import type { Linear } from '../src/run/linear.js';
import type { Asker, Drawn, Property, Terms } from '../src/run/property.js';
import { layers } from './layer.js';

const source =
  'inference is affine, so it goes into the weights before it: B. Jacob et al., arXiv 1712.05877, section 3.2';
const needs = { ops: ['fold'] } as const;

const given = (terms: Terms) =>
  fc.record({ layer: layers(terms, { single: true }), biased: fc.constantFrom(1, 1, 1, 0) });

/**
 * A linear layer with as many outputs as the drawn one has channels: its weights are dy, samples being its inputs and
 * positions those of a kernel, and its bias is the first x of each channel.
 */
function linear(layer: Layer, biased: boolean): Linear {
  const [N, C, S] = shapeOf(layer);
  const weights = layer.dy.map((_, i) => {
    const [c, k] = [Math.floor(i / (N * S)), i % (N * S)];
    return layer.dy[(Math.floor(k / S) * C + c) * S + (k % S)]!;
  });
  const weight = { ...layer, N: 1, spatial: [N, ...layer.spatial], x: new Float64Array(weights.length), dy: weights };
  const x = Float64Array.from({ length: C }, (_, c) => (biased ? layer.x[c * S]! : 0));
  const bias = { ...layer, dtype: layer.param, N: 1, spatial: [], x, dy: new Float64Array(C) };
  return { weight, bias, biased };
}

/** The folded weight in the order of dy, the folded bias, and the bias that was given. */
async function folded(bn: Asker, { layer, biased }: Drawn) {
  const asked = linear(layer, biased === 1);
  const { weight, bias } = await bn.fold(asked);
  const S = positions(layer);
  return {
    weight: weight!.pick(shapeOf(layer), (n, c, s) => [0, c, n * S + s]),
    bias,
    given_bias: bn.stack('x', [asked.bias], 'infer'),
  };
}

export const weight: Property = {
  id: 'fold.weight',
  title: 'A folded weight is scaled by gamma over the running deviation of its output channel',
  needs,
  given,
  ask: async (bn, drawn) => ({ weight: (await folded(bn, drawn)).weight }),
  binds: ['weight'],
  law: 'weight == gamma * dy / sqrt(running_var + epsilon)',
  of: 'infer_grad',
  source,
};

export const bias: Property = {
  id: 'fold.bias',
  title: 'A folded bias is what inference makes of the bias: scaled too, and shifted',
  needs,
  given,
  ask: (bn, drawn) => folded(bn, drawn),
  binds: ['bias', 'given_bias'],
  law: 'bias == gamma * (given_bias - running_mean) / sqrt(running_var + epsilon) + beta',
  of: 'infer',
  source,
};

export const sameOutput: Property = {
  id: 'fold.same-output',
  title: 'A folded layer gives what the linear layer and the normalization gave one after the other',
  needs,
  given,
  ask: (bn, drawn) => folded(bn, drawn),
  binds: ['weight', 'bias', 'given_bias'],
  law: 'sum(weight * x) + bias == gamma * (sum(dy * x) + given_bias - running_mean) / sqrt(running_var + epsilon) + beta',
  of: 'infer_grad',
  source,
};

export const throughRelu: Property = {
  id: 'fold.through-relu',
  title: 'A layer with a ReLU behind it is not folded: what that cuts off, no weight brings back',
  needs,
  given,
  ask: (bn, { layer, biased }) => bn.attemptFold(linear(layer, biased === 1), 'relu'),
  binds: ['answer'],
  law: 'refused(answer)',
  of: 'infer',
  source,
};

export const pure: Property = {
  id: 'fold.pure',
  title: 'Folding writes to none of its inputs: the layer that was given is still what it was',
  needs,
  given,
  ask: async (bn, drawn) => ({ weight: (await folded(bn, drawn)).weight }),
  binds: ['weight'],
  law: 'pure(weight)',
  of: 'infer_grad',
  source: 'a function leaves its arguments alone',
};
