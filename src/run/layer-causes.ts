import { local } from '../target/local.js';
import { Unanswered } from './asker.js';
import { lawOf } from './check.js';
import { judgeCase } from './judge-case.js';
import { clauses } from './law.js';
import { Log } from './log.js';
import type { Drawn, Property } from './property.js';
import type { Diagnosis, LawResult, Tier } from './report.js';
import type { Subject } from './subject.js';
import { Unfit } from './unfit.js';
import type { Wrong } from './wrong.js';

interface Judged {
  readonly laws: readonly Property[];
  readonly log: Log;
  readonly judged: Subject;
  readonly required: Tier;
}

/** So many cases of a law that held must hold of a suspect too. */
const enough = 4;

/** The laws about stateful layers. */
export const ofLayers = ({ needs }: Property): boolean => needs.ops.includes('layer');

/**
 * Names what a layer does instead, whose single operations are right: the wrong layers that break just the laws that it
 * breaks, on the very cases. None is named where several could be meant.
 */
export async function layerCauses(
  results: readonly LawResult[],
  wrongs: readonly Wrong[],
  { laws, log, judged, required }: Judged,
): Promise<Diagnosis[]> {
  const told = results.flatMap(({ id, status }) => {
    const law = laws.find((one) => one.id === id)!;
    const cases = log.cases.get(id) ?? [];
    if (!ofLayers(law) || (status !== 'fails' && status !== 'holds')) return [];
    return [{ law, wrong: status === 'fails', cases: status === 'fails' ? cases.slice(-1) : cases.slice(0, enough) }];
  });
  const suspects: Wrong[] = [];
  for (const wrong of wrongs) {
    if (wrong.op !== 'layer') continue;
    let agrees = true;
    for (const { law, wrong: fails, cases } of told)
      for (const drawn of cases) agrees &&= (await refutes(law, drawn, wrong, judged, required)) === fails;
    if (agrees) suspects.push(wrong);
  }
  const refuted = told.filter(({ wrong }) => wrong).map(({ law }) => law.id);
  const counts = { op: 'layer', of: refuted.length, passing: told.length - refuted.length };
  const [only, ...others] = suspects;
  if (only && others.length === 0)
    return [{ kind: 'mutant', id: only.id, ...counts, explains: refuted.length, says: only.says }];
  const says = `what fails are sequences of steps of a stateful layer: ${refuted.join(', ')}`;
  const among = suspects.length > 1 ? `; it may be ${suspects.map(({ id }) => id).join(', ')}` : '';
  return [{ kind: 'unknown', id: 'layer', ...counts, explains: 0, says: `${says}${among}` }];
}

async function refutes(law: Property, drawn: Drawn, wrong: Wrong, subject: Subject, tier: Tier): Promise<boolean> {
  const target = local(wrong.id, wrong.kernel());
  try {
    const text = lawOf(law, subject)!;
    const { byTier } = await judgeCase(law, clauses(text, law.id), drawn, { target, subject, log: new Log() }, [tier]);
    return byTier.get(tier)?.refuted != null;
  } catch (cause) {
    if (cause instanceof Unanswered) return true;
    if (cause instanceof Unfit) return false;
    throw cause;
  }
}
