import type { Certificate } from '../oracle/certificate.js';

/**
 * The report of a run, as it is written by `--reporter json` (schema `bnspec-report/1`, published as docs/report.schema.json).
 * Every reporter works from this value alone, so live, saved and replayed runs read alike.
 */

/** How nearly an answer must meet the exact value, best first. */
export const tiers = ['exact', 'faithful', 'stable', 'semantic'] as const;
export type Tier = (typeof tiers)[number];
export type Grade = Tier | 'none';

/** What became of a law; the worst wins, and only `holds` counts as passed. */
export type Status = 'breaks' | 'fails' | 'vacuous' | 'refuses' | 'holds';

/** Largest deviation met: `budget` = error beyond the half ulp that storage costs, over what the required tier allows. */
export interface Worst {
  readonly output: string;
  /** null: without bound. */
  readonly budget: number | null;
  readonly ulps: number | null;
}

/** One refuted claim: both sides as printed numbers, what was allowed between them, the place, and the case to ask again. */
export interface Counterexample {
  readonly lhs: string;
  readonly rhs: string;
  readonly bound: string;
  readonly where: string;
  readonly tier: Tier;
  /** The drawn case in full, one `name = value` line each; long tensors are cut and say so. */
  readonly given: readonly string[];
  readonly shrinks: number;
  readonly seed: number;
  readonly path: string;
  readonly file?: string;
  readonly replay?: string;
}

export interface LawResult {
  readonly id: string;
  readonly title: string;
  readonly law: string;
  /** The operations that it asks. */
  readonly ops?: readonly string[];
  readonly status: Status;
  /** Best tier whose bound held in every judged element. */
  readonly grade: Grade;
  /** Whether some answer was narrower than its accumulator: only of those say `exact` and `faithful` anything. */
  readonly strict: boolean;
  readonly cases: number;
  /** Compared elements, and how many of them no honest bound could judge. */
  readonly elements: number;
  readonly notCheckable: number;
  readonly worst: Worst | null;
  /** What the oracle did to round whole tensors of it correctly: how much was settled in doubles, and how much in integers. */
  readonly oracle?: Certificate;
  /** Why: of `breaks`, `refuses` and `vacuous`. */
  readonly message?: string;
  readonly counterexample?: Counterexample;
  /** The first case that keeps the law from the next better tier than its grade. */
  readonly heldBack?: Counterexample;
  /** The entries of the baseline that expect it to fail so, one for each cause; absent if it is not expected, or not so. */
  readonly expected?: readonly Expectation[];
}

/** Why a law may fail, as somebody wrote it down. */
export interface Expectation {
  readonly cause: string;
  readonly reason?: string;
  readonly link?: string;
  /** The last day, as 2026-12-31, on which it is expected. */
  readonly until?: string;
}

/** A run beside its baseline: where it differs, with the line of the entry that says otherwise. */
export interface BaselineSummary {
  readonly file: string;
  /** Laws that are expected to fail, and do. */
  readonly expected: number;
  readonly problems: readonly { readonly line: number | null; readonly says: string }[];
}

/** What a failing target does instead, in one operation: a published mistake, another dialect, a laxer tier, or unknown. */
export interface Diagnosis {
  readonly kind: 'mutant' | 'profile' | 'tier' | 'unknown';
  readonly id: string;
  readonly op: string;
  /** Answered questions that it explains, of those that were answered wrongly; `passing` were answered right, and agree. */
  readonly explains: number;
  readonly of: number;
  readonly passing: number;
  readonly says: string;
}

/** How many published mistakes the cases and bounds of the run would have refuted, of those this target could make. */
export interface PowerSummary {
  readonly killed: number;
  readonly of: number;
  readonly survivors: readonly string[];
}

/** The target's errors beside those of textbook kernels in its own arithmetic: measured on samples, never a proof. */
export interface Panel {
  /** `on par with two-pass`: one phrase for a person. */
  readonly says: string;
  /** Its largest error over that of the worst stable textbook kernel on the same case, at least 1; null: without bound. */
  readonly ratio: number | null;
  /** The first family it is on par with; null if there is none. */
  readonly like: string | null;
}

/** How a run ends, and why. */
export interface Exit {
  readonly code: 0 | 1 | 2 | 3 | 4;
  readonly says: string;
}

/** Where the counts of a figure are parted: of budgets, and of errors in ulps. What lies on an edge is below it. */
export const budgetEdges = [0, 1 / 64, 1 / 32, 1 / 16, 1 / 8, 1 / 4, 1 / 2, 1] as const;
export const ulpEdges = [0.5, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024] as const;

