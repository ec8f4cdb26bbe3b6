import { reporters } from '../report/reporters.js';
import { tiers } from '../run/report.js';
import { UsageError, unknown } from '../run/usage.js';
import { questions } from '../wire/protocol.js';

/** One option: what it takes (a flag takes nothing), what it is for, and how its text is read. */
export interface Option<T = unknown> {
  readonly takes?: string;
  readonly says: string;
  /** Given twice, the values add up; otherwise the last one counts. */
  readonly repeats?: true;
  readonly read: (text: string, flag: string) => T;
}

const formats = ['f64', 'f32', 'f16', 'bf16'] as const;
const layouts = ['channels_first', 'channels_last'] as const;
const efforts = ['quick', 'standard', 'thorough'] as const;
/** Those that work from the report alone, and the page, which is typeset too. */
const names = ['terminal', ...(Object.keys(reporters) as (keyof typeof reporters)[]), 'html'] as const;

/** The options that choose what is judged, and how hard. */
export const judging = {
  profile: {
    takes: 'NAME',
    says: 'dialect to judge by; beats the card; auto: by which it behaves (so does a card without one)',
    read: (text) => text,
  },
  dtype: { takes: 'LIST', says: `of ${formats.join(' ')}; default: all on the card`, read: listOf('dtype', formats) },
  layout: { takes: 'LIST', says: `of ${layouts.join(' ')}; default: all on the card`, read: listOf('layout', layouts) },
  laws: { takes: 'GLOB', says: "only these laws, as 'forward.*'", repeats: true, read: words },
  skip: { takes: 'GLOB', says: 'not these laws', repeats: true, read: words },
  require: {
    takes: 'TIER',
    says: `${tiers.toReversed().join(' ')}; default: what the card claims, else semantic`,
    read: oneOf('tier', tiers),
  },
  'require-ops': {
    takes: 'LIST',
    says: `ops that must be there: ${questions.join(' ')}`,
    repeats: true,
    read: listOf('op', questions),
  },
  'require-panel': {
    takes: 'R',
    says: 'fail if it errs over R times as much as stable textbook kernels',
    read: factor,
  },
  strict: { says: 'warnings fail', read: yes },
  effort: { takes: 'LEVEL', says: `${efforts.join(' ')}; default standard`, read: oneOf('effort', efforts) },
  cases: { takes: 'N', says: 'cases per law', read: whole(1, 1_000_000) },
  seed: { takes: 'N', says: 'default 1; the same seed draws the same cases', read: whole(0, 2 ** 31 - 1) },
  bail: { says: 'stop at the first law refuted', read: yes },
  'max-time': { takes: 'S', says: 'stop after so many seconds', read: whole(1, 86_400) },
} as const satisfies Record<string, Option>;

/** The options that say how a target process is kept. */
export const keeping = {
  timeout: { takes: 'MS', says: 'for one answer, milliseconds; default 10000', read: whole(1, 3_600_000) },
  'max-memory': { takes: 'SIZE', says: 'data the target may allocate, as 2G', read: size },
  'max-reply': { takes: 'SIZE', says: 'longest reply, as 512M', read: size },
  'pass-env': { takes: 'NAME', says: 'let the target see this variable too', repeats: true, read: words },
} as const satisfies Record<string, Option>;

/** The options that say where the words go. */
export const telling = {
  reporter: { takes: 'NAME[=FILE]', says: names.join(' '), repeats: true, read: reporting(names) },
  out: { takes: 'DIR', says: 'folder of saved failures; default .bnspec', read: (text) => text },
  quiet: { says: 'only what failed, and the exit line', read: yes },
  'no-github': { says: 'no annotations and no summary under GitHub Actions', read: yes },
  'print-config': { says: 'print the options in force, judge nothing', read: yes },
} as const satisfies Record<string, Option>;

/** The options of a command that only tells what was judged. */
export const rendering = {
  reporter: telling.reporter,
  quiet: telling.quiet,
  'no-github': telling['no-github'],
} as const satisfies Record<string, Option>;

/** The options of a command that writes tables of its own. */
export const tabling = {
  reporter: { ...telling.reporter, says: 'terminal json', read: reporting(['terminal', 'json']) },
} as const satisfies Record<string, Option>;

/** The options that hold a run to what is known of its target. */
export const comparing = {
  baseline: { takes: 'FILE', says: 'laws that are expected to fail, and what else was so', read: (text) => text },
  'update-baseline': { says: 'write the baseline as this run has it', read: yes },
} as const satisfies Record<string, Option>;

/** The options of questions that are taken elsewhere. */
export const carrying = {
  card: {
    takes: 'FILE',
    says: "the target's card as JSON, where it is known before it is asked",
    read: (text) => text,
  },
  next: { says: 'write the questions that make the failing cases smaller', read: yes },
} as const satisfies Record<string, Option>;

