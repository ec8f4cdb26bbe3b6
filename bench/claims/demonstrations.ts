import { batchNoise } from './batch-noise.js';
import type { Demonstration } from './claim.js';
import { conditioning } from './conditioning.js';
import { coupling } from './coupling.js';
import { covariateShift } from './covariate-shift.js';
import { gammaBeta } from './gamma-beta.js';
import { hyperparameters } from './hyperparameters.js';
import { internalShift } from './internal-shift.js';
import { learningRate } from './learning-rate.js';
import { regularizing } from './regularizing.js';
import { runningAverages } from './running-averages.js';
import { vanishing } from './vanishing.js';

/** All of them, in the order of the page. */
export const demonstrations: readonly Demonstration<unknown>[] = [
  ...[covariateShift, internalShift, coupling, hyperparameters, gammaBeta, conditioning, learningRate, vanishing],
  ...[batchNoise, regularizing, runningAverages],
];