/** The channel of one case of a law that used most of its bound, or erred most. */
export interface Extreme {
  readonly law: string;
  /** Which case of the law, from 0. */
  readonly case: number;
  readonly dtype: string;
  readonly channel: number;
  readonly m: number;
  /** sqrt(1 + mu^2 / sigma2) of the batch, in float64; null for a channel that is constant or not finite. */
  readonly kappa: number | null;
  readonly budget: number;
  readonly ulps: number;
}

/** Channels of like length and condition: `m` up to four times this, `kappa` up to eight times; the largest of each error. */
export interface Cell {
  readonly m: number;
  readonly kappa: number | null;
  readonly channels: number;
  readonly budget: number;
  readonly ulps: number;
}

/** How the answers of one output lay within their bounds: for pictures, never for a verdict. */
export interface Figure {
  readonly op: string;
  readonly output: string;
  /** Elements between the edges, one count more than there are edges. */
  readonly budgets: readonly number[];
  readonly ulps: readonly number[];
  /** At most one of a law, worst first. */
  readonly worst: readonly Extreme[];
  readonly cells: readonly Cell[];
}

export interface Figures {
  readonly budgetEdges: readonly number[];
  readonly ulpEdges: readonly number[];
  readonly outputs: readonly Figure[];
}

export interface Report {
  readonly schema: 'bnspec-report/1';
  readonly bnspec: string;
  readonly target: { readonly id: string; readonly card: Readonly<Record<string, string>> };
  readonly profile: string;
  readonly profileInferred: string | null;
  readonly dtypes: readonly string[];
  readonly layouts: readonly string[];
  readonly seed: number;
  readonly effort: string;
  readonly shard: string;
  readonly required: Tier;
  readonly complete: boolean;
  readonly verdict: 'conforms' | 'fails' | 'incomplete';
  readonly grade: Grade;
  readonly judged: readonly string[];
  readonly refused: readonly string[];
  readonly laws: readonly LawResult[];
  readonly diagnosis: readonly Diagnosis[];
  readonly power: PowerSummary;
  /** null: not measured. */
  readonly panel: Panel | null;
  /** Absent from reports of earlier versions. */
  readonly figures?: Figures;
  readonly warnings: readonly string[];
  readonly incompleteBecause?: string;
  /** What else stands against conformance, were no law refuted: each with the exit code it would come to. */
  readonly unmet?: readonly Exit[];
  readonly baseline?: BaselineSummary;
  readonly exit: Exit;
  readonly environment: { readonly node: string; readonly platform: string };
  readonly durationMs: number;
}

/** The grade of several laws that hold: the worst; laws without strict answers leave the two best tiers to the others. */
export function overall(held: readonly Pick<LawResult, 'grade' | 'strict'>[]): Grade {
  if (held.length === 0) return 'none';
  const order: readonly Grade[] = [...tiers, 'none'];
  const worst = (grades: readonly Grade[]): Grade =>
    grades.reduce((a, b) => (order.indexOf(b) > order.indexOf(a) ? b : a), 'exact');
  const strict = held.filter((law) => law.strict);
  const others = held.filter((law) => !law.strict && law.grade !== 'stable');
  return strict.length === 0
    ? worst(['stable', ...others.map(({ grade }) => grade)])
    : worst([...strict, ...others].map(({ grade }) => grade));
}

/** What the diagnosis tells of the operations that a law asks. */
export function diagnosed<D extends Pick<Diagnosis, 'op'>>({ ops }: Pick<LawResult, 'ops'>, all: readonly D[]): D[] {
  const asked = ops?.flatMap((op) => [op, ...behind(op)]);
  return all.filter(({ op }) => asked === undefined || op === 'several' || asked.includes(op));
}

/** The causes of a law that is refuted, by name: `unknown` where nothing has one. */
export function causesOf(law: Pick<LawResult, 'ops'>, all: Report['diagnosis']): string[] {
  const names = diagnosed(law, all).map(({ kind, id }) => (kind === 'unknown' ? 'unknown' : id));
  return names.length === 0 ? ['unknown'] : [...new Set(names)].sort();
}

/** The operations that a question hands on to: a mistake in one of these is said of it alone. */
function behind(op: string): string[] {
  if (op === 'layer') return ['train', 'infer', 'grad', 'infer_grad'];
  return op === 'fold' ? ['infer', 'infer_grad'] : [op.replace('sync_', '')];
}
