import { causesOf, type Diagnosis, diagnosed, type Expectation, type LawResult, type Report } from '../run/report.js';
import { counted } from './figures.js';
import { command, sides } from './findings.js';
import { visible } from './visible.js';

/** What a law comes to in a format that knows four outcomes. One that is expected to fail is skipped, never passed. */
export type Outcome = 'passed' | 'failed' | 'broken' | 'skipped';

export function outcomeOf({ status, expected }: LawResult): Outcome {
  if (status === 'holds') return 'passed';
  if (status === 'refuses' || expected) return 'skipped';
  return status === 'fails' ? 'failed' : 'broken';
}

/** Whether the exit code is told by no law: such a report must not look green where only laws are listed. */
export const untold = ({ laws, exit }: Report): boolean =>
  exit.code !== 0 && !laws.some((law) => ['failed', 'broken'].includes(outcomeOf(law)));

/** The exit code and what it means, on one line. */
export const ending = ({ exit }: Pick<Report, 'exit'>): string => `exit ${exit.code}: ${visible(exit.says)}`;

/** Why a law is skipped: what it is refused for, or why it may fail. */
export const excuse = ({ message, expected, status }: LawResult): string =>
  visible(expected ? `${status}, as expected: ${expected.map(why).join('; ')}` : (message ?? status));

const why = ({ cause, reason, link }: Expectation): string => [cause, reason, link].filter(Boolean).join(', ');

/** What a law that does not hold comes to, in a few words. */
export function headline({ counterexample: shown, status, message }: LawResult): string {
  if (status === 'fails' && shown) return sides(shown).join('   ');
  return visible((message ?? status).split('\n')[0]!);
}

/** All that is known of a law that does not hold, line by line; the command that asks the case again comes last. */
export function account(law: LawResult, { diagnosis }: Pick<Report, 'diagnosis'>): string[] {
  const { counterexample: shown, message, status } = law;
  const lines = [
    law.title,
    ...(status === 'fails' && shown ? [law.law, ...sides(shown)] : (message ?? '').split('\n')),
    ...(shown?.given ?? []),
    ...(status === 'vacuous' ? [] : diagnosed(law, diagnosis).map(told)),
    ...(shown ? [command(shown)] : []),
  ];
  return lines.map(visible).filter((line) => line !== '');
}

const told = ({ kind, id, op, explains, of, says }: Diagnosis): string =>
  kind === 'unknown'
    ? `cause unknown, in ${op}: ${says}`
    : `cause ${id}: ${says} (explains ${explains} of ${of} wrong answers of ${op})`;

/** Laws that were refuted for the same cause, none of them expected. */
export interface Blamed {
  readonly cause: string;
  readonly laws: readonly LawResult[];
}

/** The refuted laws by cause, that which refutes the most first. One that breaks without a cause is told from others by what was received. */
export function blamed({ laws, diagnosis }: Report): Blamed[] {
  const groups = new Map<string, { cause: string; laws: LawResult[] }>();
  for (const law of laws.filter((one) => outcomeOf(one) === 'failed' || (one.status === 'breaks' && !one.expected))) {
    const names = causesOf(law, diagnosis);
    const ops = diagnosed(law, diagnosis).map(({ op }) => op);
    const key = [...names, ...(names[0] === 'unknown' ? [...ops, alike(law)] : [])].join(' ');
    const group = groups.get(key) ?? { cause: names.join(', '), laws: [] };
    group.laws.push(law);
    groups.set(key, group);
  }
  return [...groups.values()].sort((a, b) => b.laws.length - a.laws.length);
}

const alike = ({ status, message = '' }: LawResult): string =>
  status === 'breaks' ? message.split('\n')[0]!.replace(/\d[\d.e+-]*/g, '#') : '';

/** `forward.shift`, `forward.shift and 3 more laws`. */
export const headed = ([first, ...others]: readonly LawResult[]): string =>
  others.length === 0 ? first!.id : `${first!.id} and ${counted(others.length, 'more law')}`;
