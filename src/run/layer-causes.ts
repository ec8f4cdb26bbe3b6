import { local } from '../target/local.js';
import { Unanswered } from './asker.js';
import { lawOf } from './check.js';
import { headed } from './diagnose.js';
import { type Evidence, foretold } from './evidence.js';
import { explanations } from './explain.js';
import { everything, type Hypothesis, predicted } from './hypothesis.js';
import { judgeCase } from './judge-case.js';
import { clauses } from './law.js';
import { type Asked, firstCases, type LayerStep, Log } from './log.js';
import type { Drawn, Property } from './property.js';
import type { Diagnosis, LawResult, Tier } from './report.js';
import type { Subject } from './subject.js';
import { Unfit } from './unfit.js';
import { outputsOf, type Wrong } from './wrong.js';

interface Judged {
  readonly laws: readonly Property[];
  readonly log: Log;
  readonly judged: Subject;
  readonly required: Tier;
}

/** The laws about stateful layers. */
export const ofLayers = ({ needs }: Property): boolean => needs.ops.includes('layer');

/** A case of a law, and what the target answered to its steps. */
interface Put {
  readonly law: Property;
  readonly drawn: Drawn;
  readonly fails: boolean;
  readonly steps: readonly Asked[];
}

/**
 * Names what a layer does instead, whose single operations are right: the wrong layer that breaks just the laws that it
 * breaks, on the very cases, and answers each step of them as it does.
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
    return [
      { law, fails: status === 'fails', cases: status === 'fails' ? cases.slice(-1) : cases.slice(0, firstCases) },
    ];
  });
  const put = told.flatMap(({ law, fails, cases }) =>
    cases.map((drawn): Put => ({ law, drawn, fails, steps: (log.steps.get(drawn) ?? []).map(asAsked(law)) })),
  );
  const suspects: Hypothesis[] = [];
  for (const wrong of wrongs) {
    const suspect = wrong.op === 'layer' ? await suspected(wrong, put, judged, required) : null;
    if (suspect) suspects.push(suspect);
  }
  const refuted = told.filter(({ fails }) => fails).map(({ law }) => law.id);
  const counts = { op: 'layer', of: refuted.length, passing: told.length - refuted.length };
  const evidence = put.flatMap(({ fails, steps }) => steps.map((asked) => evident(asked, judged, fails)));
  const failing = evidence.filter(({ wrong }) => wrong.length > 0);
  const groups = failing.length > 0 ? explanations(suspects, evidence, failing, required) : null;
  if (groups) {
    const cause = { kind: 'unknown', id: 'layer', ...counts, explains: refuted.length, says: '' } as const;
    return groups.map((names) => headed({ ...cause, names }, []));
  }
  const says = `what fails are sequences of steps of a stateful layer: ${refuted.join(', ')}`;
  return [{ kind: 'unknown', id: 'layer', ...counts, explains: 0, says }];
}

const asAsked =
  ({ id }: Property) =>
  (step: LayerStep): Asked => ({ ...step, law: id, again: async () => null });

/** A step as evidence: no formula says which of the steps of a refuted law is wrong, so each counts as such. */
function evident(asked: Asked, subject: Subject, fails: boolean): Evidence {
  const outputs = Object.values(asked.answers ?? {}).filter(({ output }) => output in subject.spec.allowance);
  const right = foretold(subject, asked.layer, asked.op);
  return { asked, outputs, right, verdicts: new Map(), wrong: fails ? outputsOf.layer : [], beyond: false };
}

const outputs = [...everything('train'), ...everything('grad'), ...outputsOf.layer];

/** A wrong layer that breaks and holds the laws as the target does, and what it answers to each step. */
async function suspected(wrong: Wrong, put: readonly Put[], subject: Subject, tier: Tier): Promise<Hypothesis | null> {
  const known = new Map<Asked, LayerStep>();
  for (const { law, drawn, fails, steps } of put) {
    const log = new Log();
    if ((await refutes(law, drawn, wrong, subject, tier, log)) !== fails) return null;
    const own = log.steps.get(drawn) ?? [];
    if (own.length !== steps.length) return null;
    for (const [i, asked] of steps.entries()) known.set(asked, own[i]!);
  }
  const predict = (asked: Asked) => {
    const { answers, failed } = known.get(asked)!;
    return predicted(answers, failed, asked);
  };
  return { kind: 'mutant', id: wrong.id, says: wrong.says, op: 'layer', outputs, predict };
}

async function refutes(
  law: Property,
  drawn: Drawn,
  wrong: Wrong,
  subject: Subject,
  tier: Tier,
  log: Log,
): Promise<boolean> {
  const target = local(wrong.id, wrong.kernel());
  try {
    const text = lawOf(law, subject)!;
    const { byTier } = await judgeCase(law, clauses(text, law.id), drawn, { target, subject, log }, [tier]);
    return byTier.get(tier)?.refuted != null;
  } catch (cause) {
    if (cause instanceof Unanswered) return true;
    if (cause instanceof Unfit) return false;
    throw cause;
  }
}
