import { causesOf, type Grade, type LawResult, type Report, tiers } from '../run/report.js';
import { brief } from './figures.js';

/** What changed between two reports of one target, or of two. `bnspec diff --reporter json` writes it. */
export interface Difference {
  readonly schema: 'bnspec-diff/1';
  readonly old: Side;
  readonly new: Side;
  /** Whether both drew their cases in the same way: only then is a larger error a worse target. */
  readonly sameDraw: boolean;
  readonly changes: readonly Change[];
  readonly exit: { readonly code: 0 | 1; readonly says: string };
}

type Side = Pick<Report, 'bnspec' | 'profile' | 'seed' | 'effort' | 'verdict' | 'grade' | 'exit'> & { target: string };

export interface Change {
  readonly kind:
    | 'verdict'
    | 'grade'
    | 'law'
    | 'op'
    | 'dtype'
    | 'layout'
    | 'profile'
    | 'budget'
    | 'power'
    | 'panel'
    | 'draw';
  /** The law, op, dtype or layout; else the kind once more. */
  readonly id: string;
  readonly how: 'better' | 'worse' | 'other';
  readonly says: string;
}

/** A budget has grown if it more than doubled and uses a quarter of what is allowed; see docs/ci.md. */
const grown = { ratio: 2, share: 1 / 4 };

/** What changed from one report to the next; exit 1 if anything is worse. */
export function difference(old: Report, now: Report): Difference {
  const sameDraw = drawnBy(old) === drawnBy(now) && termsOf(old) === termsOf(now);
  const changes = [
    ...ranked('verdict', ['conforms', 'incomplete', 'fails'], old.verdict, now.verdict),
    ...ranked('grade', [...tiers, 'none'] satisfies Grade[], old.grade, now.grade),
    ...lawsOf(old, now),
    ...losses('op', old.judged, now.judged),
    ...losses('dtype', old.dtypes, now.dtypes),
    ...losses('layout', old.layouts, now.layouts),
    ...(old.profile === now.profile ? [] : [other('profile', `${old.profile} → ${now.profile}`)]),
    ...(drawnBy(old) === drawnBy(now) ? [] : [other('draw', `${drawnBy(old)} → ${drawnBy(now)}: other cases`)]),
    ...budgets(old, now, sameDraw),
    ...power(old, now),
    ...panel(old, now, sameDraw),
  ];
  const worse = changes.filter(({ how }) => how === 'worse').length;
  const better = changes.filter(({ how }) => how === 'better').length;
  const says = worse > 0 ? `worse in ${worse} of ${changes.length} changes` : better > 0 ? 'better' : 'the same';
  const exit = { code: worse > 0 ? 1 : 0, says } as const;
  return { schema: 'bnspec-diff/1', old: side(old), new: side(now), sameDraw, changes, exit };
}

const side = ({ target, bnspec, profile, seed, effort, verdict, grade, exit }: Report): Side => ({
  target: target.id,
  ...{ bnspec, profile, seed, effort, verdict, grade, exit },
});

const drawnBy = ({ bnspec, effort, seed }: Report): string => `bnspec ${bnspec}, ${effort}, seed ${seed}`;
const termsOf = ({ profile, dtypes, layouts }: Report): string => JSON.stringify([profile, dtypes, layouts]);

const other = (kind: Change['kind'], says: string): Change => ({ kind, id: kind, how: 'other', says });

function ranked(kind: 'verdict' | 'grade', order: readonly string[], was: string, is: string): Change[] {
  if (was === is) return [];
  return [{ kind, id: kind, how: order.indexOf(is) > order.indexOf(was) ? 'worse' : 'better', says: `${was} → ${is}` }];
}

function losses(kind: 'op' | 'dtype' | 'layout', was: readonly string[], is: readonly string[]): Change[] {
  const gone = was.filter((one) => !is.includes(one));
  const added = is.filter((one) => !was.includes(one));
  return [
    ...gone.map((id): Change => ({ kind, id, how: 'worse', says: 'judged no more' })),
    ...added.map((id): Change => ({ kind, id, how: 'better', says: 'judged now' })),
  ];
}

const bad = ({ status }: LawResult): boolean => status === 'fails' || status === 'breaks';

