import { type Format, formats } from '../exact/format.js';
import type { Suite } from '../suite.js';
import type { Target } from '../target/target.js';
import type { Card, Layout } from '../wire/protocol.js';
import { cardKeys, writeCard } from '../wire/protocol.js';
import { afterwards, share } from './afterwards.js';
import { type Asking, askLaws } from './ask-laws.js';
import { conclude, partOnly } from './conclude.js';
import { type Journal, through } from './journal.js';
import { Log } from './log.js';
import type { Property, Terms } from './property.js';
import { dialectOf } from './recognize.js';
import { budgetEdges, type LawResult, type Report, type Tier, tiers, ulpEdges } from './report.js';
import { matching, terms, usual } from './select.js';
import { type Subject, subject } from './subject.js';
import { nearest, UsageError, unknown } from './usage.js';
import { type Aside, weigh } from './worth.js';

export type Effort = 'quick' | 'standard' | 'thorough';

/** Drawn cases per law. */
export const casesOf: Readonly<Record<Effort, number>> = { quick: 3, standard: 12, thorough: 600 };
/** The most elements of a directed case: only a thorough run asks those of whole networks. */
const longestOf: Readonly<Record<Effort, number>> = { quick: 512, standard: usual, thorough: Infinity };

/** What a run of these options draws. */
export function drawingOf({ effort, seed, cases = casesOf[effort] }: Pick<RunOptions, 'effort' | 'seed' | 'cases'>) {
  return { seed, cases, longest: longestOf[effort] };
}

export type Progress =
  | { readonly kind: 'law'; readonly id: string; readonly index: number; readonly of: number }
  | { readonly kind: 'case'; readonly law: string; readonly cases: number }
  | { readonly kind: 'result'; readonly result: LawResult };

export interface RunOptions {
  readonly target: Target;
  readonly card: Card;
  readonly suite: Suite;
  /** Beats the card. */
  readonly profile?: string;
  readonly dtypes?: readonly Format[];
  readonly layouts?: readonly Layout[];
  /** Globs, separated by commas. */
  readonly laws?: string;
  readonly skip?: string;
  /** The gate; without one, the tier that the card claims, else `semantic`. */
  readonly require?: Tier;
  readonly requireOps?: readonly string[];
  /** Fails a target whose error is more than so many times that of stable textbook kernels. */
  readonly requirePanel?: number;
  readonly effort: Effort;
  readonly cases?: number | undefined;
  readonly seed: number;
  readonly bail?: boolean;
  /** Whether a case that fails is made smaller; default true. */
  readonly shrink?: boolean;
  /** Folder of the run's files; failing cases go into `failures` there. */
  readonly out: string;
  /** How the target is named on a command line, for replays. */
  readonly command: readonly string[];
  readonly signal: AbortSignal;
  readonly progress?: (event: Progress) => void;
  /** Works out the worth of the run's silence elsewhere, while the target is asked; without it, here and afterwards. */
  readonly aside?: Aside;
  /** Where the cases of other runs stand, and those of this one go. */
  readonly journal?: Journal;
  readonly now: () => number;
  readonly version: string;
  readonly environment: { readonly node: string; readonly platform: string };
}

