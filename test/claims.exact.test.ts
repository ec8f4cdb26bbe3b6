import { describe, expect, test } from 'vitest';
import { epsilon, exactly, spreads } from '../bench/claims/batch-noise.js';
import { coupling, moved } from '../bench/claims/coupling.js';
import { expected, gammaBeta, hidden, undone } from '../bench/claims/gamma-beta.js';
import { course, internalShift, wandering } from '../bench/claims/internal-shift.js';
import { norm, remember } from '../bench/claims/norm.js';
import { expected as left } from '../bench/claims/running-averages.js';
import { mean } from '../bench/claims/words.js';
import { random } from './exact.random.js';

/** What must hold of a measurement, however small it is. */
describe('whatever earlier weights do', () => {
  const { small } = internalShift;
  const [normed, plain] = [true, false].map((on) => course(small, on, 1, true));

  test('mean and variance of a normalized unit are beta and gamma^2 V / (V + epsilon)', () => {
    expect(course(small, true, 1, false).off).toBeLessThan(1e-12);
    expect(normed!.off).toBeLessThan(1e-12);
  });

  test('and without normalization they move', () => {
    expect(wandering(normed!)).toBeLessThan(1e-12);
    expect(wandering(plain!)).toBeGreaterThan(0.01);
  });

  test('longer weights change nothing that comes later, but for epsilon', () => {
    const [withIt, without] = [true, false].map((on) => mean(moved(coupling.small, on, 0, 'length', 1).inputs));
    expect(withIt).toBeLessThan(1e-3);
    expect(without).toBeCloseTo(coupling.small.share, 12);
  });
});

describe('gamma and beta', () => {
  test.each([
    [1, 0, 1, 0.6826894921],
    [1, 0, 2, 0.9544997361],
    [2, 1, 1, 0.3413447461],
    [1e-9, 0.5, 1, 1],
    [1e9, 0.5, 1, 0],
  ])('of normal inputs gamma %d and beta %d leave the known share within %d', (gamma, beta, limit, share) => {
    expect(expected(gamma, beta, limit)).toBeCloseTo(share, 8);
  });

  test('undo the normalization, and only the right ones do', () => {
    const z = hidden(gammaBeta.small, 1);
    expect(undone(z, gammaBeta.small)).toBeLessThan(1e-12);
    expect(
      undone(
        z.map((v) => 2 * v),
        gammaBeta.small,
      ),
    ).toBeLessThan(1e-12);
    expect(undone(z, gammaBeta.small, 1.001)).toBeGreaterThan(1e-6);
  });
});

describe('the noise of batches', () => {
  const from = random(1);
  const toss = (): number => (from.unit() < 0.5 ? -1 : 1);

  test.each([2, 4, 16])('that are drawn is that of all there are: m = %d', (m) => {
    const [drawn] = spreads(toss, [1], m, 20_000, epsilon, false).spreads;
    expect(drawn! / exactly(m)).toBeCloseTo(1, 1);
    // the noise of other batches is another
    expect(Math.abs(drawn! / exactly(2 * m) - 1)).toBeGreaterThan(0.1);
  });

  test('by hand: two of -1 and 1, half of them equal', () => {
    // s = 1/2 or sqrt(5/4) with epsilon 1/4, so xhat of 1 is 0, 4 or 2 / sqrt(5), with weights 1/4, 1/4, 1/2
    const values = [0, 4, 2 / Math.sqrt(5), 2 / Math.sqrt(5)];
    expect(exactly(2) ** 2).toBeCloseTo(mean(values.map((v) => v * v)) - mean(values) ** 2, 12);
  });
});

test('the error of a running mean is what its formula says, over all batches of two', () => {
  // -1 and 1: means of pairs are -1, 0, 0, 1; every course of three batches, each as likely
  const means = [-1, 0, 0, 1];
  const courses = means.flatMap((a) => means.flatMap((b) => means.map((c) => [a, b, c])));
  const errors = courses.map((all) => {
    const layer = norm(1, { alpha: 0.25 });
    layer.running_mean[0] = 3;
    for (const mu of all) remember(layer, { mu: Float64Array.of(mu), sigma2: Float64Array.of(1) }, 2);
    return layer.running_mean[0]! ** 2;
  });
  expect(mean(errors)).toBeCloseTo(left(0.25, 3, 2, 9), 12);
  expect(mean(errors)).not.toBeCloseTo(left(0.25, 2, 2, 9), 2);
});
