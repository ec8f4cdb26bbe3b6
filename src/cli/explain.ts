import { keys } from '../../spec/profiles.js';
import type { Chapter } from '../formula/chapter.js';
import { hang, margin, wrap } from '../report/lines.js';
import { edited, type Mutant, type WrongKernel } from '../run/mutant.js';
import { departures, type Profile } from '../run/profile.js';
import type { Property } from '../run/property.js';
import type { Spec } from '../run/subject.js';
import { UsageError, unknown } from '../run/usage.js';
import { suite } from '../suite.js';
import type { Arguments } from './arguments.js';
import { owners, readers, tex, textsOf } from './reading.js';
import type { Screen } from './screen.js';

/** `bnspec explain ID`: everything that is known of a law, mutant, profile, formula or bound of this name. */
export async function explain({ words }: Arguments, screen: Screen): Promise<number> {
  const [id, ...more] = words;
  if (id === undefined || more.length > 0) throw new UsageError('explain takes one id: bnspec explain forward.shift');
  const { laws, mutants, kernels, profiles, chapters, bounds } = suite;
  const found = [
    ...laws.filter((law) => law.id === id).map(ofLaw),
    ...mutants.filter((mutant) => mutant.id === id).map(ofMutant),
    ...kernels.filter((kernel) => kernel.id === id).map(ofKernel),
    ...Object.entries(profiles).flatMap(([name, profile]) => (name === id ? [ofProfile(name, profile)] : [])),
    ...formulasOf(chapters, id).map(([chapter, name]) => ofFormula('FORMULA', chapter, name, chapters[chapter])),
    ...formulasOf(bounds, id).map(([chapter, name]) => ofFormula('BOUND', chapter, name, bounds[chapter])),
  ];
  if (found.length === 0)
    throw unknown(
      'id',
      id,
      everyId(),
      'bnspec list shows laws, mutants and profiles; a formula goes by its name, as sigma2',
    );
  screen.out(found.map((parts) => `${shown(parts, screen.width)}\n`).join('\n'));
  return 0;
}

/** One labelled part of an explanation. */
type Part = readonly [label: string, lines: readonly string[]];

const shown = (parts: readonly Part[], width: number): string =>
  parts
    .filter(([, lines]) => lines.length > 0)
    .flatMap(([label, lines]) =>
      hang(
        label,
        lines.flatMap((line) => wrap(line, width - margin)),
      ),
    )
    .join('\n');

/** Chapter and name of every formula that goes by this id: `sigma2` or `forward.sigma2`. */
const formulasOf = (all: Readonly<Record<string, Chapter>>, id: string): [chapter: string, name: string][] =>
  Object.entries(all).flatMap(([chapter, formulas]) =>
    Object.keys(formulas).flatMap((name): [string, string][] =>
      id === name || id === `${chapter}.${name}` ? [[chapter, name]] : [],
    ),
  );

function everyId(): string[] {
  const { laws, mutants, kernels, profiles, chapters, bounds } = suite;
  const formulas = [...Object.values(chapters), ...Object.values(bounds)].flatMap((chapter) => Object.keys(chapter));
  return [
    ...laws.map(({ id }) => id),
    ...[...mutants, ...kernels].map(({ id }) => id),
    ...Object.keys(profiles),
    ...formulas,
  ];
}

function ofLaw(law: Property): Part[] {
  const texts = textsOf(law);
  const where = Object.entries(law.where ?? {});
  const text = [...texts, ...where.map(([, part]) => part)].map((part) => `(${part})`).join(' and ');
  const asks = `asks ${law.needs.ops.join(', ')}${law.needs.saved ? ` and the saved ${law.needs.saved}` : ''}; binds ${law.binds.join(', ')}`;
  return [
    ['LAW', [law.id, law.title]],
    ['SAYS', [...texts, ...where.map(([name, text]) => `where ${name} = ${text}`)]],
    ['LATEX', texts.map(tex)],
    ['ASKS', [asks]],
    ['READS', owned(text, law.binds, Object.keys(law.where ?? {}))],
    ['SOURCE', [law.source]],
    ['STAYS', law.stays ? [law.stays] : []],
  ];
}

