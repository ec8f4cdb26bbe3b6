/** A function of one unit, its slope by what it gave, and the gain that keeps the spread of its input from layer to layer. */
export interface Activation {
  readonly of: (z: number) => number;
  readonly slope: (a: number) => number;
  readonly gain: number;
}

export const sigmoid = (z: number): number => 1 / (1 + Math.exp(-z));

export const activations = {
  identity: { of: (z: number) => z, slope: () => 1, gain: 1 },
  relu: { of: (z: number) => Math.max(0, z), slope: (a: number) => (a > 0 ? 1 : 0), gain: 2 },
  tanh: { of: Math.tanh, slope: (a: number) => 1 - a * a, gain: 1 },
  sigmoid: { of: sigmoid, slope: (a: number) => a * (1 - a), gain: 1 },
} as const satisfies Readonly<Record<string, Activation>>;