function lawsOf(old: Report, now: Report): Change[] {
  const before = new Map(old.laws.map((law) => [law.id, law]));
  const after = new Set(now.laws.map(({ id }) => id));
  const gone = old.laws.filter(({ id }) => !after.has(id));
  return [
    ...now.laws.flatMap((law) => lawChange(before.get(law.id), law, old, now)),
    ...gone.map((law): Change => {
      const how = law.status === 'holds' ? 'worse' : 'other';
      return { kind: 'law', id: law.id, how, says: `gone; it was: ${law.status}` };
    }),
  ];
}

/** What became of one law. Only what held and does no more, what fails now, or fails for another cause, is worse. */
function lawChange(was: LawResult | undefined, is: LawResult, old: Report, now: Report): Change[] {
  const change = (how: Change['how'], says: string): Change[] => [{ kind: 'law', id: is.id, how, says }];
  const cause = bad(is) ? causesOf(is, now.diagnosis).join(', ') : '';
  if (was === undefined) return change(bad(is) ? 'worse' : 'other', `added: ${is.status}${cause && ` for ${cause}`}`);
  if (bad(was) && bad(is)) {
    const before = causesOf(was, old.diagnosis).join(', ');
    if (before !== cause) return change('worse', `fails for another cause: ${before} → ${cause}`);
    return was.status === is.status ? [] : change('other', `${was.status} → ${is.status}, for ${cause}`);
  }
  if (was.status === is.status) return [];
  if (is.status === 'holds') return change('better', bad(was) ? 'fixed' : `${was.status} → holds`);
  if (bad(is)) return change('worse', `newly ${is.status}, for ${cause}`);
  return change(was.status === 'holds' || is.status === 'vacuous' ? 'worse' : 'other', `${was.status} → ${is.status}`);
}

const weight = (share: number | null): number => share ?? Number.POSITIVE_INFINITY;

function budgets(old: Report, now: Report, sameDraw: boolean): Change[] {
  const before = new Map(old.laws.map((law) => [law.id, law]));
  return now.laws.flatMap(({ id, status, worst, cases }): Change[] => {
    const was = before.get(id);
    if (status !== 'holds' || was?.status !== 'holds' || !worst || !was.worst) return [];
    const [from, to] = [weight(was.worst.budget), weight(worst.budget)];
    if (!(to > grown.ratio * from && to > grown.share)) return [];
    const same = sameDraw && was.cases === cases;
    const says = `${brief(from)} → ${brief(to)} (${worst.output})${same ? '' : ', on other cases'}`;
    return [{ kind: 'budget', id, how: same ? 'worse' : 'other', says }];
  });
}

function power({ power: was, bnspec }: Report, { power: is, bnspec: newer }: Report): Change[] {
  const change = (how: Change['how'], says: string): Change[] => [{ kind: 'power', id: 'power', how, says }];
  if (was.of === 0 && is.of === 0) return [];
  if (is.of === 0) return change('worse', 'measured no more');
  if (was.of === 0) return change('better', `measured now: ${is.killed} of ${is.of}`);
  const unseen = is.survivors.filter((id) => !was.survivors.includes(id));
  const figures = `${was.killed} of ${was.of} → ${is.killed} of ${is.of}`;
  // A later version may have mutants that the earlier one did not know.
  if (unseen.length > 0)
    return change(bnspec === newer ? 'worse' : 'other', `${figures}; unseen now: ${unseen.join(' ')}`);
  if (is.of < was.of && bnspec === newer) return change('worse', `${figures}: fewer are within reach`);
  return was.killed === is.killed && was.of === is.of ? [] : change('better', figures);
}

function panel({ panel: was }: Report, { panel: is }: Report, sameDraw: boolean): Change[] {
  const change = (how: Change['how'], says: string): Change[] => [{ kind: 'panel', id: 'panel', how, says }];
  if (was === null && is === null) return [];
  if (is === null) return change('worse', 'measured no more');
  if (was === null) return change('better', `measured now: ${is.says}`);
  if (weight(is.ratio) > grown.ratio * weight(was.ratio))
    return change(sameDraw ? 'worse' : 'other', `${was.says} → ${is.says}`);
  if (weight(was.ratio) > grown.ratio * weight(is.ratio))
    return change(sameDraw ? 'better' : 'other', `${was.says} → ${is.says}`);
  return [];
}
