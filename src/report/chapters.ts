import type { Colors } from 'picocolors/types.js';
import type { LawResult, Report, Status, Worst } from '../run/report.js';
import { overall } from '../run/report.js';
import { brief, count, counted } from './figures.js';
import { flow } from './lines.js';

/** The laws of one chapter, summed up on one line of the terminal report. */
export interface Row {
  readonly name: string;
  readonly laws: string;
  readonly cases: string;
  readonly word: string;
  readonly remarks: readonly string[];
}

/** One line per chapter, in the order in which the laws were judged: laws, cases, grade, worst budget and its output. */
export function chapters(report: Report, width: number, colour: Colors): string[] {
  const rows = chaptersOf(report);
  const widest = (key: 'name' | 'laws' | 'cases' | 'word') => Math.max(0, ...rows.map((entry) => entry[key].length));
  const [name, laws, cases, word] = [widest('name'), widest('laws'), widest('cases'), widest('word')];
  return rows.flatMap((entry) => {
    const figures = `  ${entry.name.padEnd(name)}  ${entry.laws.padStart(laws)}  ${entry.cases.padStart(cases)}  `;
    const lead = figures + tint(entry.word, colour)(entry.word);
    const beside = ' '.repeat(word - entry.word.length + 2) + entry.remarks.join('   ');
    if (figures.length + entry.word.length + beside.length <= width) return [(lead + beside).trimEnd()];
    return [lead, ...flow(entry.remarks, width - 4).map((line) => `    ${line}`)];
  });
}

/** The chapters of a report, each summed up; `word` is its grade, or in capitals the worst that happened. */
export const chaptersOf = ({ laws }: Pick<Report, 'laws'>): Row[] =>
  [...new Set(laws.map((law) => chapterOf(law.id)))].map((name) => row(name, laws));

/** The part of a law's id before the dot. */
const chapterOf = (id: string): string => id.split('.')[0];

function row(name: string, all: readonly LawResult[]): Row {
  const laws = all.filter((law) => chapterOf(law.id) === name);
  const having = (status: Status) => laws.filter((law) => law.status === status).length;
  const asked = laws.filter((law) => law.status !== 'refuses');
  const worst = heaviest(asked.flatMap((law) => law.worst ?? []));
  const bad = (['breaks', 'fails', 'vacuous'] as const).filter((status) => having(status) > 0);
  const grade = overall(asked.filter((law) => law.status === 'holds'));
  return {
    name,
    laws: counted(laws.length, 'law').padEnd(laws.length === 1 ? 6 : 0),
    cases: figure(asked.reduce((sum, law) => sum + law.cases, 0)),
    word: bad[0]?.toUpperCase() ?? (asked.length === 0 ? 'refused' : grade),
    remarks: [
      ...bad.map((status) => `${count(having(status))} ${status}`),
      ...(worst ? [`budget ${brief(worst.budget)} (${worst.output})`] : []),
      ...(having('refuses') > 0 && asked.length > 0 ? [`${count(having('refuses'))} refused`] : []),
    ],
  };
}

/** `1 case ` is as long as it would be with an s, so that the columns stay. */
const figure = (cases: number): string => counted(cases, 'case').padEnd(`${count(cases)} cases`.length);

/** JSON has no infinity: a budget of null is one. */
const weight = (worst: Worst): number => worst.budget ?? Number.POSITIVE_INFINITY;
const heaviest = (all: readonly Worst[]): Worst | undefined =>
  all.reduce<Worst | undefined>((most, one) => (most && weight(most) >= weight(one) ? most : one), undefined);

function tint(word: string, colour: Colors): (text: string) => string {
  if (word === 'BREAKS' || word === 'FAILS') return colour.red;
  if (word === 'VACUOUS') return colour.yellow;
  return word === 'refused' || word === 'none' ? colour.dim : colour.green;
}
