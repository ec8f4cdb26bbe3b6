/** A linear layer: y = x w' + b, weights by output unit; no bias where a normalization follows, which would take it away. */
export interface Linear {
  readonly inputs: number;
  readonly outputs: number;
  readonly w: Float64Array;
  readonly b: Float64Array | null;
}

/** y of n samples. */
export function apply({ inputs, outputs, w, b }: Linear, x: Float64Array, n: number): Float64Array {
  const y = new Float64Array(n * outputs);
  for (let i = 0; i < n; i += 1)
    for (let o = 0; o < outputs; o += 1) {
      let sum = b === null ? 0 : b[o];
      const [row, unit] = [i * inputs, o * inputs];
      for (let k = 0; k < inputs; k += 1) sum += x[row + k] * w[unit + k];
      y[i * outputs + o] = sum;
    }
  return y;
}

/** Gradients of the weights, the bias and the input. */
export function gradients({ inputs, outputs, w }: Linear, x: Float64Array, dy: Float64Array, n: number) {
  const [dw, db, dx] = [new Float64Array(w.length), new Float64Array(outputs), new Float64Array(n * inputs)];
  for (let i = 0; i < n; i += 1)
    for (let o = 0; o < outputs; o += 1) {
      const d = dy[i * outputs + o];
      if (d === 0) continue;
      db[o] += d;
      const [row, unit] = [i * inputs, o * inputs];
      for (let k = 0; k < inputs; k += 1) {
        dw[unit + k] += d * x[row + k];
        dx[row + k] += d * w[unit + k];
      }
    }
  return { dw, db, dx };
}
