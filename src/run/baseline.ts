import { causesOf, type Expectation, type Grade, type LawResult, overall, type Report, tiers } from './report.js';

/** A law that is expected to fail, for one cause. */
export interface Entry extends Expectation {
  readonly law: string;
  readonly status: 'fails' | 'breaks';
  /** Where it stands in the file, from 1. */
  readonly line: number;
  /** The lines above it: comments, and blank ones. */
  readonly above: readonly string[];
}

/** What is known of a target: what it could do when this was written, and the laws that it does not keep. */
export interface Baseline {
  readonly file: string;
  readonly line: number;
  readonly grade: Grade;
  readonly ops: readonly string[];
  readonly dtypes: readonly string[];
  readonly layouts: readonly string[];
  /** What the wrong answers of unknown cause have in common, by operation: another unknown mistake is not this one. */
  readonly traits: readonly string[];
  readonly above: readonly string[];
  readonly entries: readonly Entry[];
  /** Lines after the last entry. */
  readonly below: readonly string[];
}

type Summary = NonNullable<Report['baseline']>;
type Problem = Summary['problems'][number];

/** The laws that a target does not keep. */
export const refuted = ({ laws }: Pick<Report, 'laws'>): LawResult[] =>
  laws.filter(({ status }) => status === 'fails' || status === 'breaks');

/** The grade of the laws that hold, but for those that are expected not to: when they are mended, that is no news of the others. */
export const heldGrade = ({ laws }: Pick<Report, 'laws'>, but: readonly Pick<Entry, 'law'>[]): Grade =>
  overall(laws.filter(({ id, status }) => status === 'holds' && !but.some(({ law }) => law === id)));

/**
 * A report beside a baseline. Exactly as it says: exit 0, unless something else stands against it; with a difference: exit 1.
 * `today` is a day, as 2026-12-31: an entry that was good until an earlier one counts no more.
 */
export function compared(report: Report, baseline: Baseline, today: string): Report {
  const valid = baseline.entries.filter(({ until }) => until === undefined || until >= today);
  const laws = report.laws.map(({ expected: _, ...law }): LawResult => {
    const own = entriesOf(law, report, valid);
    return own === null ? law : { ...law, expected: own.map(expectation) };
  });
  const old = baseline.entries.flatMap((entry) => stale(entry, report, today).map((says) => ({ entry, says })));
  const told = new Set(old.map(({ entry }) => entry.law));
  const unexpected = refuted({ laws }).filter((law) => !law.expected && !told.has(law.id));
  const problems = [
    ...together(unexpected, report),
    ...lost(report, baseline),
    ...old.map(({ entry, says }) => ({ line: entry.line, says: `${entry.law} ${says}` })),
  ];
  const expected = laws.filter((law) => law.expected).length;
  const summary = { file: baseline.file, expected, problems };
  return { ...report, laws, baseline: summary, exit: ending(report, summary) };
}

/** The entries that expect a law to fail as it does, one for each of its causes; null unless all its causes are expected. */
function entriesOf(law: LawResult, report: Report, entries: readonly Entry[]): Entry[] | null {
  if (law.status !== 'fails' && law.status !== 'breaks') return null;
  const own = causesOf(law, report.diagnosis).map((cause) =>
    entries.find((entry) => entry.law === law.id && entry.status === law.status && entry.cause === cause),
  );
  return own.every((entry) => entry !== undefined) ? own : null;
}

const expectation = ({ cause, reason, link, until }: Entry): Expectation => ({
  cause,
  ...(reason ? { reason } : {}),
  ...(link ? { link } : {}),
  ...(until ? { until } : {}),
});

/** Laws that no line names, told together where they have a cause in common. */
function together(laws: readonly LawResult[], { diagnosis }: Report): Problem[] {
  const causes = laws.map((law) => causesOf(law, diagnosis).join(', '));
  return [...new Set(causes)].map((cause) => {
    const ids = laws.filter((_, i) => causes[i] === cause).map(({ id }) => id);
    return { line: null, says: `not expected to fail for ${cause}: ${ids.join(', ')}` };
  });
}

/** Why an entry is not so any more; nothing if it is, or if nobody can tell. */
function stale({ law: id, cause, status, until }: Entry, report: Report, today: string): string[] {
  const law = report.laws.find((one) => one.id === id);
  if (law === undefined) return report.complete ? ['was not asked: ask all laws that the baseline names'] : [];
  if (law.status === 'vacuous') return [];
  if (law.status === 'holds') return ['holds now: take the entry out'];
  if (law.status === 'refuses') return [`is refused now: ${law.message ?? 'no reason was given'}`];
  const causes = causesOf(law, report.diagnosis);
  if (!causes.includes(cause)) return [`${law.status} for another cause: ${causes.join(', ')}, not ${cause}`];
  if (law.status !== status) return [`${law.status}, and the entry says that it ${status}`];
  return until !== undefined && until < today ? [`was expected to fail until ${until} only`] : [];
}

/** What sets the wrong answers of unknown cause apart, without the numbers of the cases: `infer: gamma is negative`. */
export const traitsOf = ({ diagnosis }: Pick<Report, 'diagnosis'>): string[] =>
  diagnosis
    .filter(({ kind }) => kind === 'unknown')
    .map(({ op, says }) => `${op}: ${says.replace(/^.* it is true that /, '').replace(/\d[\d.e+-]*/g, '#')}`);

/** What the target could do, and cannot any more. */
function lost(report: Report, { line, ops, dtypes, layouts, grade, entries, traits }: Baseline): Problem[] {
  if (!report.complete) return [];
  const order: readonly Grade[] = [...tiers, 'none'];
  const now = heldGrade(report, entries);
  const gone = (what: string, had: readonly string[], has: readonly string[]): Problem[] =>
    had.filter((one) => !has.includes(one)).map((one) => ({ line, says: `the ${what} ${one} is judged no more` }));
  const op = (trait: string): string => trait.replace(/: .*/s, '');
  const others = traitsOf(report).filter(
    (trait) => !traits.includes(trait) && traits.some((old) => op(old) === op(trait)),
  );
  return [
    ...others.map((trait) => ({ line, says: `other answers are wrong, for another unknown cause: ${trait}` })),
    ...gone('op', ops, report.judged),
    ...gone('dtype', dtypes, report.dtypes),
    ...gone('layout', layouts, report.layouts),
    ...(order.indexOf(now) > order.indexOf(grade) ? [{ line, says: `the grade was ${grade} and is ${now}` }] : []),
  ];
}

function ending(report: Report, { file, expected, problems }: Summary): Report['exit'] {
  const [first] = problems;
  if (first !== undefined) {
    const place = first.line === null ? '' : `${file}:${first.line}: `;
    const more = problems.length > 1 ? `, and ${problems.length - 1} more` : '';
    return { code: 1, says: `not as the baseline says: ${place}${first.says}${more}` };
  }
  if (refuted(report).length > 0)
    return standing(report) ?? { code: 0, says: `exactly as the baseline says: ${laws(expected)} expected to fail` };
  // What was said beside another baseline is of no concern here.
  const { code, says } = report.baseline
    ? (standing(report) ?? { code: 0, says: `conforms (${report.grade})` })
    : report.exit;
  return { code, says: code === 0 ? `${says}; as the baseline says` : says };
}

/** What stands against conformance besides refuted laws; null if nothing does. */
const standing = (report: Report): Report['exit'] | null => report.unmet?.[0] ?? (report.complete ? null : unsure);

const unsure: Report['exit'] = { code: 3, says: 'nothing may be concluded: not all laws were asked' };
const laws = (n: number): string => `${n} law${n === 1 ? '' : 's'}`;
