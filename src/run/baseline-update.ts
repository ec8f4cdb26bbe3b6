import { type Baseline, type Entry, heldGrade, refuted, traitsOf } from './baseline.js';
import { causesOf, type Report } from './report.js';

/** What a new file begins with. */
const opening = [
  '# What is known of this target: bnspec run TARGET --baseline THIS-FILE exits 0 only if all is as it says here.',
  '# Entries may have a "reason", a "link" and a last day, "until": "2026-12-31".',
];

/**
 * The baseline as a run has it, and what that changes, a line each. Reasons and comments stay with the entries that stay; where an
 * entry goes, so do the comments right above it, and those before a blank line stay where they are.
 */
export function updated(report: Report, file: string, old: Baseline | null): { baseline: Baseline; changes: string[] } {
  const wanted = refuted(report).flatMap((law) =>
    causesOf(law, report.diagnosis).map((cause) => ({ law: law.id, cause, status: law.status as Entry['status'] })),
  );
  const entries: Entry[] = wanted
    .map((one) => ({ line: 0, above: [], ...old?.entries.find((entry) => alike(entry, one)), ...one }))
    .sort((a, b) => (key(a) < key(b) ? -1 : 1));
  const gone = old?.entries.filter((entry) => !wanted.some((one) => alike(entry, one))) ?? [];
  const first = {
    grade: heldGrade(report, wanted),
    ops: report.judged,
    dtypes: report.dtypes,
    layouts: report.layouts,
    traits: traitsOf(report),
  };
  const changes = [
    ...(old ? Object.keys(first).flatMap((name) => differs(name as keyof typeof first, old, first)) : []),
    ...wanted.flatMap((one) =>
      old?.entries.some((entry) => alike(entry, one) && entry.status === one.status) ? [] : [`+ ${told(one)}`],
    ),
    ...gone.map(
      (entry) =>
        `- ${told(entry)} (line ${entry.line}${entry.above.some((text) => text !== '') ? ', and the comment above it' : ''})`,
    ),
  ];
  const { above = opening, below = [] } = old ?? {};
  const baseline = { file, line: above.length + 1, ...first, above, entries: withSections(entries, gone), below };
  return { baseline, changes };
}

const alike = (a: Pick<Entry, 'law' | 'cause'>, b: Pick<Entry, 'law' | 'cause'>): boolean =>
  a.law === b.law && a.cause === b.cause;

const key = ({ law, cause }: Pick<Entry, 'law' | 'cause'>): string => `${law} ${cause}`;

const told = ({ law, cause, status }: Pick<Entry, 'law' | 'cause' | 'status'>): string =>
  `${law} ${status} for ${cause}`;

function differs<K extends string>(name: K, old: Record<K, unknown>, first: Record<K, unknown>): string[] {
  const [was, is] = [old[name], first[name]].map(String);
  return was === is ? [] : [`${name}: ${was || 'none'} → ${is || 'none'}`];
}

/** What stood apart above an entry that goes stands above the next that stays. */
function withSections(entries: readonly Entry[], gone: readonly Entry[]): Entry[] {
  const apart = gone.flatMap((entry) => {
    const lines = entry.above.slice(0, entry.above.lastIndexOf('') + 1);
    return lines.some((text) => text !== '') ? [{ before: key(entry), lines }] : [];
  });
  return entries.map((entry, i) => {
    const own = apart.filter(({ before }) => before < key(entry) && (i === 0 || before > key(entries[i - 1]!)));
    return { ...entry, above: [...own.flatMap(({ lines }) => lines), ...entry.above] };
  });
}
