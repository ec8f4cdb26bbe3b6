import { describe, expect, it, test } from 'vitest';
import { builtins, kernel } from '../src/builtin/catalogue.js';
import type { Method } from '../src/builtin/method.js';
import { direct, inverseRoot } from '../src/builtin/normalize.js';
import { blocked } from '../src/builtin/order.js';
import { torch } from '../src/builtin/running.js';
import { twoPass } from '../src/builtin/statistics.js';
import type { Format } from '../src/exact/format.js';
import { roundTo } from '../src/exact/grid.js';
import { specKernel } from '../src/run/formula-kernel.js';
import { Log } from '../src/run/log.js';
import { measure } from '../src/run/panel.js';
import { panelCases } from '../src/run/panel-cases.js';
import type { Panel } from '../src/run/report.js';
import { suite } from '../src/suite.js';
import type { Kernel } from '../src/target/kernel.js';
import { bnspec } from './cli.process.js';
import { judged } from './judging.js';

async function measured(of: Kernel, seed = 1, dtypes?: readonly Format[]): Promise<Panel | null> {
  const { target, subject, terms } = await judged(of, String(of.card.profile), dtypes);
  const panel = suite.panel(subject.profile);
  return measure({ target, subject, terms, panel, seed, log: new Log() });
}

const plain: Method = {
  estimate: twoPass,
  order: blocked,
  normalize: direct,
  convention: torch,
  invert: inverseRoot,
  saved: [],
};

/** Kernels with the right formulas in too little precision. */
const poor: Readonly<Record<string, Kernel>> = {
  'a mean in half precision': kernel('half', {
    ...plain,
    estimate(x, order, a) {
      const { mean, variance } = twoPass(x, order, a, 0);
      return { mean: roundTo(mean, 'f16'), variance };
    },
  }),
  'an inverse root that is off by 2^-12': kernel('root', {
    ...plain,
    normalize: (x, channel, a) => direct(x, { ...channel, r: a.round(channel.r * (1 + 2 ** -12)) }, a),
  }),
  NaN: { ...builtins['two-pass']!, infer: ({ x }) => ({ y: new Float32Array(x.data.length).fill(Number.NaN) }) },
};

describe('the panel', () => {
  it.each([
    ['two-pass', 'on par with two-pass'],
    ['sequential', 'on par with two-pass'],
    ['keras', 'on par with two-pass'],
    ['welford', 'on par with Welford'],
    ['folded', 'on par with folded two-pass'],
  ])('finds %s %s', async (name, says) => {
    expect(await measured(builtins[name]!)).toMatchObject({ says });
  });

  it.each([1, 2, 3, 4, 5])('never takes a right kernel for a poor one: seed %i', async (seed) => {
    for (const [name, of] of Object.entries(builtins)) {
      const panel = await measured(of, seed);
      if (name === 'one-pass')
        expect(panel).toMatchObject({ like: 'one-pass', says: expect.stringMatching(/^like one-pass: up to/) });
      else
        expect([name, panel!.says.slice(0, 11), panel!.ratio! <= 8, panel!.like !== 'one-pass']).toEqual([
          name,
          'on par with',
          true,
          true,
        ]);
    }
  });

  it.each(['f64', 'f32', 'f16', 'bf16'] as const)('tells one-pass from two-pass in %s alone', async (dtype) => {
    const [good, bad] = [
      await measured(builtins['two-pass']!, 1, [dtype]),
      await measured(builtins['one-pass']!, 1, [dtype]),
    ];
    expect(good!.ratio).toBeLessThanOrEqual(8);
    expect(bad!.ratio).toBeGreaterThan(50);
    expect(bad!.like).toBe('one-pass');
  });

  it.each(Object.entries(poor))('finds %s worse than any', async (name, of) => {
    const panel = await measured(of, 1, ['f32']);
    expect(panel).toMatchObject({
      like: null,
      says: expect.stringContaining('worse than any stable textbook kernel, in '),
    });
    if (name === 'NaN') expect(panel!.ratio).toBeNull();
    else expect(panel!.ratio).toBeGreaterThan(100);
  });

  it('compares a kernel that sums in float64 with kernels that do', async () => {
    const spec = specKernel(suite.spec, suite.profiles.torch!, 'torch');
    expect(await measured(spec)).toMatchObject({ says: 'on par with two-pass', ratio: 1 });
    const claims = { ...builtins['two-pass']!, card: { ...builtins['two-pass']!.card, accumulator: 'f64' } };
    expect((await measured(claims, 1, ['f32']))!.ratio).toBeGreaterThan(1e4);
  });

  it('leaves out what is not on the card, and says nothing where nothing can be compared', async () => {
    const { card, infer } = builtins['one-pass']!;
    const only = { card: { ...card, ops: ['infer'] }, infer: infer! };
    expect(await measured(only)).toMatchObject({ says: 'on par with two-pass' });
    expect(await measured({ ...builtins['two-pass']!, card: { ...card, accumulator: 'f16' } })).toBeNull();
    expect(await measured({ card: { ...card, ops: ['infer'] }, infer: () => undefined })).toBeNull();
  });

  it('asks few and the same cases for a seed, whatever the dtypes', async () => {
    const { terms } = await judged(builtins['two-pass']!, 'torch');
    const [once, again, other] = [panelCases(terms, 1), panelCases(terms, 1), panelCases(terms, 2)];
    expect(once).toEqual(again);
    expect(once).not.toEqual(other);
    for (const dtypes of [terms.dtypes, terms.dtypes.slice(0, 1), terms.dtypes.slice(0, 3)])
      expect([25, 19]).toContain(panelCases({ ...terms, dtypes }, 1).length);
  });
});

describe('--require-panel', () => {
  const few = ['--laws', 'inference.output', '--cases', '3'];

  test.each([
    ['builtin:two-pass', '4', 0, /^exit 0: conforms/],
    ['builtin:one-pass', '10', 1, /^exit 1: does not conform \(--require-panel 10; like one-pass: up to/],
    ['builtin:one-pass', '1e9', 2, /^exit 2/],
    ['builtin:one-pass', '999999999.5', 0, /^exit 0: conforms/],
    ['builtin:two-pass', '0.5', 2, /^exit 2/],
  ])('%s %s', async (target, factor, code, says) => {
    const { code: got, out, err } = await bnspec(['run', target, ...few, '--require-panel', factor]);
    expect(got).toBe(code);
    expect(`${out}${err}`.trim().split('\n').at(-1)).toMatch(says);
    if (code === 2) expect(err).toContain(`--require-panel ${factor}: not a number from 1 up`);
    else expect(out.replace(/\s+/g, ' ')).toContain('accuracy: ');
  });

  it('is not measured of a few laws where nobody asks for it', async () => {
    expect((await bnspec(['run', 'builtin:two-pass', ...few])).out).not.toContain('accuracy');
  });
});
