import type { Kernel } from '../target/kernel.js';
import { questions } from '../wire/protocol.js';
import { grad, inferGrad } from './backward.js';
import { fold } from './fold.js';
import { infer, train } from './forward.js';
import type { Method } from './method.js';
import { direct, folded, inverseRoot } from './normalize.js';
import { blocked, sequential } from './order.js';
import { keras, torch } from './running.js';
import { gradGrad } from './second-order.js';
import { type Stateful, withLayer } from './stateful.js';
import { onePass, shifted, twoPass, welford } from './statistics.js';
import { steps } from './steps.js';
import { syncGrad, syncTrain } from './sync.js';

/** Rises when any bit of any answer may change. */
const version = '1';

/** The method of the default target; here it hands out every statistic, so that no mistake in it is told by one that is absent. */
export const twoPassBlocked: Method = {
  estimate: twoPass,
  order: blocked,
  invert: inverseRoot,
  normalize: direct,
  convention: torch,
  saved: ['mean', 'variance', 'inv_std'],
};

const usual: Method = { ...twoPassBlocked, saved: ['mean', 'inv_std'] };

const methods: Readonly<Record<string, Method>> = {
  'two-pass': usual,
  welford: { ...usual, estimate: welford },
  'one-pass': { ...usual, estimate: onePass },
  shifted: { ...usual, estimate: shifted },
  folded: { ...usual, normalize: folded },
  sequential: { ...usual, order: sequential },
  keras: { ...usual, convention: keras, saved: ['mean', 'variance'] },
  cumulative: { ...usual, update: 'cumulative' },
};

/** A method as a kernel that answers everything. */
export function kernel(name: string, method: Method): Kernel {
  const { initial } = method.convention;
  return withLayer(stateless(name, method), { initial, counted: method.update === 'cumulative' });
}

function stateless(name: string, method: Method): Kernel {
  return {
    card: {
      name,
      version,
      ops: [...questions],
      dtypes: ['f64', 'f32', 'f16', 'bf16'],
      param_dtype: 'f32',
      layouts: ['channels_first', 'channels_last'],
      ranks: [2, 3, 4, 5],
      saved: [...method.saved],
      profile: method.convention.profile,
      update: method.update,
    },
    train: (inputs) => train(method, inputs),
    infer: (inputs) => infer(method, inputs),
    grad: (inputs) => grad(method, inputs),
    infer_grad: (inputs) => inferGrad(method, inputs),
    sync_train: (inputs) => syncTrain(method, inputs),
    sync_grad: (inputs) => syncGrad(method, inputs),
    fold: (inputs) => fold(method, inputs),
    grad_grad: (inputs) => gradGrad(method, inputs),
    steps: (inputs) => steps(method, inputs),
  };
}

/**
 * Right textbook kernels in true arithmetic, by name. `two-pass` is the default target. The error of `one-pass` grows
 * with the square of mean/deviation and that of `sequential` with the batch; the others have neither fault.
 */
export const builtins: Readonly<Record<string, Kernel>> = Object.fromEntries(
  Object.entries(methods).map(([name, method]) => [name, kernel(name, method)]),
);

/** A kernel that departs from `two-pass` in some of its choices. */
export const variant = (change: Partial<Method>): Kernel => kernel('variant', { ...twoPassBlocked, ...change });

/** A kernel whose layer departs from that of `two-pass`, or starts at other statistics. */
export const statefulVariant = (Layer: typeof Stateful, initial = torch.initial): Kernel =>
  withLayer(stateless('variant', twoPassBlocked), { initial, counted: false }, Layer);
