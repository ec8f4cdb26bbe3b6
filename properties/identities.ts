import type { Identity } from '../src/run/property.js';

const mean = { answers: { mean: { is: 'mu' } } };
const variance = { answers: { variance: { is: 'sigma2' } } };
/** The output without gamma, without beta. */
const plain = { gamma: '1', beta: '0' };
const again = { running_mean: 'next_mean', running_var: 'next_var' };
const shifted = { x: 'x + c' };
const scaled = { x: 'a * x', epsilon: 'a^2 * epsilon' };
/** The statistics after a second time with the same batch. */
const second = {
  about: { k: '2' },
  answers: {
    final_mean: { is: 'next_mean', with: again },
    final_var: { is: 'next_var', with: again },
  },
};
const constant = { free: { c: 'number' }, about: { x: 'c' } } as const;

/**
 * How laws are read as identities of the specification: what data they are about, and which other layers their answers
 * belong to. A law that is not named here is one if it names nothing but the specification's own. A permutation is one
 * round and one swap, which make up all others.
 */
export const identities: Readonly<Record<string, Identity>> = {
  'forward.affine': { answers: { plain: { is: 'y', with: plain } } },
  'forward.affine-absent': {
    answers: {
      y: { is: 'y', with: plain },
      no_gamma: { is: 'y', with: { gamma: '1', beta: '3' } },
      no_beta: { is: 'y', with: { gamma: '2', beta: '0' } },
    },
  },
  'forward.batch-mean': mean,
  'forward.batch-variance': variance,
  'forward.constant-channel': constant,
  'forward.gamma-alone': {
    answers: { scaled_only: { is: 'y', with: { beta: '0' } }, shifted_only: { is: 'y', with: { gamma: '1' } } },
  },
  'forward.gamma-zero': { about: { gamma: '0' } },
  'forward.two-point': { sizes: [2] },
  'forward.duplicate': { answers: { z: { is: 'y', batch: 'twice' } } },
  'forward.negate': { answers: { z: { is: 'y', with: { x: '-x', gamma: '-gamma' } } } },
  'forward.order': { answers: { y: { is: 'y', batch: 'swapped' }, z: { is: 'y', batch: 'rotated' } } },
  'forward.scale': { free: { a: 'one sign' }, answers: { z: { is: 'y', with: scaled } } },
  'forward.shift': { free: { c: 'number' }, answers: { z: { is: 'y', with: shifted } } },
  'forward.shift-mean': {
    free: { c: 'number' },
    answers: { mean: { is: 'mu' }, moved: { is: 'mu', with: shifted } },
  },
  'inference.affine-in-x': {
    answers: { y: { is: 'y', of: 'infer' }, z: { is: 'y', of: 'infer', with: { x: 'x + dy' } } },
  },
  'inference.center': { about: { x: 'running_mean' } },
  'limit.one-step': {
    about: { alpha: '1' },
    answers: { z: { is: 'y', of: 'infer', with: again } },
  },
  'limit.population': {
    answers: { z: { is: 'y', of: 'infer', with: { running_mean: 'mu', running_var: 'sigma2' } } },
  },
  'limit.repeat': second,
  'running.alpha-one': { about: { alpha: '1' } },
  'running.alpha-zero': { about: { alpha: '0' } },
  'running.first-batch': { about: { alpha: '1' } },
  'running.fixed-point': { about: { running_mean: 'mu' } },
  'running.epsilon-large': { about: { running_var: '0', epsilon: '2^14' } },
  'running.independence': {
    free: { c: 'number' },
    answers: {
      z: { is: 'y', with: { alpha: 'c', running_mean: '-2 * running_mean', running_var: '4 * running_var' } },
    },
  },
  'running.scale': {
    answers: {
      plain: { is: 'next_mean' },
      plain_var: { is: 'next_var' },
      twice: { is: 'next_mean', with: { x: '2 * x', running_mean: '2 * running_mean' } },
      twice_var: { is: 'next_var', with: { x: '2 * x', running_var: '4 * running_var' } },
    },
  },
  'running.shift': {
    free: { c: 'number' },
    answers: {
      plain: { is: 'next_mean' },
      plain_var: { is: 'next_var' },
      moved: { is: 'next_mean', with: { ...shifted, running_mean: 'running_mean + c' } },
      moved_var: { is: 'next_var', with: shifted },
    },
  },
  'backward.beta-independence': {
    free: { c: 'number' },
    answers: { other: { is: 'dx', with: { beta: 'c' } }, other_gamma: { is: 'dgamma', with: { gamma: 'c' } } },
  },
  'backward.constant-dy': { free: { c: 'number' }, about: { dy: 'c' } },
  'backward.duplicate': {
    answers: {
      twice: { is: 'dx', batch: 'twice' },
      twice_gamma: { is: 'dgamma', batch: 'twice' },
      twice_beta: { is: 'dbeta', batch: 'twice' },
    },
  },
  'backward.dy-along-x': { about: { dy: 'm * (x - mu)' } },
  'backward.gamma-zero': { about: { gamma: '0' } },
  'backward.linear': {
    free: { v: 'elements' },
    answers: {
      a: { is: 'dx' },
      b: { is: 'dx', with: { dy: 'v' } },
      both: { is: 'dx', with: { dy: 'dy + v' } },
      a_gamma: { is: 'dgamma' },
      b_gamma: { is: 'dgamma', with: { dy: 'v' } },
      both_gamma: { is: 'dgamma', with: { dy: 'dy + v' } },
    },
  },
  'backward.order': { answers: { dx: { is: 'dx', batch: 'swapped' }, z: { is: 'dx', batch: 'rotated' } } },
  'backward.scale': { free: { a: 'one sign' }, answers: { moved: { is: 'dx', with: scaled } } },
  'backward.shift': {
    free: { c: 'number' },
    answers: { moved: { is: 'dx', with: shifted }, moved_gamma: { is: 'dgamma', with: shifted } },
  },
  'backward.symmetric': {
    free: { v: 'elements' },
    answers: { of_u: { is: 'dx' }, of_v: { is: 'dx', with: { dy: 'v' } } },
  },
  'backward.zero-dy': { about: { dy: '0' } },
  'frozen.constant-dy': { about: { dy: '1' } },
  'sizes.statistics': mean,
  'sizes.variance': variance,
  'corners.constant-offset': constant,
  'corners.epsilon-large': { about: { epsilon: '4' } },
  'corners.epsilon-tiny': { about: { epsilon: '1 / 2^60' } },
  'corners.fresh-statistics': { about: { running_mean: '0', running_var: '1' } },
  'corners.overflow': { free: { huge_scale: 'number' }, answers: { y: { is: 'y', with: { x: 'huge_scale * x' } } } },
  'corners.running-variance-zero': { about: { running_var: '0' } },
  'corners.single-inference': { sizes: [1] },
  'corners.subnormal': { free: { tiny_scale: 'number' }, answers: { y: { is: 'y', with: { x: 'tiny_scale * x' } } } },
  'second.constant-dy': { free: { c: 'number' }, about: { dy: 'c' } },
  'second.constant-vx': { free: { c: 'number' }, about: { vx: 'c' } },
};
