import type { Diagnosis, Report, Status } from '../run/report.js';
import { chaptersOf } from './chapters.js';

/**
 * Many targets side by side, as `bnspec matrix --reporter json` writes it (schema `bnspec-matrix/1`, docs/matrix.schema.json).
 * docs/implementations.md is written from such a file.
 */
export interface Matrix {
  readonly schema: 'bnspec-matrix/1';
  readonly bnspec: string;
  readonly environment: Report['environment'];
  readonly rows: readonly MatrixRow[];
  readonly exit: { readonly code: 0 | 1 | 3; readonly says: string };
  readonly durationMs: number;
}

/** What the config says of a row, for the reader. */
export interface Described {
  readonly name: string;
  /** The implementation: rows of one share it. */
  readonly of: string;
  readonly is: string;
  readonly kind: string;
  readonly link: string | null;
  /** Documents about what deviates. */
  readonly findings: readonly string[];
}

/** One row. `judged`: there is a report; `lost`: it ended without one; `absent`: what it needs is not here, and it does not count. */
export interface MatrixRow extends Described {
  readonly state: 'judged' | 'lost' | 'absent';
  /** Why there is no report. */
  readonly says: string | null;
  /** What is not as the config expects, a line each. */
  readonly differs: readonly string[];
  readonly judged: Judged | null;
  readonly durationMs: number;
}

/** What a row of a matrix keeps of a report. */
export interface Judged {
  readonly version: string;
  readonly profile: string;
  readonly inferred: boolean;
  readonly dtypes: readonly string[];
  readonly layouts: readonly string[];
  readonly ranks: readonly string[];
  readonly verdict: Report['verdict'];
  readonly grade: Report['grade'];
  readonly ops: readonly string[];
  readonly laws: Readonly<Record<Status, number>>;
  /** Chapter by chapter: the grade, or the worst status. */
  readonly chapters: Readonly<Record<string, string>>;
  readonly refuted: readonly string[];
  readonly budget: { readonly law: string; readonly output: string; readonly share: number | null } | null;
  readonly cases: number;
  readonly panel: string | null;
  readonly causes: readonly Pick<Diagnosis, 'kind' | 'id' | 'op' | 'explains' | 'of'>[];
  readonly warnings: readonly string[];
  readonly exit: Report['exit'];
}

const statuses = ['holds', 'fails', 'breaks', 'vacuous', 'refuses'] as const;

/** What a matrix keeps of a report. */
export function kept(report: Report): Judged {
  const { card } = report.target;
  const laws = Object.fromEntries(
    statuses.map((status) => [status, report.laws.filter((law) => law.status === status).length]),
  ) as Judged['laws'];
  return {
    version: card.version ?? '',
    ...{ profile: report.profile, inferred: report.profileInferred !== null },
    ...{ dtypes: report.dtypes, layouts: report.layouts, ranks: (card.ranks ?? '2,3,4,5').split(',') },
    ...{ verdict: report.verdict, grade: report.grade, ops: report.judged, laws },
    chapters: Object.fromEntries(chaptersOf(report).map(({ name, word }) => [name, word.toLowerCase()])),
    refuted: report.laws.filter(({ status }) => status === 'fails' || status === 'breaks').map(({ id }) => id),
    budget: heaviest(report),
    cases: report.laws.reduce((sum, law) => sum + law.cases, 0),
    panel: report.panel?.says ?? null,
    causes: report.diagnosis.map(({ kind, id, op, explains, of }) => ({ kind, id, op, explains, of })),
    // what it wrote to its log stands in the report, and names places of the machine
    warnings: report.warnings.filter((text) => !text.startsWith('its standard error ends')),
    exit: report.exit,
  };
}

/** The largest budget of the laws that hold; JSON's null is without bound. */
function heaviest({ laws }: Report): Judged['budget'] {
  const held = laws.flatMap(({ id, status, worst }) =>
    status === 'holds' && worst ? [{ law: id, output: worst.output, share: worst.budget }] : [],
  );
  const weight = ({ share }: { share: number | null }): number => share ?? Number.POSITIVE_INFINITY;
  return held.reduce<Judged['budget']>((most, one) => (most && weight(most) >= weight(one) ? most : one), null);
}
