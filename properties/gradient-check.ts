import type { Layer } from '../src/run/layer.js';
import type { Property } from '../src/run/property.js';
import { one } from './layer.js';
import { withData } from './transform.js';

/**
 * The step of the difference quotient, as a power of two: the cube root of an ulp balances the truncation, which falls
 * with its square, against the rounding of the two outputs, which grows with its inverse.
 */
const steps = { f64: 2 ** -17, f32: 2 ** -7, f16: 2 ** -3, bf16: 2 ** -2 } as const;

/** A direction of small integers that differs from dy and from x. */
const direction = (layer: Layer): Float64Array => layer.x.map((_, i) => ((i * 5 + 2) % 7) - 3);

/**
 * The third derivative of <dy, y> along v, anywhere between the two points: `tau` is the whole range of steps, so the
 * quotient minus its truncation is the derivative, rigorously, from the target's own outputs.
 * With t, w the deviations of x and v, c and q the means of t w and w^2, D the variance there plus epsilon:
 * ((t + tau w) D^(-1/2))''' = (t + tau w) (9/4 D' D'' D^(-5/2) - 15/8 D'^3 D^(-7/2)) + 3 w (3/4 D'^2 D^(-5/2) - 1/2 D'' D^(-3/2)).
 */
const along = {
  w: 'v - sum(v) / m',
  c: 'sum((x - mu) * w) / m',
  q: 'sum(w^2) / m',
  D: 'sigma2 + epsilon + 2 * tau * c + tau^2 * q',
  slope: '2 * c + 2 * tau * q',
  third:
    'sum(dy * gamma * ((x - mu + tau * w) * (9 * slope * q / (2 * D^2) - 15 * slope^3 / (8 * D^3)) + 3 * w * (3 * slope^2 / (4 * D^2) - q / D)) / sqrt(D))',
};

export const gradientCheck: Property = {
  id: 'backward.gradient-check',
  title: "The gradient is the slope of the target's own output",
  needs: { ops: ['train', 'grad'], bits: 24 },
  given: one({ integers: true, widest: true, samples: 3 }),
  async ask(bn, { layer }) {
    const v = direction(layer);
    const h = Math.max(steps[layer.dtype], steps[bn.accumulator(layer)]);
    const { dx } = await bn.grad(layer);
    const [plus, minus] = [withData(layer, (x, i) => x + h * v[i]!), withData(layer, (x, i) => x - h * v[i]!)];
    const shape = dx!.shape;
    const one = Float64Array.of(1);
    return {
      dx,
      y_plus: (await bn.train(plus)).y,
      y_minus: (await bn.train(minus)).y,
      v: { shape, lo: v, hi: v },
      h,
      tau: { shape: [1, 1, 1], lo: one.map(() => -h), hi: one.map(() => h) },
    };
  },
  binds: ['dx', 'y_plus', 'y_minus', 'v', 'h', 'tau'],
  where: along,
  law: 'sum(dx * v) == sum(dy * (y_plus - y_minus)) / (2 * h) - h^2 / 6 * third',
  of: 'grad',
  refutes: { dx: 0 },
  source: "Taylor's theorem with the remainder enclosed",
};
