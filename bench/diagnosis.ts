import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mutantKernel } from '../src/run/formula-kernel.js';
import { edited, fresh } from '../src/run/mutant.js';
import type { Tier } from '../src/run/report.js';
import { run } from '../src/run/run.js';
import { type Suite, suite } from '../src/suite.js';
import type { Kernel } from '../src/target/kernel.js';
import { local } from '../src/target/local.js';

/**
 * Every published mistake as a target of a whole default run: how often the report names it, leaves it unknown (and
 * whether it is then among those that it says it may be), or names another. It lists those that are not named, and those
 * that are named with others. Arguments: parts of the ids to try; with
 * --unpublished each is left out of those that are known, so that every name is another's.
 */
interface Suspect {
  readonly id: string;
  readonly profile: string;
  readonly wrongAt: Tier;
  kernel(): Kernel;
}

const edits = suite.mutants.flatMap((mutant): Suspect[] => {
  const { id, profile, wrongAt } = mutant;
  if (wrongAt === null) return [];
  const kernel = (): Kernel => mutantKernel(id, edited(suite.spec, mutant), suite.profiles[profile]!, profile);
  return [{ id, profile, wrongAt, kernel }];
});
const kernels = suite.kernels.map((wrong): Suspect => ({ ...wrong, kernel: () => fresh(wrong) }));

type Fate = 'named' | 'among others' | 'unknown' | 'another' | 'passed';

const without = (id: string): Suite => ({
  ...suite,
  mutants: suite.mutants.filter((one) => one.id !== id),
  kernels: suite.kernels.filter((one) => one.id !== id),
});

/** What a run of the kernel says of it. */
async function fateOf({ id, profile, wrongAt, kernel }: Suspect, out: string): Promise<[Fate, string]> {
  const target = local(id, kernel());
  const { diagnosis, verdict } = await run({
    ...{
      target,
      card: await target.hello(),
      suite: published ? suite : without(id),
      profile,
      require: wrongAt,
      laws: '*',
    },
    ...{ effort: 'standard', seed: 1, out, command: [id], version: '', environment: { node: '', platform: '' } },
    signal: new AbortController().signal,
    now: () => 0,
  });
  if (verdict === 'conforms') return ['passed', ''];
  const names = [...new Set(diagnosis.map((one) => one.id))];
  const says = diagnosis.map((one) => one.says).join(' ');
  const certain = diagnosis.length > 0 && diagnosis.every(({ kind }) => kind !== 'unknown');
  if (published && certain && names.length === 1 && (names[0] === id || says.includes(id)))
    return ['named', diagnosis.find((one) => one.says.includes('cannot be told'))?.says ?? ''];
  if (diagnosis.every(({ kind }) => kind === 'unknown')) return [says.includes(id) ? 'among others' : 'unknown', says];
  return [names.includes(id) ? 'among others' : 'another', names.join(', ')];
}

const parts = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const published = !process.argv.includes('--unpublished');
const out = mkdtempSync(join(tmpdir(), 'bnspec-diagnosis-'));
for (const [kind, suspects] of Object.entries({ 'edits of formulas': edits, 'wrong kernels': kernels })) {
  const counts: Record<Fate, number> = { named: 0, 'among others': 0, unknown: 0, another: 0, passed: 0 };
  const tried = suspects.filter(({ id }) => parts.length === 0 || parts.some((part) => id.includes(part)));
  for (const suspect of tried) {
    const [fate, says] = await fateOf(suspect, out);
    counts[fate] += 1;
    if (says || fate !== 'named') console.log(`  ${suspect.id}: ${fate}${says && `: ${says}`}`);
  }
  console.log(
    `${tried.length} ${kind}: ${Object.entries(counts)
      .map(([fate, n]) => `${n} ${fate}`)
      .join(', ')}`,
  );
}
rmSync(out, { recursive: true, force: true });
