import * as backwardMutants from '../mutants/backward.js';
import * as parameterMutants from '../mutants/backward-parameters.js';
import * as statisticsMutants from '../mutants/backward-statistics.js';
import * as decoys from '../mutants/decoys.js';
import * as forwardMutants from '../mutants/forward.js';
import * as affineMutants from '../mutants/forward-affine.js';
import * as taughtMutants from '../mutants/forward-taught.js';
import * as frozenMutants from '../mutants/frozen.js';
import * as inferenceMutants from '../mutants/inference.js';
import * as dtypeKernels from '../mutants/kernels/dtype.js';
import * as edgeKernels from '../mutants/kernels/edge.js';
import * as foldKernels from '../mutants/kernels/fold.js';
import * as layerKernels from '../mutants/kernels/layer.js';
import * as layerGradientKernels from '../mutants/kernels/layer-gradient.js';
import * as layerKeptKernels from '../mutants/kernels/layer-kept.js';
import * as memoryKernels from '../mutants/kernels/memory.js';
import * as networkKernels from '../mutants/kernels/network.js';
import * as numericsKernels from '../mutants/kernels/numerics.js';
import * as stateKernels from '../mutants/kernels/state.js';
import * as syncKernels from '../mutants/kernels/sync.js';
import * as networkMutants from '../mutants/network.js';
import * as reductionMutants from '../mutants/reduction.js';
import * as runningMutants from '../mutants/running.js';
import * as countMutants from '../mutants/running-count.js';
import * as secondMutants from '../mutants/second-order.js';
import { unseen } from '../mutants/unseen.js';
import * as backwardLaws from '../properties/backward.js';
import * as backwardInvarianceLaws from '../properties/backward-invariance.js';
import * as cornerLaws from '../properties/corners.js';
import * as ieeeLaws from '../properties/corners-ieee.js';
import * as enumerationLaws from '../properties/enumeration.js';
import * as foldLaws from '../properties/fold.js';
import * as forwardLaws from '../properties/forward.js';
import * as invarianceLaws from '../properties/forward-invariance.js';
import * as frozenLaws from '../properties/frozen.js';
import * as gradientLaws from '../properties/gradient-check.js';
import { identities } from '../properties/identities.js';
import * as inferenceLaws from '../properties/inference.js';
import * as largeLaws from '../properties/large.js';
import * as limitLaws from '../properties/limit.js';
import * as networkLaws from '../properties/network.js';
import * as resnetLaws from '../properties/resnet.js';
import * as runningLaws from '../properties/running.js';
import * as countLaws from '../properties/running-count.js';
import * as runningInvarianceLaws from '../properties/running-invariance.js';
import * as secondLaws from '../properties/second-order.js';
import * as secondInvarianceLaws from '../properties/second-order-invariance.js';
import * as sizeLaws from '../properties/sizes.js';
import * as stateLaws from '../properties/state.js';
import * as stateLayerLaws from '../properties/state-layers.js';
import * as syncLaws from '../properties/sync.js';
import { averages } from '../spec/averages.js';
import { backward } from '../spec/backward.js';
import { allowance, frozenGradients, given, gradients, output, statistics, updates } from '../spec/bounds.js';
import { networkBounds as aroundBounds } from '../spec/bounds-network.js';
import { secondOrderBounds } from '../spec/bounds-second.js';
import { forward } from '../spec/forward.js';
import { frozen } from '../spec/frozen.js';
import { inference } from '../spec/inference.js';
import { network as around } from '../spec/network.js';
import { keys } from '../spec/profiles.js';
import { profiles as classic } from '../spec/profiles-classic.js';
import { profiles as exchange } from '../spec/profiles-exchange.js';
import { profiles as jax } from '../spec/profiles-jax.js';
import { profiles as tensorflow } from '../spec/profiles-tensorflow.js';
import { profiles as torch } from '../spec/profiles-torch.js';
import { profiles as vendors } from '../spec/profiles-vendors.js';
import { running } from '../spec/running.js';
import { secondOrder } from '../spec/second-order.js';
import { variant } from './builtin/catalogue.js';
import { panel } from './builtin/panel.js';
import type { Chapter } from './formula/chapter.js';
import { entries } from './run/entries.js';
import type { Mutant, Unseen, WrongKernel } from './run/mutant.js';
import { learner, type NetworkMutant } from './run/network-kernel.js';
import type { Panelist } from './run/panel-errors.js';
import { gathered, type Profile } from './run/profile.js';
import type { Identity, Property } from './run/property.js';
import type { Spec } from './run/subject.js';

