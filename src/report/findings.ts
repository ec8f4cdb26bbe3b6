import type { Colors } from 'picocolors/types.js';
import type { Counterexample, LawResult, Report } from '../run/report.js';
import { tiers } from '../run/report.js';
import { counted } from './figures.js';
import { flow, hang, margin, wrap } from './lines.js';
import { visible } from './visible.js';

/** So many refuted laws are told in full; the others get their title, the place and the command. */
const told = 5;

/** Every law that fails: its text, both sides, what was allowed, the place, the case; the command to ask again comes last. */
export function fails(all: readonly LawResult[], width: number, colour: Colors): string[] {
  const laws = all.filter((law) => law.status === 'fails');
  return laws.flatMap((law, i) => {
    const shown = law.counterexample;
    const text = width - margin;
    const lines = flow([law.id, law.title], text);
    if (shown && i < told) lines.push(...flow([law.law, ...sides(shown)], text), ...given(shown, text));
    else if (shown) lines.push(...flow([`at ${visible(shown.where)}`], text));
    return [...hang('FAILS', lines, (label) => colour.bold(colour.red(label))), ...again(shown, colour), ''];
  });
}

/** Laws that could not be judged because the target broke, grouped by what was received. */
export function breaks(all: readonly LawResult[], width: number, colour: Colors): string[] {
  const laws = all.filter((law) => law.status === 'breaks');
  return grouped(laws, numberless).flatMap(([message, group]) => {
    const text = width - margin;
    const [reason, ...words] = message.split('\n');
    const shown = group.find((law) => law.counterexample)?.counterexample;
    const lines = [
      ...flow(heading(group), text),
      ...wrap(visible(reason), text),
      ...words.flatMap((line) => wrap(visible(line), text - 2).map((piece) => `| ${piece}`)),
      ...(shown ? given(shown, text) : []),
    ];
    return [...hang('BREAKS', lines, (label) => colour.bold(colour.red(label))), ...again(shown, colour), ''];
  });
}

/** Laws that too few cases reached: shown, never counted as passed. */
export function vacuous(all: readonly LawResult[], width: number, colour: Colors): string[] {
  return quiet(all, 'vacuous', width, 'VACUOUS', colour.yellow);
}

/** Laws that the target declared it does not do: grey, never counted as passed. */
export function refuses(all: readonly LawResult[], width: number, colour: Colors): string[] {
  return quiet(all, 'refuses', width, 'refuses', (text) => text).map((line) => line && colour.dim(line));
}

/** What kept the run from the next better tier, in the words of the first law that did. */
export function next(report: Report, width: number, colour: Colors): string[] {
  const better = tiers[tiers.indexOf(report.grade as (typeof tiers)[number]) - 1];
  const laws = report.laws.filter((law) => law.status === 'holds' && law.grade === report.grade && law.heldBack);
  if (better === undefined || laws.length === 0) return [];
  const [first] = laws;
  const text = width - margin;
  const by = laws.length === 1 ? first.id : `${counted(laws.length, 'law')}, first by ${first.id}`;
  const lines = [...wrap(`${better} is out of reach by ${by}`, text), ...flow(sides(first.heldBack!), text)];
  return [...hang('NEXT', lines, colour.bold), ...again(first.heldBack, colour), ''];
}

function quiet(
  all: readonly LawResult[],
  status: LawResult['status'],
  width: number,
  label: string,
  paint: (s: string) => string,
): string[] {
  const laws = all.filter((law) => law.status === status);
  const lines = grouped(laws).flatMap(([message, group]) => {
    const ids = group.length > 3 ? [counted(group.length, 'law'), `${group[0].id} …`] : group.map((law) => law.id);
    return hang(label, flow([...ids, visible(message)], width - margin), paint);
  });
  return lines.length === 0 ? [] : [...lines, ''];
}

/** Laws that say the same, together, in order of first appearance, with the words of the first. */
function grouped(laws: readonly LawResult[], same = (message: string) => message): [string, LawResult[]][] {
  const groups = new Map<string, LawResult[]>();
  for (const law of laws) {
    const words = same(law.message ?? '');
    groups.set(words, [...(groups.get(words) ?? []), law]);
  }
  return [...groups.values()].map((group) => [group[0]!.message ?? '', group]);
}

/** A target that breaks in one way says so in other numbers for every size. */
const numberless = (message: string): string => message.replace(/\d[\d.e+-]*/g, '#');

const heading = (group: readonly LawResult[]): string[] =>
  group.length === 1 ? [group[0].id, group[0].title] : [counted(group.length, 'law'), ...group.map((law) => law.id)];

export const sides = (shown: Counterexample): string[] => [
  `left ${visible(shown.lhs)}`,
  `right ${visible(shown.rhs)}`,
  `allowed ${visible(shown.bound)} (${shown.tier})`,
  `at ${visible(shown.where)}`,
];

const given = (shown: Counterexample, width: number): string[] => flow(shown.given.map(visible), width);

/** The command stands on one line of its own, however long: it is there to be copied. */
function again(shown: Counterexample | undefined, colour: Colors): string[] {
  return shown ? hang('AGAIN', [command(shown)], colour.bold) : [];
}

/** What asks a case again: a command, or where it was drawn if it was not saved. */
export const command = (shown: Counterexample): string =>
  shown.replay ? visible(shown.replay) : `seed ${shown.seed}, path ${shown.path}`;
