import { describe, expect, it } from 'vitest';
import { entries } from '../src/run/entries.js';
import { faults } from '../src/run/faults.js';
import { suite } from '../src/suite.js';

const law = suite.laws.find(({ id }) => id === 'forward.affine')!;
const mutant = suite.mutants[0]!;
const kernel = suite.kernels[0]!;
const few = { ...suite, laws: [law], mutants: [], kernels: [], profiles: { torch: suite.profiles.torch! } };

describe('the data of a suite', () => {
  it('are without fault', async () => expect(await faults(suite)).toEqual([]));

  it.each([
    [
      'a law that reads a name nobody gives',
      { laws: [{ ...law, law: 'y == gamma * xhut + beta' }] },
      /^properties\/forward\.ts: 'forward\.affine': nothing defines 'xhut'; bind it in ask/,
    ],
    ['an abbreviation that does', { laws: [{ ...law, law: 'y == a', where: { a: 'q + 1' } }] }, /nothing defines 'q'/],
    ['a predicate on no answer', { laws: [{ ...law, law: 'same(y, w)' }] }, /nothing defines 'w'/],
    [
      'an edit that no longer fits',
      { mutants: [{ ...mutant, edits: [{ formula: 'mu', from: 'sum(x) / n', to: '0' }] }] },
      /^mutants\/\w+\.ts: '.*' does not fit: .* edit the text as it stands now/,
    ],
    [
      'a mistake of a dialect that is not there',
      { mutants: [{ ...mutant, profile: 'touch' }] },
      /is of the profile 'touch', which is not there; name one of spec/,
    ],
    [
      'a wrong kernel that no law shows',
      { kernels: [{ ...kernel, shows: 'large.cunt' }] },
      /^mutants\/kernels\/\w+\.ts: '.*' is shown by 'large.cunt', which is no law/,
    ],
  ])('%s is told, with its file and the cure', async (_, wrong, says) => {
    expect(await faults({ ...few, ...wrong } as typeof suite)).toEqual([expect.stringMatching(says)]);
  });

  it('an id that two entries have is refused, with both files', () => {
    const module = { one: { id: 'a.b' } };
    expect(() => entries({ 'x.ts': module, 'y.ts': module })).toThrow(
      "y.ts: 'a.b' stands in x.ts already; give one of them another id",
    );
    expect(() => entries({ 'z.ts': module }, { 'a.b': 'x.ts' })).toThrow("z.ts: 'a.b' stands in x.ts already");
  });
});
