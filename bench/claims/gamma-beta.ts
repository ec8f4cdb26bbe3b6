import { sigmoid } from './activation.js';
import type { Demonstration } from './claim.js';
import { stream, waves } from './data.js';
import { Network } from './network.js';
import { moments, norm, normalize } from './norm.js';
import { lines, type Series } from './plot.js';
import { count, figure, geometric, mean, percent, spread, times } from './words.js';

interface Options {
  readonly width: number;
  readonly samples: number;
  readonly gammas: readonly number[];
  readonly betas: readonly number[];
  readonly seeds: number;
}

/** Where the sigmoid is straight, within a fifth of its slope, and where less than a tenth of it is left. */
const [straight, flat] = [1, 4];

/** The share of the standard normal distribution below z, by Simpson's rule. */
function below(z: number): number {
  const [end, strips] = [Math.min(Math.abs(z), 12), 2000];
  const h = end / strips;
  const density = (t: number): number => Math.exp((-t * t) / 2) / Math.sqrt(2 * Math.PI);
  const sum = times(strips + 1, (i) => (i === 0 || i === strips ? 1 : i % 2 === 1 ? 4 : 2) * density(i * h));
  const half = (sum.reduce((a, b) => a + b) * h) / 3;
  return z < 0 ? 0.5 - half : 0.5 + half;
}

/** The share of inputs within the limit: of a normal distribution, exactly. */
export const expected = (gamma: number, beta: number, limit: number): number =>
  below((limit - beta) / gamma) - below((-limit - beta) / gamma);

/** What enters the second layer's sigmoids of a fresh network, before it is normalized. */
export function hidden(o: Options, seed: number): Float64Array {
  const data = waves({ n: o.samples, inputs: 8, rule: stream(seed, 1), from: stream(seed, 2) });
  const plan = { sizes: [8, o.width, o.width, 1], norm: true, activation: 'sigmoid', loss: 'logistic' } as const;
  const network = new Network(plan, stream(seed, 3));
  network.forward(data.x, data.n, 'batch');
  return network.passes[1].z;
}

function normalized(z: Float64Array, o: Options, gamma: number, beta: number): Float64Array {
  const layer = norm(o.width);
  layer.gamma.fill(gamma);
  layer.beta.fill(beta);
  return normalize(z, o.samples, layer).y;
}

const within = (y: Float64Array, limit: number): number => mean(y.map((v) => (Math.abs(v) <= limit ? 1 : 0)));

/** How far the layer is from doing nothing with gamma = sqrt(V + epsilon), or so many times that, and beta = mu. */
export function undone(z: Float64Array, o: Options, by = 1): number {
  const { mu, sigma2 } = moments(z, o.samples, o.width);
  const layer = norm(o.width);
  layer.gamma.set(sigma2.map((v) => by * Math.sqrt(v + layer.epsilon)));
  layer.beta.set(mu);
  return normalize(z, o.samples, layer).y.reduce((most, v, i) => Math.max(most, Math.abs(v - z[i])), 0);
}

export const gammaBeta: Demonstration<Options> = {
  id: 'gamma-beta',
  title: 'Gamma and beta choose how much of a sigmoid is used',
  claim:
    'Normalized inputs alone would hold a sigmoid to its linear region; gamma and beta let the network leave it, and can even undo the normalization.',
  source:
    'arXiv 1502.03167, section 3; A. Ng, Deep Learning Specialization, course 2, "Normalizing activations in a network"',
  theorems: [],
  laws: ['forward.affine', 'forward.gamma-zero', 'forward.unit-variance'],
  full: { width: 16, samples: 2048, gammas: geometric(1 / 8, 64, 28), betas: [0, 2, 4], seeds: 5 },
  small: { width: 4, samples: 64, gammas: [0.125, 1, 64], betas: [0, 2], seeds: 2 },
  setup: ({ width, samples, gammas, betas, seeds }) =>
    `what enters the second of two layers of ${width} sigmoids, ${samples} samples, ${seeds} seeds, normalized with gamma from ${gammas[0]} to ${gammas.at(-1)} and beta ${betas.join(', ')}. Linear: within ${straight}, where the slope is at least ${percent(4 * sigmoid(straight) * (1 - sigmoid(straight)))} of its most; saturated: beyond ${flat}, where it is at most ${percent(4 * sigmoid(flat) * (1 - sigmoid(flat)))}. The claim is seen if normalized inputs alone are linear for the most part, and the ends of gamma take the linear share above 0.99 and below 0.05.`,
  measure(o, seed) {
    const inputs = times(o.seeds, (s) => hidden(o, seed + s));
    const shares = (gamma: number, beta: number, limit: number): number[] =>
      inputs.map((z) => within(normalized(z, o, gamma, beta), limit));
    const [first, last] = [o.gammas[0], o.gammas.at(-1)!];
    const [alone, narrow, wide] = [1, first, last].map((gamma) => shares(gamma, 0, straight));
    const saturated = [1, last].map((gamma) => shares(gamma, 0, flat).map((share) => 1 - share));
    const series: Series[] = o.betas.flatMap((beta, colour) => [
      {
        ...{ says: `beta ${beta}`, colour, as: 'points' },
        points: o.gammas.map((gamma) => [gamma, mean(shares(gamma, beta, straight))] as const),
      },
      {
        ...{ says: `beta ${beta}, normal inputs`, colour },
        points: o.gammas.map((gamma) => [gamma, expected(gamma, beta, straight)] as const),
      },
    ]);
    const off = Math.max(
      ...series
        .filter((_, i) => i % 2 === 0)
        .flatMap(({ points }, b) => points.map(([, y], i) => Math.abs(y - series[2 * b + 1].points[i][1]))),
    );
    const held = alone.map((share, s) => share > 0.5 && narrow[s] > 0.99 && wide[s] < 0.05);
    const identity = Math.max(...inputs.map((z) => undone(z, o, 1)));
    return {
      held,
      seen: `With gamma 1 and beta 0 ${spread(alone, percent)} of the inputs are in the linear region and ${spread(saturated[0], percent)} saturated. Gamma ${figure(first)} leaves ${spread(narrow, percent)} in it, gamma ${last} ${spread(wide, percent)}, with ${spread(saturated[1], percent)} saturated: seen in ${count(held)}. Gamma sqrt(V + epsilon) and beta mu give the input back to within ${figure(identity)}.`,
      figures: [
        { says: 'Exactly, of normal inputs with gamma 1 and beta 0: linear', value: percent(expected(1, 0, straight)) },
        { says: 'Farthest from the share of normal inputs, over all gamma and beta', value: figure(off) },
        {
          says: 'At most saturated with gamma 1 and beta 0, whatever the data (Chebyshev)',
          value: percent(1 / flat ** 2),
        },
        {
          says: 'Limit as gamma goes to 0, whatever the data',
          value: `linear with beta inside ±${straight}, saturated with beta beyond ±${flat}`,
        },
        {
          says: 'Limit as gamma grows, whatever the data',
          value: `saturated, but for inputs at the batch mean, which stay at beta`,
        },
      ],
      plots: [
        lines(
          {
            file: 'gamma-beta.svg',
            title: 'Share of a sigmoid’s inputs in its linear region',
            says: `Points are measured, lines exact for normal inputs; they differ by ${figure(off)} at most.`,
          },
          [
            { label: 'gamma', log: true },
            { label: 'share in the linear region', from: 0, to: 1 },
          ],
          series,
        ),
      ],
    };
  },
};