/** Judges a target by every law that can be asked of it. What the target does never throws; a UsageError may. */
export async function run(options: RunOptions): Promise<Report> {
  const started = options.now();
  const { journal } = options;
  const told = await dialectOf({ ...options, target: through(options.target, journal, 'probe') });
  const judged = subject(options.card, told.profile, options.suite.spec);
  const dtypes = among('dtype', options.dtypes, options.card.dtypes);
  const layouts = among('layout', options.layouts, options.card.layouts);
  const required = options.require ?? (options.card.claims.tier as Tier | undefined) ?? 'semantic';
  if (!tiers.includes(required)) throw unknown('tier', required, tiers, `there are: ${tiers.join(', ')}`);
  const drawing = drawingOf(options);
  const log = new Log();
  const laws = chosen(options);
  const asking = {
    laws,
    judged,
    asked: terms(judged, dtypes, layouts, drawing.longest),
    required,
    drawing,
    log,
    profileName: told.name,
  };
  const silence = { card: options.card, profile: told.profile, dtypes, layouts, tier: required, ...drawing };
  const shard = journal !== undefined && journal.part.of > 1;
  const power = thorough(options) && !shard ? weigh(silence, options.suite, options.aside) : null;
  try {
    const { results, ended: end, figures } = await askLaws(asking, options);
    const ended = end ?? journal?.lacking ?? null;
    const complete = results.length === laws.length && (journal?.lacking ?? null) === null;
    const { odd, ...after } = await (shard ? share : afterwards)(results, options, {
      ...asking,
      complete,
      ended,
      power,
    });
    const whole = conclude(results, { ...options, require: required }, { ended, complete, panel: after.panel });
    const conclusion = shard ? partOnly(whole, journal.part, ended, complete) : whole;
    return {
      schema: 'bnspec-report/1',
      bnspec: options.version,
      target: { id: options.target.id, card: writeCard(options.card) },
      profile: told.name,
      profileInferred: told.inferred,
      ...{ dtypes, layouts, seed: options.seed, effort: options.effort, shard: partOf(journal), required },
      ...conclusion,
      ...{ laws: results, ...after, figures: { budgetEdges, ulpEdges, outputs: figures } },
      warnings: [
        ...told.warnings,
        ...warnings(asking, conclusion, options),
        ...odd,
        ...(options.target.warnings ?? []),
      ],
      environment: options.environment,
      durationMs: Math.round(options.now() - started),
    };
  } finally {
    power?.stop();
  }
}

const partOf = (journal: Journal | undefined): string => (journal ? `${journal.part.index}/${journal.part.of}` : '1/1');

/** Whether a run says of itself what its silence is worth: a few laws or cases prove little, and it takes long to say. */
export const thorough = ({ laws, skip, effort }: Pick<RunOptions, 'laws' | 'skip' | 'effort'>): boolean =>
  laws === undefined && skip === undefined && effort !== 'quick';

const warnings = ({ judged, asked }: Asking, { verdict }: Pick<Report, 'verdict'>, { card, target }: RunOptions) => [
  ...misspelt(card),
  ...blunt(judged, asked),
  ...(verdict === 'fails' ? lastWords(target) : []),
];

function among<T extends string>(what: string, wanted: readonly T[] | undefined, has: readonly T[]): T[] {
  const missing = wanted?.filter((item) => !has.includes(item)) ?? [];
  if (missing.length > 0)
    throw new UsageError(`the target has no ${what} ${missing.join(', ')}; its card names ${has.join(', ') || 'none'}`);
  return [...(wanted ?? has)];
}

/** The laws that the filters leave, in the order of the suite. */
export function chosen({ suite, laws, skip }: Pick<RunOptions, 'suite' | 'laws' | 'skip'>): Property[] {
  const ids = suite.laws.map(({ id }) => id);
  const kept = (globs: string): Property[] => {
    for (const glob of globs.split(','))
      if (matching(suite.laws, glob).length === 0)
        throw unknown('law', glob.trim(), ids, 'bnspec list laws shows them all');
    return matching(suite.laws, globs);
  };
  const skipped = new Set(skip === undefined ? [] : kept(skip));
  const left = (laws === undefined ? [...suite.laws] : kept(laws)).filter((law) => !skipped.has(law));
  if (left.length === 0) throw new UsageError('--laws and --skip together leave no law');
  return left;
}

/** Keys that nobody knows are ignored; one that looks like a slip is said aloud. */
function misspelt({ unknown: keys }: Card): string[] {
  return Object.keys(keys).flatMap((key) => {
    const meant = nearest(key, cardKeys);
    return meant === null ? [] : [`the card's key '${key}' is unknown and was ignored - did you mean ${meant}?`];
  });
}

/** What a target that is refuted wrote on its standard error at last: often the reason. */
function lastWords({ log }: Target): string[] {
  const lines = [...new Set((log?.() ?? '').split('\n').filter((line) => line.trim() !== ''))];
  return lines.length === 0 ? [] : [`its standard error ends: ${lines.slice(-4).join(' | ')}`];
}

/** A short accumulator under broad claims: what the bounds let pass there is said aloud. */
function blunt({ card }: Subject, asked: Terms): string[] {
  if (card.claims.algo === 'twopass' || card.claims.chain !== undefined) return [];
  const short = asked.dtypes.map(({ param }) => (card.claims.accumulator as Format | undefined) ?? param.name);
  const names = [...new Set(short.filter((format) => formats[format].p < 12))];
  return names.map(
    (name) =>
      `low resolving power: sums in ${name} may be off by so much that wrong formulas pass; claim algo=twopass or chain`,
  );
}
