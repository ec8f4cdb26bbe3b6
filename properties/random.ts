/** What drawing needs of fast-check's generator. */
export type Rng = { nextInt(min: number, max: number): number; nextDouble(): number };

export const pick = <T>(rng: Rng, from: readonly T[]): T => from[rng.nextInt(0, from.length - 1)]!;
export const between = (rng: Rng, low: number, high: number): number => low + rng.nextDouble() * (high - low);
export const sign = (rng: Rng): number => (rng.nextDouble() < 0.5 ? -1 : 1);

/** About normal, of variance 1: three uniforms, centred and scaled. */
export const normal = (rng: Rng): number => 2 * (rng.nextDouble() + rng.nextDouble() + rng.nextDouble() - 1.5);

/**
 * A generator for one stream of many numbers, quicker than fast-check's and the same on every machine: sfc32 of C. Doty-
 * Humphrey's PractRand, whose first outputs after seeding are thrown away as there.
 */
export function seeded(seed: number, stream: number): Rng {
  let [a, b, c, counter] = [seed | 0, stream | 0, 0x9e3779b9 | 0, 1];
  const next = (): number => {
    const out = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + out) | 0;
    return out >>> 0;
  };
  for (let i = 0; i < 15; i += 1) next();
  const nextDouble = (): number => next() / 2 ** 32;
  return { nextDouble, nextInt: (min, max) => min + Math.floor(nextDouble() * (max - min + 1)) };
}