function ofMutant(mutant: Mutant): Part[] {
  const { id, says, edits, op, wrongAt, dtypes, profile, seen } = mutant;
  const formulas = (spec: Spec) => Object.assign({}, ...spec.chapters[op].toReversed()) as Chapter;
  const [right, wrong] = [formulas(suite.spec), formulas(edited(suite.spec, mutant))];
  const diff = edits.flatMap(({ formula }) => [`- ${written(formula, right)}`, `+ ${written(formula, wrong)}`]);
  const lines = edits.map(({ formula }) => `${tex(formula)} = ${tex(wrong[formula].is)}`);
  const decoy = 'nowhere: a decoy, which must pass';
  return [
    ['MUTANT', [id, says]],
    ['EDITS', [`what ${op} computes:`, ...new Set(diff)]],
    ['LATEX', [...new Set(lines)]],
    ['WRONG', [wrongAt === null ? decoy : `from tier ${wrongAt} on, in ${dtypes.join(' ')}, profile ${profile}`]],
    ['SEEN', seen],
    ['TRY', [`bnspec run mutant:${id}`]],
  ];
}

function ofKernel({ id, says, op, wrongAt, dtypes, profile, seen, diff }: WrongKernel): Part[] {
  return [
    ['MUTANT', [id, says]],
    diff
      ? ['EDITS', [`what ${op} computes:`, ...diff]]
      : ['KERNEL', [`a kernel of its own, wrong in ${op}: no edit of a formula says this`]],
    ['WRONG', [`from tier ${wrongAt} on, in ${dtypes.join(' ')}, profile ${profile}`]],
    ['SEEN', seen],
    ['TRY', [`bnspec run mutant:${id}`]],
  ];
}

/** `sigma2 = sum((x - mu)^2) / m`, with the axes of its sums where they are not the usual ones. */
const written = (name: string, formulas: Chapter): string => {
  const { is, over } = formulas[name];
  return `${name} = ${is}${over ? `   over ${over.join(', ')}` : ''}`;
};

function ofProfile(name: string, profile: Profile): Part[] {
  const said = (value: unknown) =>
    value === null ? 'left to the caller' : Array.isArray(value) ? value.join(', ') || 'none' : String(value);
  const lines = Object.entries(profile).flatMap(([key, value]) =>
    key === 'reads' || key === 'formulas'
      ? []
      : hang(key, [...wrap(said(value), 60), ...wrap(keys[key as keyof Profile], 60)]),
  );
  return [
    ['PROFILE', [name, profile.title]],
    ['KEYS', lines],
    ['DEPARTS', departures(profile)],
  ];
}

function ofFormula(label: string, chapter: string, name: string, formulas: Chapter): Part[] {
  const { is, says, source } = formulas[name];
  const laws = readers(name, formulas, suite).map(({ id }) => id);
  const held = Object.entries(suite.spec.allowance).flatMap(([output, bound]) => (bound === name ? [output] : []));
  return [
    [label, [`${chapter}.${name}`, says]],
    ['IS', [written(name, formulas)]],
    ['LATEX', [`${tex(name)} = ${tex(is)}`]],
    ['READS', owned(is)],
    ['HOLDS', held.map((output) => `${output} to it`)],
    ['READ BY', laws.length === 0 ? [] : [laws.join(', ')]],
    ['SOURCE', source ? [source] : []],
  ];
}

/** One line per name that a text reads, but for those that are defined beside it. */
const owned = (text: string, asked: readonly string[] = [], beside: readonly string[] = []): string[] =>
  owners(text, suite, asked)
    .filter(({ name }) => !beside.includes(name))
    .map(({ name, owner, says }) => `${name.padEnd(13)} ${says} (${owner})`);
