import { questions } from '../wire/protocol.js';
import type { Journal } from './journal.js';
import { rising } from './judge-case.js';
import { type Exit, type Grade, type LawResult, overall, type Panel, type Report, type Tier } from './report.js';
import type { RunOptions } from './run.js';

type Conclusion = Pick<
  Report,
  'complete' | 'verdict' | 'grade' | 'judged' | 'refused' | 'exit' | 'unmet' | 'incompleteBecause'
>;

/** What stands against conformance, and the exit code it comes to. */
interface Reason {
  readonly code: 1 | 3;
  readonly why: string;
}

/** What the results of all laws add up to, and the exit code that says it (the table in the README). */
export function conclude(
  results: readonly LawResult[],
  options: RunOptions & { readonly require: Tier },
  { ended, complete, panel }: { ended: string | null; complete: boolean; panel: Panel | null },
): Conclusion {
  const bad = results.filter(({ status }) => status === 'fails' || status === 'breaks');
  const vacuous = results.filter(({ status }) => status === 'vacuous');
  const held = results.filter(({ status }) => status === 'holds');
  const refusing = results.filter(({ status }) => status === 'refuses');
  const missing = (options.requireOps ?? []).filter((op) => !options.card.ops.includes(op));
  const asked = new Set(
    [...held, ...bad].flatMap(({ id }) => options.suite.laws.find((law) => law.id === id)!.needs.ops),
  );
  const judged = questions.filter((op) => asked.has(op));
  const refused = questions.filter((op) => !options.card.ops.includes(op));
  const grade = bad.length > 0 || held.length === 0 ? 'none' : overall(held);
  const whole = (complete && !options.signal.aborted) || (options.bail === true && bad.length > 0);
  const base = { complete: whole, grade, judged, refused };
  const stopped = options.signal.aborted ? String(options.signal.reason) : null;
  const inconclusive = stopped ?? ended ?? (whole ? null : 'not all laws were asked');
  const nothing = inconclusive ?? (refusing.length === results.length ? 'nothing was checked' : null);
  const unmet: Reason[] = [
    ...(missing.length > 0 ? [{ code: 1, why: `lacks the required op ${missing.join(', ')}` } as const] : []),
    ...(nothing === null ? [] : [{ code: 3, why: nothing } as const]),
    ...(vacuous.length === 0 ? [] : [{ code: 3, why: unjudged(vacuous) } as const]),
    ...(options.requirePanel === undefined ? [] : inaccurate(panel, options.requirePanel)),
  ];
  const [first] = bad.length > 0 ? [{ code: 1, why: refutation(results, bad, options.require) } as const] : unmet;
  if (first !== undefined) {
    const incompleteBecause = first.code === 3 ? first.why : inconclusive;
    const why = incompleteBecause === null ? {} : { incompleteBecause };
    const verdict = first.code === 3 ? 'incomplete' : 'fails';
    return { ...base, ...why, unmet: unmet.map(spelled), verdict, exit: spelled(first) };
  }
  const says = [
    `conforms (${grade}${lessThanAsked(grade, options.require)}) for ${judged.join(', ')}`,
    ...(refused.length > 0 ? [`${refused.join(', ')} refused`] : []),
    ...(results.length < options.suite.laws.length
      ? [`${results.length} of ${options.suite.laws.length} laws asked`]
      : []),
  ].join('; ');
  return { ...base, verdict: 'conforms', exit: { code: 0, says } };
}

/** What a shard concludes by itself: a refutation is one, and all else hangs on the others. */
export function partOnly(
  whole: Conclusion,
  { index, of }: Journal['part'],
  ended: string | null,
  complete: boolean,
): Conclusion {
  if (whole.verdict === 'fails') return whole;
  const written = complete && ended === null && whole.complete;
  const why = written ? `shard ${index} of ${of}: other cases are judged elsewhere` : whole.incompleteBecause;
  const exit = written
    ? ({ code: 0, says: `shard ${index} of ${of} written; bnspec merge concludes` } as const)
    : ({ code: 3, says: `nothing may be concluded: ${why}` } as const);
  return { ...whole, complete: false, verdict: 'incomplete', grade: 'none', incompleteBecause: why!, exit };
}

/** A run may hold and yet be graded below what was asked: the strict tiers say nothing of outputs as wide as their sums. */
const lessThanAsked = (grade: Grade, required: Tier): string =>
  grade !== 'none' && rising.indexOf(grade) < rising.indexOf(required)
    ? `; ${required} says nothing of outputs as wide as their sums`
    : '';

const spelled = ({ code, why }: Reason): Exit => ({
  code,
  says: code === 3 ? `nothing may be concluded: ${why}` : `does not conform (${why})`,
});

const unjudged = (vacuous: readonly LawResult[]): string =>
  `${count(vacuous.length, 'law')} could not be judged: ${vacuous.map(({ id }) => id).join(', ')}`;

/** What a required accuracy makes of a target that holds every law; nothing if it is accurate enough. */
function inaccurate(panel: Panel | null, most: number): Reason[] {
  if (panel === null) return [{ code: 3, why: 'there is no case on which --require-panel could compare it' }];
  if (panel.ratio !== null && panel.ratio <= most) return [];
  return [{ code: 1, why: `--require-panel ${most}; ${panel.says}` }];
}

function refutation(results: readonly LawResult[], bad: readonly LawResult[], required: Tier): string {
  const broken = bad.filter(({ status }) => status === 'breaks').length;
  const failed = bad.length - broken;
  const said = [
    ...(failed > 0 ? [`${count(failed, 'law')} refuted`] : []),
    ...(broken > 0 ? [`${count(broken, 'law')} broken`] : []),
    `of ${results.filter(({ status }) => status !== 'refuses').length}`,
  ];
  return `required ${required}; ${said.join(', ')}`;
}

const count = (n: number, noun: string): string => `${n} ${noun}${n === 1 ? '' : 's'}`;
