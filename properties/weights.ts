import type { Layer } from '../src/run/layer.js';
import type { Grid } from '../src/run/property.js';
import { between, normal, pick, type Rng, sign } from './random.js';

/** What the data of a channel are centred on, and how far they reach. */
interface Place {
  readonly mean: number;
  readonly sigma: number;
}

/** The layer with weights of its gradients, drawn as dy is: both means of vx show, and no weight is 0 or 1. */
export function weighted(
  layer: Layer,
  places: readonly Place[],
  rng: Rng,
  formats: { readonly data: Grid; readonly param: Grid },
  integers: boolean,
): Layer {
  const S = layer.spatial.reduce((a, b) => a * b, 1);
  const leans = places.map((place) => {
    const loud = pick(rng, [1, 1, 1, 1, 1, 1, 1, 256]);
    const lean = (): number => sign(rng) * between(rng, 0.3, 2) * loud;
    return { ...place, slope: lean(), level: lean(), noise: between(rng, 0.1, 1) * loud };
  });
  const vx = layer.x.map((v, i) => {
    const { mean, sigma, slope, level, noise } = leans[Math.floor(i / S) % layer.C]!;
    const xhat = (v - mean) / Math.sqrt(sigma ** 2 + layer.epsilon);
    return integers ? rng.nextInt(-8, 8) : formats.data.round(slope * xhat + level + noise * normal(rng));
  });
  const each = (): Float64Array =>
    Float64Array.from(places, () =>
      formats.param.round(sign(rng) * 2 ** pick(rng, [-5, -1, 1, 1, 4]) * between(rng, 1.1, 1.9)),
    );
  return { ...layer, vx, vgamma: layer.gamma && each(), vbeta: layer.beta && each() };
}