/** Everything that is data, as one value: the only place where data and machine are joined. */
export interface Suite {
  readonly spec: Spec;
  readonly chapters: Readonly<Record<string, Chapter>>;
  readonly bounds: Readonly<Record<string, Chapter>>;
  readonly profiles: Readonly<Record<string, Profile>>;
  readonly laws: readonly Property[];
  /** How laws are read as identities of the specification, by id, where their text alone does not say it. */
  readonly identities: Readonly<Record<string, Identity>>;
  /** Wrong by an edit of a formula. */
  readonly mutants: readonly Mutant[];
  /** Wrong as no edit can say. */
  readonly kernels: readonly WrongKernel[];
  /** The mistakes of networks among these, as edits of formulas. */
  readonly networkMutants: readonly NetworkMutant[];
  readonly unseen: readonly Unseen[];
  /** The file in which a law, a mutant or a wrong kernel stands, by id. */
  readonly fileOf: Readonly<Record<string, string>>;
  /** Textbook kernels that keep a dialect. */
  readonly panel: (profile: Profile) => readonly Panelist[];
}

const spec: Spec = {
  chapters: {
    train: [running, averages, forward],
    infer: [inference, forward],
    grad: [backward, forward],
    infer_grad: [frozen, forward],
    grad_grad: [secondOrder, backward, forward],
  },
  bounds: {
    train: [statistics, output, updates],
    infer: [given, output],
    grad: [gradients, statistics, output],
    infer_grad: [frozenGradients, gradients, given, output],
    grad_grad: [secondOrderBounds, gradients, statistics, output],
  },
  allowance,
  network: { chapters: around, bounds: aroundBounds },
};

const laws = entries<Property>({
  'properties/forward.ts': forwardLaws,
  'properties/forward-invariance.ts': invarianceLaws,
  'properties/inference.ts': inferenceLaws,
  'properties/limit.ts': limitLaws,
  'properties/running.ts': runningLaws,
  'properties/running-invariance.ts': runningInvarianceLaws,
  'properties/running-count.ts': countLaws,
  'properties/enumeration.ts': enumerationLaws,
  'properties/backward.ts': backwardLaws,
  'properties/backward-invariance.ts': backwardInvarianceLaws,
  'properties/gradient-check.ts': gradientLaws,
  'properties/frozen.ts': frozenLaws,
  'properties/sizes.ts': sizeLaws,
  'properties/corners.ts': cornerLaws,
  'properties/corners-ieee.ts': ieeeLaws,
  'properties/large.ts': largeLaws,
  'properties/network.ts': networkLaws,
  'properties/resnet.ts': resnetLaws,
  'properties/state.ts': stateLaws,
  'properties/state-layers.ts': stateLayerLaws,
  'properties/sync.ts': syncLaws,
  'properties/fold.ts': foldLaws,
  'properties/second-order.ts': secondLaws,
  'properties/second-order-invariance.ts': secondInvarianceLaws,
});
const profiles = gathered(
  {
    'spec/profiles-torch.ts': torch,
    'spec/profiles-tensorflow.ts': tensorflow,
    'spec/profiles-jax.ts': jax,
    'spec/profiles-exchange.ts': exchange,
    'spec/profiles-vendors.ts': vendors,
    'spec/profiles-classic.ts': classic,
  },
  keys,
);
const mutants = entries<Mutant>({
  'mutants/forward.ts': forwardMutants,
  'mutants/forward-affine.ts': affineMutants,
  'mutants/forward-taught.ts': taughtMutants,
  'mutants/reduction.ts': reductionMutants,
  'mutants/inference.ts': inferenceMutants,
  'mutants/running.ts': runningMutants,
  'mutants/running-count.ts': countMutants,
  'mutants/backward.ts': backwardMutants,
  'mutants/backward-statistics.ts': statisticsMutants,
  'mutants/backward-parameters.ts': parameterMutants,
  'mutants/frozen.ts': frozenMutants,
  'mutants/second-order.ts': secondMutants,
  'mutants/decoys.ts': decoys,
});
const kernels = entries<WrongKernel>(
  {
    'mutants/kernels/numerics.ts': numericsKernels,
    'mutants/kernels/dtype.ts': dtypeKernels,
    'mutants/kernels/memory.ts': memoryKernels,
    'mutants/kernels/edge.ts': edgeKernels,
    'mutants/kernels/state.ts': stateKernels,
    'mutants/kernels/sync.ts': syncKernels,
    'mutants/kernels/fold.ts': foldKernels,
    'mutants/kernels/layer.ts': layerKernels,
    'mutants/kernels/layer-kept.ts': layerKeptKernels,
    'mutants/kernels/layer-gradient.ts': layerGradientKernels,
    'mutants/kernels/network.ts': networkKernels,
  },
  mutants.fileOf,
);
const networks = entries<NetworkMutant>({ 'mutants/network.ts': networkMutants }, kernels.fileOf);

export const suite: Suite = {
  spec,
  chapters: { forward, inference, running, averages, backward, frozen, secondOrder, ...around },
  bounds: { statistics, given, output, updates, gradients, frozenGradients, secondOrderBounds, ...aroundBounds },
  profiles,
  panel,
  laws: laws.all,
  identities,
  mutants: mutants.all,
  kernels: [...kernels.all, ...networks.all.map((mutant) => learner(mutant, spec, profiles.torch, () => variant({})))],
  networkMutants: networks.all,
  fileOf: { ...laws.fileOf, ...mutants.fileOf, ...kernels.fileOf, ...networks.fileOf },
  unseen,
};
