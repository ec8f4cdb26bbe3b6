/** Functions of one unit. The gain keeps the spread of a layer's input from layer to layer where the function is straight. */
export const gains = { identity: 1, relu: 2, tanh: 1, sigmoid: 1 } as const;

export type Activation = keyof typeof gains;

export const sigmoid = (z: number): number => 1 / (1 + Math.exp(-z));

/** What comes out. Loops of their own: a function for each number would take longer than the layer before. */
export function activate(kind: Activation, z: Float64Array): Float64Array {
  const a = new Float64Array(z.length);
  if (kind === 'identity') a.set(z);
  else if (kind === 'relu') for (let i = 0; i < z.length; i += 1) a[i] = z[i] > 0 ? z[i] : 0;
  else if (kind === 'tanh') for (let i = 0; i < z.length; i += 1) a[i] = Math.tanh(z[i]);
  else for (let i = 0; i < z.length; i += 1) a[i] = 1 / (1 + Math.exp(-z[i]));
  return a;
}

/** The gradient of what went in, by what came out. */
export function slopes(kind: Activation, a: Float64Array, da: Float64Array): Float64Array {
  const dz = new Float64Array(a.length);
  if (kind === 'identity') dz.set(da);
  else if (kind === 'relu') for (let i = 0; i < a.length; i += 1) dz[i] = a[i] > 0 ? da[i] : 0;
  else if (kind === 'tanh') for (let i = 0; i < a.length; i += 1) dz[i] = da[i] * (1 - a[i] * a[i]);
  else for (let i = 0; i < a.length; i += 1) dz[i] = da[i] * a[i] * (1 - a[i]);
  return dz;
}

/** One by one: a product of two arrays. */
export function product(a: Float64Array, b: Float64Array): Float64Array {
  const c = new Float64Array(a.length);
  for (let i = 0; i < a.length; i += 1) c[i] = a[i] * b[i];
  return c;
}
