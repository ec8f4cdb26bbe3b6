import { describe, expect, it } from 'vitest';
import { type Format, formats } from '../src/exact/format.js';
import type { Layer } from '../src/run/layer.js';
import type { Tier } from '../src/run/report.js';
import type { Subject } from '../src/run/subject.js';
import { claiming, layerOf, ordinary, outputs, Question } from './acceptance.case.js';
import { nasty, weighted } from './acceptance.data.js';
import { random } from './exact.random.js';

const names = Object.keys(formats) as Format[];
const tiers = ['stable', 'semantic'] as const;
type Claims = Readonly<Record<string, string>>;

const subjects = new Map<string, Subject>();
/** One subject for each card, since the engine keeps by it what it compiled. */
function subjectOf(claims: Claims): Subject {
  const key = JSON.stringify(claims);
  const known = subjects.get(key) ?? claiming(claims);
  subjects.set(key, known);
  return known;
}

/** Upper and lower ends of a bound; what a claim does must show beyond their own doubt. */
const boundOf = (
  layer: Layer,
  output: { op: (typeof outputs)[number]['op']; output: string },
  tier: Tier,
  claims: Claims,
) => new Question(layer, output.op, subjectOf(claims)).reference.allowed(output.output, tier);

/** Over many layers: elements in which the claim makes the bound smaller, larger, or leaves it. */
function compared(claims: Claims, than: Claims, format: Format) {
  const from = random(format.length);
  const weights = random(7);
  const count = { smaller: 0, larger: 0, elements: 0 };
  for (let round = 0; round < 6; round++) {
    const layer = round % 3 === 0 ? ordinary(from, format) : weighted(weights, nasty(from, format));
    for (const output of outputs)
      for (const tier of tiers) {
        const [a, b] = [boundOf(layer, output, tier, claims), boundOf(layer, output, tier, than)];
        a.hi.forEach((hi, i) => {
          count.elements += 1;
          if (hi < b.lo[i]!) count.smaller += 1;
          if (a.lo[i]! > b.hi[i]! || (hi === Infinity && b.hi[i]! < Infinity)) count.larger += 1;
        });
      }
  }
  return count;
}

describe('what a card promises tightens its bounds', () => {
  const promises: [Claims, Claims][] = [
    [{ algo: 'twopass' }, {}],
    [{ form: 'direct' }, {}],
    [{ shift: 'none' }, {}],
    [{ chain: '2' }, {}],
    [{ chain: '2' }, { chain: '5' }],
    [{ rsqrt_ulp: '0.5' }, {}],
    [{ sums: 'true', shift: 'none' }, { shift: 'none' }],
    [
      { algo: 'twopass', form: 'direct', shift: 'none', sums: 'true', chain: '3' },
      { algo: 'twopass', form: 'direct' },
    ],
  ];
  const asked = promises.flatMap(([claims, than]) => names.map((format) => ({ claims, than, format })));
  it.each(asked)('$claims beside $than in $format', ({ claims, than, format }) => {
    const { smaller, larger, elements } = compared(claims, than, format);
    expect(larger).toBe(0);
    expect(smaller).toBeGreaterThan(elements / 50);
  });

  it.each(names)('a claim of plain sums says nothing as long as a shift is possible: %s', (format) => {
    expect(compared({ sums: 'true' }, {}, format)).toMatchObject({ smaller: 0, larger: 0 });
  });
});

describe('what a card admits widens them, and nothing else', () => {
  const admissions: [Claims, Claims, Format[]][] = [
    [{ rsqrt_ulp: '8' }, {}, names],
    [{ ftz: 'true' }, {}, names],
    [{ save_format: 'f16' }, {}, ['f64', 'f32']],
    [{ fold_format: 'bf16' }, {}, names],
    [{ accumulator: 'f32' }, {}, ['f64']],
    [{}, { accumulator: 'f64' }, ['f32', 'f16', 'bf16']],
  ];
  const asked = admissions.flatMap(([claims, than, formats]) => formats.map((format) => ({ claims, than, format })));
  it.each(asked)('$claims beside $than in $format', ({ claims, than, format }) => {
    const { smaller, larger } = compared(claims, than, format);
    expect(smaller).toBe(0);
    expect(larger).toBeGreaterThan(0);
  });
});

