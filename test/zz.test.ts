import { expect, it } from 'vitest';
import { edited, type Mutant } from '../src/run/mutant.js';
import { suite } from '../src/suite.js';
import { tex } from '../src/cli/reading.js';
import { asked, judgedMutant, verdict } from './judging.js';
it('texts', () => {
  for (const m of suite.mutants) { const e = edited(suite.spec, m); for (const { formula } of m.edits) { const f = Object.assign({}, ...e.chapters[m.op].toReversed())[formula]; console.log(m.id, '|', formula, '=', f.is, f.over ?? '', '|', tex(f.is)); } }
});
it('plants', async () => {
  const noop: Mutant = { ...suite.mutants[0], id: 'x.noop', edits: [{ formula: 'y', from: 'gamma', to: 'gamma' }] };
  const of = await judgedMutant(noop);
  let bad = 0; for (const law of asked(of).filter((l) => !l.few)) if ((await verdict(law, of, { cases: 6 })).status !== 'holds') bad++;
  expect(bad).toBe(0);
  const decoy = suite.mutants.find((m) => m.id === 'decoys.grouped-gradient')!;
  const spoiled = { ...decoy, edits: [{ ...decoy.edits[0], to: `${(decoy.edits[0] as { to: string }).to} + sum(dy) / 1000000` }] } as Mutant;
  const o2 = await judgedMutant(spoiled);
  const fails = []; for (const law of asked(o2).filter((l) => l.needs.ops.includes('grad'))) { const v = await verdict(law, o2); if (v.status !== 'holds') fails.push(law.id + ' ' + v.status); }
  console.log(fails);
  expect(fails.length).toBeGreaterThan(0);
}, 200000);
