import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { diagnose } from '../src/run/diagnose.js';
import type { Op } from '../src/run/layer.js';
import { Log } from '../src/run/log.js';
import type { Property } from '../src/run/property.js';
import type { Diagnosis, Tier } from '../src/run/report.js';
import { run } from '../src/run/run.js';
import { reachable } from '../src/run/wrong.js';
import { suite } from '../src/suite.js';
import type { Kernel } from '../src/target/kernel.js';
import { local } from '../src/target/local.js';
import { asked, judged, verdict } from './judging.js';

/** What a few cases a law say of a kernel. */
export async function diagnosis(
  kernel: Kernel,
  profile = 'torch',
  required: Tier = 'semantic',
  op?: Op,
): Promise<Diagnosis[]> {
  const of = await judged(kernel, profile);
  const log = new Log();
  const missed = { refuted: [] as string[], broken: [] as string[] };
  const wanted = ({ few, needs }: Property): boolean =>
    (!few || kernel.card.name === 'sizes') && (op === undefined || needs.ops.includes(op));
  for (const law of asked(of).filter(wanted)) {
    const { status } = await verdict(law, of, { cases: 4, required, log });
    if (status === 'fails') missed.refuted.push(law.id);
    if (status === 'breaks') missed.broken.push(law.id);
  }
  const suspects = { wrongs: reachable(suite, of.subject, of.terms, required), profiles: suite.profiles };
  return diagnose(log, of.subject, suspects, required, missed);
}

/** What a run of some laws says of a kernel, with its own way from verdicts to causes; `known` are the mistakes that it knows. */
export async function report(kernel: Kernel, laws: string, profile = 'torch', known = suite): Promise<Diagnosis[]> {
  const target = local(kernel.card.name, kernel);
  const of = await run({
    ...{ target, card: await target.hello(), suite: known, profile, require: 'semantic', laws, effort: 'standard' },
    ...{ seed: 1, out: join(tmpdir(), 'bnspec-diagnosing'), command: [], version: '' },
    ...{ environment: { node: '', platform: '' }, signal: new AbortController().signal, now: () => 0 },
  });
  return [...of.diagnosis];
}
