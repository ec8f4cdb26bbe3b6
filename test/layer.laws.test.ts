import { describe, expect, it } from 'vitest';
import { builtins } from '../src/builtin/catalogue.js';
import { withLayer } from '../src/builtin/stateful.js';
import type { Format } from '../src/exact/format.js';
import { described, load, pack, save, unpack } from '../src/run/case-file.js';
import { check, lawOf } from '../src/run/check.js';
import { dialect } from '../src/run/dialect.js';
import { drawn } from '../src/run/drawing.js';
import { specKernel } from '../src/run/formula-kernel.js';
import { Log } from '../src/run/log.js';
import { fresh } from '../src/run/mutant.js';
import { counts } from '../src/run/profile.js';
import type { Property } from '../src/run/property.js';
import { replay } from '../src/run/replay.js';
import { refusal } from '../src/run/select.js';
import { readSteps, type Step, written } from '../src/run/step.js';
import type { Counted } from '../src/run/tally.js';
import { suite } from '../src/suite.js';
import type { Kernel } from '../src/target/kernel.js';
import { local } from '../src/target/local.js';
import { folder } from './fixtures/suspects.js';
import { asked, type Judged, judged, verdict } from './judging.js';

const laws = suite.laws.filter(({ id }) => id.startsWith('state.'));
const law = (id: string): Property => laws.find((one) => one.id === id)!;
const dtypes: Format[] = ['f64', 'f32', 'f16', 'bf16'];

/** The laws of state that do not hold, of those that are asked. */
async function failing(of: Judged, cases = 8): Promise<{ asked: number; found: string[] }> {
  const able = asked(of).filter((one) => laws.includes(one));
  const found: string[] = [];
  for (const one of able) {
    const { status, message } = await verdict(one, of, { cases });
    if (status !== 'holds') found.push(`${one.id} ${status}: ${message}`);
  }
  return { asked: able.length, found };
}

describe('the laws of state', () => {
  const right = ['two-pass', 'keras'].flatMap((name) => dtypes.map((dtype) => ({ name, dtype })));
  it.each(right)('hold of builtin:$name in $dtype, and none is vacuous', async ({ name, dtype }) => {
    const kernel = builtins[name];
    const of = await judged(kernel, String(kernel.card.profile), [dtype]);
    expect(await failing(of)).toEqual({ asked: name === 'keras' ? 10 : 12, found: [] });
  });

  it('hold of a cumulative average, of every other builtin, and at the tier that is claimed', async () => {
    for (const kernel of Object.values(builtins)) {
      const card = await local('k', kernel).hello();
      const { profile } = dialect(card, undefined, suite.profiles);
      expect((await failing(await judged(kernel, profile), 3)).found, kernel.card.name).toEqual([]);
    }
  });

  const starting = Object.keys(suite.profiles).filter((name) => suite.profiles[name].initial !== null);
  it.each(starting)('hold of the rounded specification of %s', async (name) => {
    const profile = suite.profiles[name];
    const start = { initial: profile.initial!, counted: counts(profile) };
    const { asked: count, found } = await failing(
      await judged(withLayer(specKernel(suite.spec, profile, name), start), name),
      4,
    );
    expect(found).toEqual([]);
    expect(count).toBeGreaterThanOrEqual(8);
  });

  it('are refused, with the reason, where there is no layer, no beginning or no layer without statistics', async () => {
    const { layer: _, ...less } = builtins['two-pass'];
    const without = await judged({ ...less, card: { ...less.card, ops: 'train,infer' } }, 'torch');
    expect(refusal(law('state.sequence'), without.subject, without.terms)).toBe('op layer is not on the card');
    const ask = async (profile: string, id: string) => {
      const { subject, terms } = await judged(builtins['two-pass'], profile);
      return refusal(law(id), subject, terms);
    };
    expect(await ask('onnx-15', 'state.sequence')).toBe('the profile does not define layer');
    expect(await ask('torch-notrack', 'state.initial')).toMatch(/^the profile does not define layer/);
    expect(await ask('keras3', 'state.untracked-layer')).toBe('the profile has no layers without running statistics');
    expect(await ask('inplace_abn', 'state.gradient-twice')).toBe('the profile does not define grad, infer_grad');
    expect(await ask('inplace_abn', 'state.sequence')).toBeNull();
  });
});

