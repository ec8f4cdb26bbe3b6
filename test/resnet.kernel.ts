import type { Array_, Inputs, Kernel, Outputs } from '../src/target/kernel.js';

/** Samples, channels, positions. */
export interface Place {
  readonly N: number;
  readonly C: number;
  readonly S: number;
}

const float = (array: Array_): Float32Array => array.data as Float32Array;

/** Planted mistakes. */
export interface Faults {
  /** Elements of a channel that sums leave out at the end, though they are divided by the number of all. */
  readonly skipped?: (place: Place) => number;
  /** Added to every element of y in channel c. */
  readonly raised?: (c: number, place: Place) => number;
}

/** A right kernel as one writes it by hand: float32, channels first, two passes summed in float64; no copy of x, and y once. */
export function plain({ skipped = () => 0, raised = () => 0 }: Faults = {}): Kernel {
  const card = {
    ...{ name: 'plain', dtypes: ['f32'], layouts: ['channels_first'], ranks: [2, 3, 4, 5] },
    ...{ profile: 'torch', saved: [] },
  };
  const train = (inputs: Inputs): Outputs => {
    const [place, x] = [placeOf(inputs.x), float(inputs.x)];
    const y = new Float32Array(x.length);
    const next_mean = new Float32Array(place.C);
    const next_var = new Float32Array(place.C);
    const momentum = inputs.momentum!;
    for (let c = 0; c < place.C; c += 1) {
      const { mean, variance, m } = moments(x, c, place, skipped(place));
      normalize(x, y, c, place, inputs, [mean, variance, raised(c, place)]);
      next_mean[c] = (1 - momentum) * float(inputs.running_mean!)[c]! + momentum * mean;
      next_var[c] = (1 - momentum) * float(inputs.running_var!)[c]! + (momentum * variance * m) / (m - 1);
    }
    return { y, running_mean: next_mean, running_var: next_var };
  };
  const infer = (inputs: Inputs): Outputs => {
    const [place, x] = [placeOf(inputs.x), float(inputs.x)];
    const y = new Float32Array(x.length);
    const [mean, variance] = [float(inputs.running_mean!), float(inputs.running_var!)];
    for (let c = 0; c < place.C; c += 1) normalize(x, y, c, place, inputs, [mean[c]!, variance[c]!, raised(c, place)]);
    return { y };
  };
  const grad = (inputs: Inputs): Outputs => gradients(inputs, skipped);
  return { card, train, infer, grad };
}

const placeOf = ({ shape: [N, C, ...spatial] }: Array_): Place => ({
  ...{ N: N!, C: C! },
  S: spatial.reduce((a, b) => a * b, 1),
});

/** Visits channel c but for its last elements. */
function each(c: number, { N, C, S }: Place, skip: number, visit: (i: number) => void): void {
  for (let n = 0, left = N * S - skip; n < N; n += 1)
    for (let s = 0; s < S && left > 0; s += 1, left -= 1) visit((n * C + c) * S + s);
}

function moments(x: Float32Array, c: number, place: Place, skip: number) {
  const m = place.N * place.S;
  let [sum, squares] = [0, 0];
  each(c, place, skip, (i) => {
    sum += x[i]!;
  });
  const mean = sum / m;
  each(c, place, skip, (i) => {
    squares += (x[i]! - mean) ** 2;
  });
  return { mean, variance: squares / m, m };
}

function normalize(
  x: Float32Array,
  y: Float32Array,
  c: number,
  place: Place,
  { gamma, beta, epsilon }: Inputs,
  [mean, variance, raised]: readonly [number, number, number],
): void {
  const scale = (gamma ? float(gamma)[c]! : 1) / Math.sqrt(variance + epsilon);
  const shift = (beta ? float(beta)[c]! : 0) + raised;
  each(c, place, 0, (i) => {
    y[i] = (x[i]! - mean) * scale + shift;
  });
}

function gradients(inputs: Inputs, skipped: NonNullable<Faults['skipped']>): Outputs {
  const [place, x, dy] = [placeOf(inputs.x), float(inputs.x), float(inputs.dy!)];
  const dx = new Float32Array(x.length);
  const [dgamma, dbeta] = [new Float32Array(place.C), new Float32Array(place.C)];
  for (let c = 0; c < place.C; c += 1) {
    const { mean, variance } = moments(x, c, place, 0);
    const r = 1 / Math.sqrt(variance + inputs.epsilon);
    let [sum, product] = [0, 0];
    each(c, place, skipped(place), (i) => {
      sum += dy[i]!;
      product += dy[i]! * (x[i]! - mean) * r;
    });
    const m = place.N * place.S;
    const scale = (inputs.gamma ? float(inputs.gamma)[c]! : 1) * r;
    each(c, place, 0, (i) => {
      dx[i] = scale * (dy[i]! - sum / m - ((x[i]! - mean) * r * product) / m);
    });
    [dgamma[c], dbeta[c]] = [product, sum];
  }
  return { dx, ...(inputs.gamma ? { dgamma } : {}), ...(inputs.beta ? { dbeta } : {}) };
}
