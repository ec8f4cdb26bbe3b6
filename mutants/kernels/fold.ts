import { twoPassBlocked, variant } from '../../src/builtin/catalogue.js';
import { fold } from '../../src/builtin/fold.js';
import { load } from '../../src/builtin/storage.js';
import type { WrongKernel } from '../../src/run/mutant.js';
import type { FoldInputs, Outputs } from '../../src/target/kernel.js';

const everywhere = {
  op: 'fold',
  wrongAt: 'semantic',
  dtypes: ['f64', 'f32', 'f16', 'bf16'],
  profile: 'torch',
} as const;

/** The right kernel but for its way to fold. */
const folding = (wrong: (inputs: FoldInputs) => Outputs) => () => ({ ...variant({}), fold: wrong });
const rightly = (inputs: FoldInputs) => fold(twoPassBlocked, inputs);

/** The layer without a bias of its own: the folded one is the shift alone. */
const unbiased = ({ bias: _, ...inputs }: FoldInputs) => rightly(inputs);

export const biasUnscaled = {
  id: 'fold.bias-unscaled',
  says: 'Adds the shift to the bias as it is: the bias is not scaled.',
  make: folding((inputs) => {
    const { weight, bias } = unbiased(inputs);
    const given = inputs.bias && load(inputs.bias);
    return { weight, bias: bias.map((shift, c) => shift + (given?.[c] ?? 0)) };
  }),
  seen: ['Tencent/ncnn#1339', 'ultralytics/yolov3#807', 'vlfeat/matconvnet#772', 'Xilinx/brevitas#411'],
  ...everywhere,
} as const satisfies WrongKernel;

export const biasDropped = {
  id: 'fold.bias-dropped',
  says: 'Forgets the bias that the layer had.',
  make: folding(unbiased),
  seen: ['textbook'],
  ...everywhere,
} as const satisfies WrongKernel;

export const shiftDropped = {
  id: 'fold.shift-dropped',
  says: 'Scales weight and bias, and adds no shift.',
  make: folding(({ beta: _, ...inputs }) => {
    const { running_mean } = inputs;
    const still = { ...running_mean!, data: load(running_mean!).map(() => 0) };
    return rightly({ ...inputs, running_mean: still });
  }),
  seen: ['textbook'],
  ...everywhere,
} as const satisfies WrongKernel;

export const unbiasedUnshifted = {
  id: 'fold.unbiased-unshifted',
  says: 'Adds the shift to the bias that is there, and none where the layer has no bias.',
  make: folding((inputs) => {
    const { weight, bias } = rightly(inputs);
    return { weight, bias: inputs.bias ? bias : bias.map(() => 0) };
  }),
  seen: ['tenstorrent/tt-metal#5317'],
  ...everywhere,
} as const satisfies WrongKernel;

export const epsilonConstant = {
  id: 'fold.epsilon-constant',
  says: 'Folds with an epsilon of its own.',
  make: folding((inputs) => rightly({ ...inputs, epsilon: 1e-5 })),
  seen: ['textbook'],
  ...everywhere,
} as const satisfies WrongKernel;

export const swapped = {
  id: 'fold.swapped',
  says: 'Takes gamma for beta, and beta for gamma.',
  make: folding(({ gamma, beta, ...inputs }) =>
    rightly({ ...inputs, ...(beta && { gamma: beta }), ...(gamma && { beta: gamma }) }),
  ),
  seen: ['textbook'],
  ...everywhere,
} as const satisfies WrongKernel;

export const acrossRelu = {
  id: 'fold.across-relu',
  says: 'Folds the normalization behind a ReLU into the layer before it.',
  make: folding((inputs) => rightly({ ...inputs, after: 'none' })),
  seen: ['opencv/opencv#28689'],
  ...everywhere,
} as const satisfies WrongKernel;

export const overwritesWeight = {
  id: 'fold.overwrites-weight',
  says: 'Scales the weights where they lie: folded twice, they are scaled twice.',
  make: folding((inputs) => {
    const outputs = rightly(inputs);
    (inputs.weight.data as Float64Array).set(outputs.weight as Float64Array);
    return outputs;
  }),
  seen: ['textbook'],
  ...everywhere,
} as const satisfies WrongKernel;