describe('drawn sequences', () => {
  it('have every step, on both layers, and mix them', async () => {
    const { terms } = await judged(builtins['two-pass'], 'torch');
    const all = drawn(law('state.sequence'), { terms, seed: 1, cases: 60 }).map(({ steps }) => steps!);
    const does = new Set(all.flat().map((step) => `${step.on} ${step.does}`));
    expect(does.size).toBe(12);
    expect(Math.min(...all.map(({ length }) => length))).toBeGreaterThanOrEqual(5);
    const between = ([a, b]: readonly [Step['does'], Step['does']]) =>
      all.filter((steps) => steps.some((step, i) => step.does === a && steps[i + 1]?.does === b)).length;
    for (const pair of [
      ['train', 'infer'],
      ['infer', 'train'],
      ['infer', 'grad'],
      ['train', 'grad'],
    ] as const)
      expect(between(pair), pair.join()).toBeGreaterThan(5);
  });

  it('ask for gradients, and train untracked, only where the dialect has that', async () => {
    const does = async (profile: string) => {
      const { terms } = await judged(builtins['two-pass'], profile);
      return new Set(
        drawn(law('state.sequence'), { terms, seed: 1, cases: 60 }).flatMap(({ steps }) =>
          steps!.map((step) => step.does),
        ),
      );
    };
    expect([...(await does('keras3'))]).not.toContain('rest');
    expect([...(await does('inplace_abn'))]).not.toContain('grad');
  });
});

/** One law of a kernel, its failing case shrunk. */
async function shrunk(id: string, kernel: Kernel): Promise<Counted> {
  const of = await judged(kernel, 'torch');
  const options = { required: 'semantic', seed: 1, cases: 16, log: new Log() } as const;
  return check(law(id), lawOf(law(id), of.subject)!, { ...of, ...options, signal: new AbortController().signal });
}
const mutant = (id: string): Kernel => fresh(suite.kernels.find((one) => one.id === id)!);

describe('a failing sequence', () => {
  it.each([
    ['layer.discards-update', 1],
    ['layer.folds-once', 3],
    ['layer.drifts-in-inference', 2],
    ['layer-gradient.of-training', 2],
    ['layer-kept.load-shares', 3],
  ])('of %s is shrunk to %i steps or one more, and says where it fails', async (id, least) => {
    const { status, refuted } = await shrunk('state.sequence', mutant(id));
    expect(status).toBe('fails');
    const steps = written(refuted!.drawn.steps!).split(' ');
    expect(steps.length).toBeGreaterThanOrEqual(least);
    expect(steps.length).toBeLessThanOrEqual(least + 1);
    expect(refuted!.refutation.step).toMatch(/^step \d, [ab]\.(infer|train|grad)\(/);
    expect(refuted!.drawn.layer.x.length).toBeLessThanOrEqual(2);
  });

  it('is printed, saved, read back and asked again: refuted of the same, fixed of a right one', async () => {
    const { refuted } = await shrunk('state.sequence', mutant('layer-gradient.of-training'));
    expect(described(refuted!.drawn)).toContainEqual(
      expect.stringMatching(/^steps = a\.infer\(x\[0:\d\]\), a\.grad\(\)$/),
    );
    const about = {
      law: 'state.sequence',
      target: ['x'],
      profile: 'torch',
      tier: 'semantic',
      seed: 1,
      path: '',
    } as const;
    const out = folder();
    const saved = load(save({ ...about, drawn: refuted!.drawn }, out));
    expect(saved.drawn).toEqual(refuted!.drawn);
    const again = async (kernel: Kernel) => {
      const target = local('k', kernel);
      return replay(saved, { target, card: await target.hello(), out, suite });
    };
    const result = await again(mutant('layer-gradient.of-training'));
    expect(result).toMatchObject({
      status: 'fails',
      counterexample: { where: expect.stringMatching(/after step 2, a\.grad\(\)$/) },
    });
    expect(await again(builtins['two-pass'])).toMatchObject({ status: 'holds', cases: 1 });
  });

  it('in words that are none is refused with the word', async () => {
    const steps = readSteps('a.train(0) b.load(2) a.renew(1)');
    expect(written(steps)).toBe('a.train(0) b.load(2) a.renew(1)');
    expect(() => readSteps('a.train(0) c.fly(1)')).toThrow("'c.fly(1)' is no step");
    const { terms } = await judged(builtins['two-pass'], 'torch');
    const [one] = drawn(law('state.sequence'), { terms, seed: 1, cases: 1 });
    const blob = pack({
      law: 'state.sequence',
      target: ['x'],
      profile: 'torch',
      tier: 'semantic',
      seed: 1,
      path: '',
      drawn: one!,
    });
    expect(unpack(blob, 'f').drawn).toEqual(one);
    expect(blob.metadata.steps).toBe(written(one!.steps!));
  });
});
