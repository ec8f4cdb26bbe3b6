import type { Baseline, Entry } from './baseline.js';
import { tiers } from './report.js';
import { UsageError, unknown } from './usage.js';

/** The first line of a baseline says which form of file it is. */
const kind = 'bnspec-baseline/1';
const head = { baseline: kind, grade: '', ops: [''], dtypes: [''], layouts: [''], traits: [''] };
const keys = ['law', 'cause', 'status', 'reason', 'link', 'until'];

/** The names that an entry may bear. */
export interface Known {
  readonly laws: readonly string[];
  readonly causes: readonly string[];
}

/**
 * Reads a baseline: a JSON object a line, comments behind `#` on lines of their own. The first object says what the target could do,
 * every other one a law that is expected to fail. Throws UsageError naming the file, the line, and the cure.
 */
export function readBaseline(text: string, file: string, known: Known): Baseline {
  let above: string[] = [];
  let first: Omit<Baseline, 'file' | 'entries' | 'below'> | null = null;
  const entries: Entry[] = [];
  for (const [i, raw] of text
    .replace(/^\ufeff/, '')
    .split(/\r?\n/)
    .entries()) {
    const [line, words] = [i + 1, raw.trim()];
    const place = `${file}:${line}`;
    if (words === '' || words.startsWith('#')) above.push(words);
    else {
      const value = object(words, place);
      if (first === null) first = { ...header(value, place), line, above };
      else entries.push({ ...entry(value, place, known), line, above });
      above = [];
    }
  }
  if (first === null) throw new UsageError(`${file} is empty\n--update-baseline writes it`);
  for (const { law, cause, line } of entries) {
    const twin = entries.find((other) => other.law === law && other.cause === cause && other.line < line);
    if (twin)
      throw new UsageError(`${file}:${line}: ${law} for ${cause} stands in line ${twin.line} already\ntake one out`);
  }
  return { file, ...first, entries, below: above };
}

/** The file of a baseline, its entries sorted; every comment stays above what it stood above. */
export function writeBaseline({ grade, ops, dtypes, layouts, traits, above, entries, below }: Baseline): string {
  const lines = entries.flatMap(({ above, law, cause, status, reason, link, until }) => [
    ...above,
    JSON.stringify({ law, cause, ...(status === 'fails' ? {} : { status }), reason: reason ?? '', link, until }),
  ]);
  const rest = below.join('\n').trimEnd();
  const first = JSON.stringify({
    baseline: kind,
    grade,
    ops,
    dtypes,
    layouts,
    ...(traits.length > 0 ? { traits } : {}),
  });
  return `${[...above, first, ...lines, ...(rest === '' ? [] : [rest])].join('\n')}\n`;
}

function object(words: string, place: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(words);
  } catch (error) {
    throw new UsageError(
      `${place}: not JSON: ${(error as Error).message}\nan object stands on one line, a comment begins with #`,
    );
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new UsageError(`${place}: not an object\n{"law": "backward.sum-zero", "cause": "unknown", "reason": "why"}`);
  return value as Record<string, unknown>;
}

function header(value: Record<string, unknown>, place: string) {
  const { baseline, grade, ops, dtypes, layouts, traits = [] } = value;
  if (baseline === undefined)
    throw new UsageError(
      `${place}: the first object must be ${JSON.stringify({ baseline: kind })} …\n--update-baseline writes it`,
    );
  if (baseline !== kind)
    throw new UsageError(
      `${place}: made as ${JSON.stringify(baseline)}, this reads ${kind}\nread it with the version that made it`,
    );
  strange(value, Object.keys(head), place);
  const grades = [...tiers, 'none'] as const;
  const found = grades.find((one) => one === grade);
  if (found === undefined)
    throw unknown(`grade in ${place}:`, String(grade), grades, `there are: ${grades.join(', ')}`);
  return {
    grade: found,
    ops: list(ops, `${place}: ops`),
    dtypes: list(dtypes, `${place}: dtypes`),
    layouts: list(layouts, `${place}: layouts`),
    traits: list(traits, `${place}: traits`),
  };
}

function entry(value: Record<string, unknown>, place: string, known: Known): Omit<Entry, 'line' | 'above'> {
  strange(value, keys, place);
  for (const key of keys.filter((one) => one in value || one === 'law' || one === 'cause'))
    if (typeof value[key] !== 'string') throw new UsageError(`${place}: ${key} must be text, in quotes`);
  const { law, cause, status = 'fails', until } = value as Record<string, string>;
  if (!known.laws.includes(law!))
    throw unknown(`law in ${place}:`, law!, known.laws, 'bnspec list laws shows them all');
  if (!known.causes.includes(cause!))
    throw unknown(`cause in ${place}:`, cause!, known.causes, 'as CAUSE names it in a run, or unknown');
  if (status !== 'fails' && status !== 'breaks')
    throw new UsageError(`${place}: status is fails or breaks, not '${status}'`);
  if (until !== undefined && !day(until)) throw new UsageError(`${place}: until '${until}' is no day\nas 2026-12-31`);
  return { ...(value as unknown as Entry), status };
}

const day = (text: string): boolean =>
  /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text)) && new Date(text).toISOString().startsWith(text);

function strange(value: object, known: readonly string[], place: string): void {
  for (const key of Object.keys(value))
    if (!known.includes(key)) throw unknown(`key in ${place}:`, key, known, `there are: ${known.join(', ')}`);
}

function list(value: unknown, where: string): string[] {
  if (!Array.isArray(value) || !value.every((item) => typeof item === 'string'))
    throw new UsageError(`${where} must be a list of texts, as ["train", "infer"]`);
  return value;
}
