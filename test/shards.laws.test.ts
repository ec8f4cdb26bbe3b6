import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { builtins } from '../src/builtin/catalogue.js';
import { fileOf, Keeping } from '../src/journal/keeping.js';
import { Shards } from '../src/journal/shards.js';
import { lawOf } from '../src/run/check.js';
import { attempt } from '../src/run/coming.js';
import { stream } from '../src/run/drawing.js';
import { unfit } from '../src/run/fitness.js';
import { mutantKernel } from '../src/run/formula-kernel.js';
import type { Journal } from '../src/run/journal.js';
import { clauses } from '../src/run/law.js';
import { Log } from '../src/run/log.js';
import { edited } from '../src/run/mutant.js';
import type { Drawn, Property } from '../src/run/property.js';
import { run } from '../src/run/run.js';
import { refusal, terms } from '../src/run/select.js';
import { Unfit } from '../src/run/unfit.js';
import { suite } from '../src/suite.js';
import type { Kernel } from '../src/target/kernel.js';
import { local } from '../src/target/local.js';
import { judged as subjectOf } from './judging.js';
import { folder } from './sharding.js';

const shift = suite.laws.find(({ id }) => id === 'forward.shift')!;
const numberOf = ({ c }: Drawn): number => c as number;

/** Cannot be asked of every third case, and says so after a question. */
const unaskable: Property = {
  ...shift,
  async ask(bn, drawn) {
    const { y } = await bn.train(drawn.layer);
    if (numberOf(drawn) % 3 === 0) throw new Unfit('planted');
    return { ...(await shift.ask(bn, drawn)), y };
  },
};

/** Of which two cases of three say nothing: every answer is 0. */
const dull: Property = {
  ...shift,
  refutes: { y: 0 },
  given: (asked) =>
    shift.given(asked).map((drawn) => {
      const nothing = new Float64Array(drawn.layer.C);
      return numberOf(drawn) % 3 === 0 ? drawn : { ...drawn, layer: { ...drawn.layer, gamma: nothing, beta: nothing } };
    }),
};

async function reportOf(law: Property, kernel: Kernel, seed: number, out: string, journal?: Journal) {
  const target = local('kernel', kernel);
  const { durationMs: _, ...report } = await run({
    ...{ target, card: await target.hello(), suite: { ...suite, laws: [law] }, effort: 'quick', seed, out },
    ...{ command: ['kernel'], signal: new AbortController().signal, now: () => 0, version: '0' },
    environment: { node: 'v0', platform: 'none' },
    ...(journal ? { journal } : {}),
  });
  return report;
}

/** The report of a run in so many shards, merged. */
async function mergedOf(law: Property, kernel: Kernel, seed: number, of: number, out: string) {
  const place = join(out, `seed-${seed}-of-${of}`);
  const plan = {
    bnspec: '0',
    suite: '',
    target: { id: 'kernel', command: [], card: {}, ahead: 1, file: null },
    options: {},
  };
  const files: string[] = [];
  for (let index = 1; index <= of; index += 1) {
    const shard = { index, of };
    const keeping = new Keeping(place, { plan, shard, environment: { node: 'v0', platform: 'none' } }, () => 0);
    await reportOf(law, kernel, seed, out, keeping);
    keeping.end({ profile: 'torch', warnings: [], log: '' });
    keeping.close();
    files.push(fileOf(place, shard));
  }
  const shards = new Shards(files);
  const report = await reportOf(law, kernel, seed, out, shards);
  shards.close();
  return report;
}

describe('shards, merged, are one run', () => {
  const wrong = suite.mutants.find(({ id }) => id === 'forward.no-epsilon')!;
  const bad = mutantKernel(wrong.id, edited(suite.spec, wrong), suite.profiles.torch!, 'torch');
  const laws: Record<string, Property> = {
    'cases that cannot be asked': unaskable,
    'a law that goes on to more cases': dull,
  };
  for (const [what, law] of Object.entries(laws))
    test(`with ${what}`, async () => {
      const out = folder();
      const counts: number[] = [];
      for (const seed of [1, 2, 3, 4, 5, 6])
        for (const kernel of [builtins['two-pass'], bad]) {
          const whole = await reportOf(law, kernel, seed, out);
          counts.push(whole.laws[0]!.cases);
          expect(
            await mergedOf(law, kernel, seed, kernel === bad ? 3 : 2, join(out, kernel.card.name)),
            `seed ${seed}`,
          ).toEqual(whole);
        }
      if (law === dull) expect(counts.some((n) => n > 3)).toBe(true);
    });

  test('what cannot be asked is told without asking', async () => {
    const { subject } = await subjectOf(builtins['two-pass'], 'torch');
    const target = local('two-pass', builtins['two-pass']);
    const asked = terms(subject, ['f32', 'f16'], ['channels_first']);
    let [fit, not] = [0, 0];
    for (const law of [...suite.laws, unaskable]) {
      if (refusal(law, subject, asked) !== null || law.few) continue;
      const parts = clauses(lawOf(law, subject)!, law.id);
      const cases = stream(law, { terms: asked, seed: 1, cases: 3 });
      for (let at = 0; at < 3; at += 1) {
        const drawn = cases.next().value;
        const spot = { law: law.id, kind: 'case', at } as const;
        const { came } = await attempt(law, parts, [spot, drawn], { target, subject, log: new Log() });
        const foretold = await unfit(law, drawn);
        expect(foretold !== null, `${law.id} ${at}`).toBe(came instanceof Unfit);
        if (foretold) not += 1;
        else fit += 1;
      }
    }
    expect(fit).toBeGreaterThan(200);
    expect(not).toBeGreaterThan(0);
  });
});
