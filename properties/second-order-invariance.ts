import fc from 'fast-check';
import type { Property } from '../src/run/property.js';
import { layers, one } from './layer.js';
import { count, inChannel, poisoned, scaled, shifted, withData } from './transform.js';

const algebra = 'follows from the gradients of arXiv 1502.03167';
const second = { ops: ['grad_grad'] } as const;

export const shift: Property = {
  id: 'second.shift',
  title: 'Adding one constant to a channel changes no second-order gradient',
  needs: second,
  given: (terms) =>
    fc.record({
      layer: layers(terms, { second: true, integers: true, affine: true }),
      c: fc.integer({ min: -100, max: 100 }),
    }),
  async ask(bn, { layer, c }) {
    const [a, b] = [await bn.gradGrad(layer), await bn.gradGrad(shifted(layer, c as number))];
    const moved = { moved: b.g_x, moved_gamma: b.g_gamma, moved_dy: b.g_dy };
    return { g_x: a.g_x, g_gamma: a.g_gamma, g_dy: a.g_dy, ...moved };
  },
  binds: ['g_x', 'g_gamma', 'g_dy', 'moved', 'moved_gamma', 'moved_dy'],
  law: 'moved == g_x and moved_gamma == g_gamma and moved_dy == g_dy',
  of: 'grad_grad',
  source: algebra,
};

export const scale: Property = {
  id: 'second.scale',
  title:
    'Scaling the input by a, epsilon by its square and vgamma by 1/a divides the second-order gradient by a squared',
  needs: second,
  given: (terms) =>
    fc.record({ layer: layers(terms, { second: true, integers: true }), a: fc.constantFrom(2, -2, 4, -4) }),
  async ask(bn, { layer, a }) {
    const larger = { ...scaled(layer, a as number), vgamma: layer.vgamma?.map((v) => v / (a as number)) ?? null };
    return { g_x: (await bn.gradGrad(layer)).g_x, moved: (await bn.gradGrad(larger)).g_x };
  },
  binds: ['g_x', 'moved'],
  law: 'a * abs(a) * moved == g_x',
  of: 'grad_grad',
  source: algebra,
};

export const layout: Property = {
  id: 'second.layout',
  title: 'Channels first and channels last give the same second-order gradients',
  needs: { ops: ['grad_grad'], layouts: 2 },
  given: one({ second: true }),
  async ask(bn, { layer }) {
    const a = await bn.gradGrad({ ...layer, layout: 'channels_first' });
    const b = await bn.gradGrad({ ...layer, layout: 'channels_last' });
    return { g_x: a.g_x, z_x: b.g_x, g_dy: a.g_dy, z_dy: b.g_dy };
  },
  binds: ['g_x', 'z_x', 'g_dy', 'z_dy'],
  law: 'z_x == g_x and z_dy == g_dy',
  of: 'grad_grad',
  source: 'layout is storage, not mathematics',
};

export const isolation: Property = {
  id: 'second.isolation',
  title: 'No channel feels another in the second order: this one keeps its bits',
  needs: second,
  given: (terms) =>
    fc.record({
      layer: layers(terms, { second: true }),
      other: fc.constantFrom(0, 1, Number.NaN),
      key: fc.nat({ max: 100 }),
    }),
  async ask(bn, { layer, other, key }) {
    const kept = (key as number) % layer.C;
    const [a, b] = [await bn.gradGrad(layer), await bn.gradGrad(poisoned(layer, kept, other as number))];
    const [x, dy] = [inChannel(a.g_x!, kept), inChannel(a.g_dy!, kept)];
    return { g_x: x, z_x: inChannel(b.g_x!, kept), g_dy: dy, z_dy: inChannel(b.g_dy!, kept) };
  },
  binds: ['g_x', 'z_x', 'g_dy', 'z_dy'],
  law: 'same(z_x, g_x) and same(z_dy, g_dy)',
  of: 'grad_grad',
  source: 'statistics are per channel',
};

export const pure: Property = {
  id: 'second.pure',
  title: 'The second order writes to none of its inputs: dy and vx are read by others too',
  needs: second,
  given: one({ second: true }),
  ask: async (bn, { layer }) => ({ g_x: (await bn.gradGrad(layer)).g_x }),
  binds: ['g_x'],
  law: 'pure(g_x)',
  of: 'grad_grad',
  source: 'a function leaves its arguments alone',
};

export const deterministic: Property = {
  id: 'second.deterministic',
  title: 'The same question gets the same second-order gradients, bit for bit, whatever was asked in between',
  needs: second,
  given: one({ second: true, affine: true }),
  async ask(bn, { layer }) {
    const { g_x, g_gamma, g_dy } = await bn.gradGrad(layer);
    for (const _ of count(2)) await bn.gradGrad(withData(layer, (v) => -v, 'vx'));
    const again = await bn.gradGrad(layer);
    return { g_x, g_gamma, g_dy, again_x: again.g_x, again_gamma: again.g_gamma, again_dy: again.g_dy };
  },
  binds: ['g_x', 'g_gamma', 'g_dy', 'again_x', 'again_gamma', 'again_dy'],
  law: 'same(again_x, g_x) and same(again_gamma, g_gamma) and same(again_dy, g_dy)',
  of: 'grad_grad',
  source: 'a layer without state is a function',
};
