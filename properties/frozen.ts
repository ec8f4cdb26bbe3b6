import fc from 'fast-check';
import type { Property } from '../src/run/property.js';
import { layers, one } from './layer.js';
import { withData } from './transform.js';

const source = 'the running statistics are constants in inference';
const frozen = { ops: ['infer_grad'] } as const;

export const inputGradient: Property = {
  id: 'frozen.dx',
  title: 'In inference mode the gradient of the input is dy, scaled',
  needs: frozen,
  given: one({ tails: true, single: true }),
  ask: async (bn, { layer }) => ({ dx: (await bn.inferGrad(layer)).dx }),
  binds: ['dx'],
  law: 'dx == gamma * dy / sqrt(running_var + epsilon)',
  of: 'infer_grad',
  source,
};

export const gammaGradient: Property = {
  id: 'frozen.dgamma',
  title: 'In inference mode the gradient of gamma uses the running statistics',
  needs: frozen,
  given: one({ scaled: true, single: true }),
  ask: async (bn, { layer }) => ({ dgamma: (await bn.inferGrad(layer)).dgamma }),
  binds: ['dgamma'],
  law: 'dgamma == sum(dy * (x - running_mean)) / sqrt(running_var + epsilon)',
  of: 'infer_grad',
  source,
};

export const betaGradient: Property = {
  id: 'frozen.dbeta',
  title: 'In inference mode the gradient of beta is the sum of dy',
  needs: frozen,
  given: one({ shifted: true, single: true }),
  ask: async (bn, { layer }) => ({ dbeta: (await bn.inferGrad(layer)).dbeta }),
  binds: ['dbeta'],
  law: 'dbeta == sum(dy)',
  of: 'infer_grad',
  source,
};

export const constantGradient: Property = {
  id: 'frozen.constant-dy',
  title: 'In inference mode a constant dy keeps its gradient',
  needs: frozen,
  given: one(),
  ask: async (bn, { layer }) => ({ dx: (await bn.inferGrad(withData(layer, () => 1, 'dy'))).dx }),
  binds: ['dx'],
  law: 'dx * sqrt(running_var + epsilon) == gamma',
  of: 'infer_grad',
  source,
};

export const local: Property = {
  id: 'frozen.local',
  title: 'In inference mode dx of one sample feels dy of no other, to the bit',
  needs: frozen,
  given: (terms) => fc.record({ layer: layers(terms), other: fc.constantFrom(0, 2, Number.NaN) }),
  async ask(bn, { layer, other }) {
    const per = layer.x.length / layer.N;
    const changed = { ...layer, dy: layer.dy.map((v, i) => (i < per ? v : (other as number))) };
    const [a, b] = [(await bn.inferGrad(layer)).dx!, (await bn.inferGrad(changed)).dx!];
    const own = [1, a.shape[1], a.shape[2]] as const;
    return { dx: a.pick(own, (_n, c, s) => [0, c, s]), z: b.pick(own, (_n, c, s) => [0, c, s]) };
  },
  binds: ['dx', 'z'],
  law: 'same(z, dx)',
  of: 'infer_grad',
  source,
};

export const pure: Property = {
  id: 'frozen.pure',
  title: 'The gradient of inference mode writes to none of its inputs: the running statistics stay',
  needs: frozen,
  given: one(),
  ask: async (bn, { layer }) => ({ dx: (await bn.inferGrad(layer)).dx }),
  binds: ['dx'],
  law: 'pure(dx)',
  of: 'infer_grad',
  source: 'inference has no state',
};
