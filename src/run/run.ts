import { type Format, formats } from '../exact/format.js';
import type { Suite } from '../suite.js';
import { type Target, TargetError } from '../target/target.js';
import type { Card, Layout } from '../wire/protocol.js';
import { cardKeys, writeCard } from '../wire/protocol.js';
import { afterwards } from './afterwards.js';
import { check, lawOf } from './check.js';
import { conclude } from './conclude.js';
import { Log } from './log.js';
import type { Property, Terms } from './property.js';
import { dialectOf } from './recognize.js';
import type { LawResult, Report, Tier } from './report.js';
import { described } from './result.js';
import { matching, precision, refusal, terms } from './select.js';
import { type Subject, subject } from './subject.js';
import { nearest, UsageError, unknown } from './usage.js';

export type Effort = 'quick' | 'standard' | 'thorough';

/** Drawn cases per law. */
export const casesOf: Readonly<Record<Effort, number>> = { quick: 8, standard: 16, thorough: 600 };

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
  readonly cases?: number;
  readonly seed: number;
  readonly bail?: boolean;
  /** Folder of the run's files; failing cases go into `failures` there. */
  readonly out: string;
  /** How the target is named on a command line, for replays. */
  readonly command: readonly string[];
  readonly signal: AbortSignal;
  readonly progress?: (event: Progress) => void;
  readonly now: () => number;
  readonly version: string;
  readonly environment: { readonly node: string; readonly platform: string };
}

/** Judges a target by every law that can be asked of it. What the target does never throws; a UsageError may. */
export async function run(options: RunOptions): Promise<Report> {
  const started = options.now();
  const told = await dialectOf(options);
  const { name: profileName, profile } = told;
  const judged = subject(options.card, profile, options.suite.spec);
  const dtypes = among('dtype', options.dtypes, options.card.dtypes);
  const layouts = among('layout', options.layouts, options.card.layouts);
  const laws = chosen(options);
  const asked = terms(judged, dtypes, layouts);
  const required = options.require ?? (options.card.claims.tier as Tier | undefined) ?? 'semantic';
  const drawing = { seed: options.seed, cases: options.cases ?? casesOf[options.effort] };
  const log = new Log();
  const { results, ended } = await askLaws(laws, { judged, asked, required, drawing, log, profileName }, options);
  const complete = results.length === laws.length;
  const { odd, ...after } = await afterwards(results, options, {
    laws,
    log,
    judged,
    asked,
    required,
    drawing,
    complete,
  });
  const conclusion = conclude(results, { ...options, require: required }, { ended, complete, panel: after.panel });
  return {
    schema: 'bnspec-report/1',
    bnspec: options.version,
    target: { id: options.target.id, card: writeCard(options.card) },
    profile: profileName,
    profileInferred: told.inferred,
    ...{ dtypes, layouts, seed: options.seed, effort: options.effort, shard: '1/1', required },
    ...conclusion,
    ...{ laws: results, ...after },
    warnings: [
      ...told.warnings,
      ...misspelt(options.card),
      ...blunt(judged, asked),
      ...odd,
      ...(conclusion.verdict === 'fails' ? lastWords(options.target) : []),
      ...(options.target.warnings ?? []),
    ],
    environment: options.environment,
    durationMs: Math.round(options.now() - started),
  };
}

interface Asking {
  readonly judged: Subject;
  readonly asked: Terms;
  readonly required: Tier;
  readonly drawing: { readonly seed: number; readonly cases: number };
  readonly log: Log;
  readonly profileName: string;
}

/** One law after the other, until all are asked, one is refuted under --bail, the run is stopped, or the target ends it. */
async function askLaws(laws: readonly Property[], given: Asking, options: RunOptions) {
  const { judged, asked, required, drawing, log, profileName } = given;
  const results: LawResult[] = [];
  let ended: string | null = null;
  for (const [index, property] of laws.entries()) {
    if (options.signal.aborted) break;
    options.progress?.({ kind: 'law', id: property.id, index, of: laws.length });
    const why = refusal(property, judged, asked);
    const law = lawOf(property, judged) ?? '';
    if (why !== null) results.push(refused(property, law, why));
    else {
      try {
        const counted = await check(property, law, {
          ...{ target: options.target, subject: judged, terms: asked, log, required },
          ...{ ...drawing, signal: options.signal, refuted: results.filter(bad).length },
          onCase: (cases) => options.progress?.({ kind: 'case', law: property.id, cases }),
        });
        const blind = counted.status === 'vacuous' && coarse(judged, asked);
        results.push(
          blind ? refused(property, law, `${counted.message}: ${blind}`) : described(counted, options, profileName),
        );
      } catch (cause) {
        if (!(cause instanceof TargetError)) throw cause;
        ended = cause.message;
        break;
      }
    }
    options.progress?.({ kind: 'result', result: results.at(-1)! });
    if (options.bail && bad(results.at(-1)!)) break;
  }
  return { results, ended };
}

const bad = ({ status }: LawResult): boolean => status === 'fails' || status === 'breaks';

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

function refused(property: Property, law: string, message: string): LawResult {
  const counts = { cases: 0, elements: 0, notCheckable: 0, worst: null };
  return {
    id: property.id,
    title: property.title,
    law,
    status: 'refuses',
    grade: 'none',
    strict: false,
    ...counts,
    message,
  };
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

/** Of a target that only sums in few bits some laws can say nothing; null where any of its dtypes has more. */
const coarse = ({ card }: Subject, { dtypes }: Terms): string | null =>
  dtypes.every((of) => precision(of, card) < 24) ? 'it sums in too few bits' : null;

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