it('stable lies within semantic, everywhere', () => {
  const from = random(12);
  const weights = random(7);
  for (const format of names)
    for (let round = 0; round < 12; round++) {
      const layer = weighted(weights, nasty(from, format));
      for (const output of outputs) {
        const [stable, semantic] = tiers.map((tier) => boundOf(layer, output, tier, {}));
        stable!.lo.forEach((lo, i) => {
          expect(lo <= semantic!.hi[i]!).toBe(true);
        });
      }
    }
});

describe('the size of the batch', () => {
  /** The same numbers again and again, so that every moment stays what it is. */
  const layer = (m: number): Layer =>
    layerOf(
      { x: Float64Array.from({ length: m }, (_, i) => 1 + ((i * 5) % 16)), dy: new Float64Array(m).fill(1) },
      'f32',
    );
  const growth = (tier: Tier, output: (typeof outputs)[number]): number =>
    boundOf(layer(2 ** 14), output, tier, {}).hi[0]! / boundOf(layer(2 ** 11), output, tier, {}).hi[0]!;

  it.each(outputs.filter(({ op, output }) => op === 'train' && output !== 'inv_std'))(
    '$op $output: stable stays, semantic grows as the longest chain does',
    (output) => {
      // From 2047 additions to 16383, eightfold; the tree on top of a block of 1024 grows by three.
      expect(growth('semantic', output)).toBeGreaterThan(4);
      expect(growth('stable', output)).toBeLessThan(
        ((1024 + 14 + 8) / (1024 + 11 + 8)) * (Math.log(2 ** 14) / Math.log(2 ** 11)),
      );
    },
  );

  it('inference does not know it, but for terms of second order', () => {
    for (const tier of tiers) expect(growth(tier, { op: 'infer', output: 'y' })).toBeLessThan(1 + 2 ** -11);
  });
});

describe('one element among a hundred thousand', () => {
  const m = 100_000;
  const plainly = { sums: 'true', shift: 'none' };
  const x = Float64Array.from({ length: m }, (_, i) => ((i * 7919) % 19) - 7);
  const total = x.reduce((a, b) => a + b);
  const verdict = (claims: Claims, sum: number, data = x): boolean => {
    const question = new Question(layerOf({ x: data }, 'f32'), 'train', subjectOf(claims));
    return question.judge(question.answered('mean', [Math.fround(sum / m)]), 'stable').refuted === null;
  };

  it('is seen in the mean of data that sum exactly, where plain sums are claimed', () => {
    expect(verdict(plainly, total)).toBe(true);
    const wrong = { dropped: total - x[0]!, doubled: total + x[0]!, 'off by one': total + 1 };
    for (const sum of Object.values(wrong)) {
      expect(verdict(plainly, sum)).toBe(false);
      expect(verdict({}, sum)).toBe(true);
    }
  });

  it('is hidden by what any order of summation may cost on data that do not', () => {
    const rough = x.map((v) => Math.fround(v + 1 / 3));
    const sum = rough.reduce((a, b) => a + b);
    expect(verdict(plainly, sum, rough)).toBe(true);
    expect(verdict(plainly, sum - rough[0]!, rough)).toBe(true);
  });

  it('is seen in the variance too, where the mean is exact', () => {
    const even = Float64Array.from({ length: 2 ** 17 }, (_, i) => [-7, 9][i % 2]!);
    const question = new Question(layerOf({ x: even }, 'f32'), 'train', claiming({ ...plainly, algo: 'twopass' }));
    const right = 64;
    const passes = (value: number): boolean =>
      question.judge(question.answered('variance', [Math.fround(value)]), 'stable').refuted === null;
    expect([right, right - 64 / 2 ** 17, right + 64 / 2 ** 17].map(passes)).toEqual([true, false, false]);
  });

  it('up to the last grid step that the accumulator still holds', () => {
    // Sums of m equal numbers are exact in float32 while m times their size and the sum of squares stay below 2^24.
    const bound = (size: number, count: number, step = 1): number => {
      const layer = layerOf({ x: new Float64Array(count).fill(size * step) }, 'f32');
      return boundOf(layer, { op: 'train', output: 'mean' }, 'stable', plainly).hi[0]! / (size * step);
    };
    const chainless = bound(1, 2);
    expect(bound(2 ** 12 - 1, 1023, 2 ** -20)).toBeGreaterThan(100 * chainless);
    expect(bound(127, 1023)).toBeLessThan(2 * chainless);
    expect(bound(127, 1023, 2 ** -60)).toBeLessThan(2 * chainless);
    expect(bound(129, 1023)).toBeGreaterThan(100 * chainless);
  });
});
