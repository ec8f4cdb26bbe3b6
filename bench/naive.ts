import type { Elements, Extents } from '../src/oracle/batch.js';

/** Batch normalization as one would write it by hand: two passes and a third, in float64, over (N, C, S). */
export function naiveForward(
  x: Elements,
  y: Elements,
  { N, C, S }: Extents,
  gamma: Float64Array,
  beta: Float64Array,
  epsilon: number,
): void {
  const m = N * S;
  for (let c = 0; c < C; c++) {
    let sum = 0;
    for (let n = 0; n < N; n++) for (let i = (n * C + c) * S, end = i + S; i < end; i++) sum += x[i]!;
    const mean = sum / m;
    let squares = 0;
    for (let n = 0; n < N; n++)
      for (let i = (n * C + c) * S, end = i + S; i < end; i++) {
        const d = x[i]! - mean;
        squares += d * d;
      }
    const scale = gamma[c]! / Math.sqrt(squares / m + epsilon);
    const shift = beta[c]!;
    for (let n = 0; n < N; n++)
      for (let i = (n * C + c) * S, end = i + S; i < end; i++) y[i] = (x[i]! - mean) * scale + shift;
  }
}

/** Its gradients. */
export function naiveBackward(
  x: Elements,
  dy: Elements,
  dx: Elements,
  { N, C, S }: Extents,
  gamma: Float64Array,
  epsilon: number,
): void {
  const m = N * S;
  for (let c = 0; c < C; c++) {
    let sum = 0;
    for (let n = 0; n < N; n++) for (let i = (n * C + c) * S, end = i + S; i < end; i++) sum += x[i]!;
    const mean = sum / m;
    let [squares, dbeta, products] = [0, 0, 0];
    for (let n = 0; n < N; n++)
      for (let i = (n * C + c) * S, end = i + S; i < end; i++) {
        const d = x[i]! - mean;
        squares += d * d;
        dbeta += dy[i]!;
        products += dy[i]! * d;
      }
    const inverse = 1 / Math.sqrt(squares / m + epsilon);
    const [scale, share, slope] = [gamma[c]! * inverse, dbeta / m, (products * inverse * inverse) / m];
    for (let n = 0; n < N; n++)
      for (let i = (n * C + c) * S, end = i + S; i < end; i++)
        dx[i] = scale * (dy[i]! - share - (x[i]! - mean) * slope);
  }
}
