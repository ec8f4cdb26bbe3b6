/** What drawing needs of fast-check's generator. */
export type Rng = { nextInt(min: number, max: number): number; nextDouble(): number };

export const pick = <T>(rng: Rng, from: readonly T[]): T => from[rng.nextInt(0, from.length - 1)]!;
export const between = (rng: Rng, low: number, high: number): number => low + rng.nextDouble() * (high - low);
export const sign = (rng: Rng): number => (rng.nextDouble() < 0.5 ? -1 : 1);

/** About normal, of variance 1: three uniforms, centred and scaled. */
export const normal = (rng: Rng): number => 2 * (rng.nextDouble() + rng.nextDouble() + rng.nextDouble() - 1.5);
