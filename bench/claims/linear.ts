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
    for (let o = 0; o < outputs; o += 1)
      y[i * outputs + o] = (b === null ? 0 : b[o]) + dot(x, i * inputs, w, o * inputs, inputs);
  return y;
}

/** Gradients of the weights, the bias and the input. */
export function gradients({ inputs, outputs, w }: Linear, x: Float64Array, dy: Float64Array, n: number) {
  const [dw, db, dx] = [new Float64Array(w.length), new Float64Array(outputs), new Float64Array(n * inputs)];
  for (let i = 0; i < n; i += 1)
    for (let o = 0; o < outputs; o += 1) {
      db[o] += dy[i * outputs + o];
    }
  for (let o = 0; o < outputs; o += 1) combine(dw, o * inputs, x, inputs, dy, o, outputs, n);
  for (let i = 0; i < n; i += 1) combine(dx, i * inputs, w, inputs, dy, i * outputs, 1, outputs);
  return { dw, db, dx };
}

/** Four sums at once: an addition need not wait for the one before. */
function dot(a: Float64Array, from: number, b: Float64Array, start: number, length: number): number {
  let s = 0;
  let t = 0;
  let u = 0;
  let v = 0;
  let k = 0;
  for (; k + 3 < length; k += 4) {
    s += a[from + k] * b[start + k];
    t += a[from + k + 1] * b[start + k + 1];
    u += a[from + k + 2] * b[start + k + 2];
    v += a[from + k + 3] * b[start + k + 3];
  }
  for (; k < length; k += 1) s += a[from + k] * b[start + k];
  return s + t + (u + v);
}

/** Adds `count` rows to out, each by its coefficient, one of every `stride` numbers of c; two rows at once, to store half as often. */
function combine(
  out: Float64Array,
  at: number,
  rows: Float64Array,
  length: number,
  c: Float64Array,
  first: number,
  stride: number,
  count: number,
): void {
  let r = 0;
  for (; r + 1 < count; r += 2) {
    const one = c[first + r * stride];
    const other = c[first + (r + 1) * stride];
    const row = r * length;
    if (one !== 0 || other !== 0)
      for (let k = 0; k < length; k += 1) out[at + k] += one * rows[row + k] + other * rows[row + length + k];
  }
  if (r < count) {
    const [last, row] = [c[first + r * stride], r * length];
    for (let k = 0; k < length; k += 1) out[at + k] += last * rows[row + k];
  }
}