/** The options of runs that are too long for one process. */
export const scaling = {
  shard: { takes: 'I/N', says: 'only every Nth case, from the Ith on; bnspec merge joins them', read: shard },
  journal: { takes: 'DIR', says: 'keep every case in DIR, and go on there after a kill', read: (text) => text },
} as const satisfies Record<string, Option>;

/** The options that choose rows of a matrix. */
export const choosing = {
  only: { takes: 'NAME', says: 'only these rows', repeats: true, read: words },
  jobs: { takes: 'N', says: 'rows at a time; default 1', read: whole(1, 64) },
  site: {
    takes: 'DIR',
    says: 'write pages of all rows there; earlier versions that lie there stay',
    read: (text) => text,
  },
  resume: { says: 'take the reports that lie in --out already, and ask the other rows', read: yes },
} as const satisfies Record<string, Option>;

/** The options that every command takes. */
export const common = {
  'no-color': { says: 'plain text (so do NO_COLOR, CI and a pipe)', read: yes },
  help: { says: 'these lines', read: yes },
  version: { says: 'the version of bnspec', read: yes },
} as const satisfies Record<string, Option>;

export const options = {
  ...judging,
  ...keeping,
  ...comparing,
  ...telling,
  ...carrying,
  ...scaling,
  ...choosing,
  ...common,
};

/** The options that are in force although nobody set them. */
export const defaults = {
  effort: 'standard',
  seed: 1,
  out: '.bnspec',
} as const satisfies Settings;

/** What the options were set to; an option that nobody set is absent. */
export type Settings = { [K in keyof typeof options]?: ReturnType<(typeof options)[K]['read']> };

/** The filters as the run reads them. */
export const globs = ({ laws, skip }: Pick<Settings, 'laws' | 'skip'>) => ({
  ...(laws && { laws: laws.join(',') }),
  ...(skip && { skip: skip.join(',') }),
});

/** A reporter and the file it writes to; without one, standard output. */
export interface Destination {
  readonly name: (typeof names)[number];
  readonly file?: string;
}

function yes(): true {
  return true;
}

function words(text: string, flag: string): string[] {
  const list = text.split(',').filter((word) => word !== '');
  if (list.length === 0) throw new UsageError(`${flag} names nothing`);
  return list;
}

function oneOf<T extends string>(noun: string, names: readonly T[]) {
  return (text: string, flag: string): T => {
    const found = names.find((name) => name === text);
    if (found === undefined) throw unknown(noun, text, names, `${flag} takes one of: ${names.join(', ')}`);
    return found;
  };
}

function listOf<T extends string>(noun: string, names: readonly T[]) {
  const one = oneOf(noun, names);
  return (text: string, flag: string): T[] => [...new Set(words(text, flag).map((word) => one(word, flag)))];
}

function whole(least: number, most: number) {
  return (text: string, flag: string): number => {
    const n = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
    if (!(n >= least && n <= most))
      throw new UsageError(`${flag} ${text}: not a whole number from ${least} to ${most}`);
    return n;
  };
}

/** `2/4`: the second of four. */
function shard(text: string, flag: string): { readonly index: number; readonly of: number } {
  const [, i, n] = /^(\d{1,6})\/(\d{1,6})$/.exec(text) ?? [];
  const [index, of] = [Number(i), Number(n)];
  if (!(index >= 1 && index <= of)) throw new UsageError(`${flag} ${text}: not a shard; the second of four is 2/4`);
  return { index, of };
}

/** A number from 1 up: nobody is asked to err less than the textbook. */
function factor(text: string, flag: string): number {
  const n = /^\d{1,15}(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (!(n >= 1)) throw new UsageError(`${flag} ${text}: not a number from 1 up; 10 lets it err ten times as much`);
  return n;
}

/** Bytes from `4096`, `64K`, `512M`, `2G`: powers of 1024. */
function size(text: string, flag: string): number {
  const [, digits, unit] = /^(\d{1,12})([KMG]?)(?:i?B)?$/i.exec(text) ?? [];
  const bytes = Number(digits) * 1024 ** ['', 'K', 'M', 'G'].indexOf(unit?.toUpperCase());
  if (!(bytes >= 1 && bytes <= Number.MAX_SAFE_INTEGER))
    throw new UsageError(`${flag} ${text}: not a size such as 64K, 512M or 2G`);
  return bytes;
}

function reporting(known: readonly Destination['name'][]) {
  return (text: string, flag: string): Destination[] => {
    const at = text.indexOf('=');
    const name = oneOf('reporter', known)(at < 0 ? text : text.slice(0, at), flag);
    if (at < 0 && name === 'html') throw new UsageError(`${flag} html writes a file: ${flag} html=report.html`);
    if (at < 0) return [{ name }];
    if (at === text.length - 1) throw new UsageError(`${flag} ${text}: the file name is missing after =`);
    return [{ name, file: text.slice(at + 1) }];
  };
}
