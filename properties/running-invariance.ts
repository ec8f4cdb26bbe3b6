import fc from 'fast-check';
import type { Property } from '../src/run/property.js';
import { layers, one } from './layer.js';
import { affine, onGrid, shifted, withData } from './transform.js';

const average = 'exponentially weighted averages, with the weight alpha of the new batch';
const running = { ops: ['train'], running: true } as const;

export const shift: Property = {
  id: 'running.shift',
  title: 'Shifting data and running mean alike shifts the new running mean, and leaves the variance',
  needs: running,
  given: (terms) => fc.record({ layer: layers(terms, { integers: true }), c: fc.integer({ min: -64, max: 64 }) }),
  async ask(bn, { layer, c }) {
    const start = { ...layer, running_mean: layer.running_mean!.map(Math.round) };
    const running_mean = onGrid(
      start.running_mean.map((v) => v + (c as number)),
      layer.param,
    );
    const [plain, moved] = [await bn.train(start), await bn.train({ ...shifted(start, c as number), running_mean })];
    return { plain: plain.next_mean, moved: moved.next_mean, plain_var: plain.next_var, moved_var: moved.next_var };
  },
  binds: ['plain', 'moved', 'plain_var', 'moved_var'],
  law: 'moved - plain == c and moved_var == plain_var',
  of: 'train',
  source: average,
};

export const scale: Property = {
  id: 'running.scale',
  title: 'Doubling data and running mean doubles the new running mean and quadruples the variance',
  needs: running,
  given: one({ integers: true }),
  async ask(bn, { layer }) {
    const doubled = {
      ...withData(layer, (v) => 2 * v),
      running_mean: layer.running_mean!.map((v) => 2 * v),
      running_var: layer.running_var!.map((v) => 4 * v),
    };
    const [plain, twice] = [await bn.train(layer), await bn.train(doubled)];
    return { plain: plain.next_mean, twice: twice.next_mean, plain_var: plain.next_var, twice_var: twice.next_var };
  },
  binds: ['plain', 'twice', 'plain_var', 'twice_var'],
  law: 'twice == 2 * plain and twice_var == 4 * plain_var',
  of: 'train',
  source: average,
};

export const independence: Property = {
  id: 'running.independence',
  title: 'In training neither alpha nor the running statistics change the output',
  needs: running,
  given: one(),
  async ask(bn, { layer }) {
    const other = {
      ...layer,
      alpha: 0.5,
      count: layer.count === null ? null : layer.count + 2,
      running_mean: layer.running_mean!.map((v) => -2 * v),
      running_var: layer.running_var!.map((v) => 4 * v),
    };
    return { y: (await bn.train(layer)).y, z: (await bn.train(other)).y };
  },
  binds: ['y', 'z'],
  law: 'z == y',
  of: 'train',
  source: 'training normalizes by the batch alone',
};

export const largeEpsilon: Property = {
  id: 'running.epsilon-large',
  title: 'However large epsilon is, the running variance does not feel it',
  needs: running,
  given: one({ integers: true }),
  async ask(bn, { layer }) {
    const asked = { ...layer, running_var: new Float64Array(layer.C), epsilon: 2 ** 14 };
    return { next_var: (await bn.train(asked)).next_var };
  },
  binds: ['next_var'],
  law: 'next_var == alpha * sigma2 * m / divisor',
  of: 'train',
  source: average,
};

export const deterministic: Property = {
  id: 'running.deterministic',
  title: 'The same question gets the same running statistics, bit for bit, at every call',
  needs: running,
  given: one(),
  async ask(bn, { layer }) {
    const { next_mean, next_var } = await bn.train(layer);
    await bn.train(layer);
    const third = await bn.train(layer);
    return { next_mean, next_var, third_mean: third.next_mean, third_var: third.next_var };
  },
  binds: ['next_mean', 'next_var', 'third_mean', 'third_var'],
  law: 'same(third_mean, next_mean) and same(third_var, next_var)',
  of: 'train',
  source: 'what a layer remembers is sent with the question',
};

export const affineAbsent: Property = {
  id: 'running.affine-absent',
  title: 'A layer without gamma and beta averages its statistics all the same',
  needs: { ops: ['train'], running: true, optional: true },
  given: one(),
  async ask(bn, { layer }) {
    const { next_mean, next_var } = await bn.train(affine(layer, null, null));
    return { next_mean, next_var };
  },
  binds: ['next_mean', 'next_var'],
  law: 'next_mean == (1 - alpha) * running_mean + alpha * mu and next_var == (1 - alpha) * running_var + alpha * batch_var',
  of: 'train',
  source: 'the optional parameters of the frameworks',
};
