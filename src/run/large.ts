import { elements, type Layer, positions, sizeOf } from './layer.js';

/** From one index to before another. */
export type Span = readonly [from: number, to: number];

/** Which samples, channels and positions are meant. */
export interface Window {
  readonly N: Span;
  readonly C: Span;
  readonly S: Span;
}

export const whole = (layer: Layer): Window => ({ N: [0, layer.N], C: [0, layer.C], S: [0, positions(layer)] });

/** Larger layers are never held as numbers. */
export const mostHeld = 2 ** 20;
/** So many elements are judged at once, or one channel. */
const most = 2 ** 16;

/** The channels of a large layer by as many as are judged at once. */
export function* slabs(layer: Layer): Generator<Span> {
  const each = Math.max(1, Math.floor(most / Math.max(1, elements(layer))));
  for (let c = 0; c < layer.C; c += each) yield [c, Math.min(layer.C, c + each)];
}

/** Part of a large layer, as large in kind: nothing of it is drawn before it is read. */
export function cut(layer: Layer, { N, C, S }: Window): Layer {
  const { gamma, beta, running_mean, running_var } = layer;
  const length = positions(layer);
  const own = (values: Float64Array | null): Float64Array | null => values?.slice(...C) ?? null;
  const column = (c: number, name: 'x' | 'dy'): Float64Array => {
    const values = layer.column!(C[0] + c, name);
    if (S[0] === 0 && S[1] === length) return values.slice(N[0] * length, N[1] * length);
    const out = new Float64Array((N[1] - N[0]) * (S[1] - S[0]));
    for (let n = N[0], at = 0; n < N[1]; n += 1, at += S[1] - S[0])
      out.set(values.subarray(n * length + S[0], n * length + S[1]), at);
    return out;
  };
  return {
    ...layer,
    ...{ N: N[1] - N[0], C: C[1] - C[0], column },
    spatial: S[1] - S[0] === length ? layer.spatial : [S[1] - S[0]],
    ...{ gamma: own(gamma), beta: own(beta), running_mean: own(running_mean), running_var: own(running_var) },
  };
}

/** A large layer with its numbers, as any other is held: `channels` of it, and dy only if that is asked for. */
export function held(layer: Layer, channels: Span = [0, layer.C], dy = true): Layer {
  const { column, ...rest } =
    layer.C === channels[1] - channels[0] ? layer : cut(layer, { ...whole(layer), C: channels });
  const S = positions(layer);
  const filled = (name: 'x' | 'dy'): Float64Array => {
    if (rest.C === 1) return column!(0, name);
    const out = new Float64Array(sizeOf(rest));
    for (let c = 0; c < rest.C; c += 1) {
      const values = column!(c, name);
      for (let n = 0; n < rest.N; n += 1) out.set(values.subarray(n * S, (n + 1) * S), (n * rest.C + c) * S);
    }
    return out;
  };
  return { ...rest, x: filled('x'), dy: dy ? filled('dy') : layer.dy };
}
