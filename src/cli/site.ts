import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { html } from '../report/html.js';
import { json } from '../report/json.js';
import type { Matrix } from '../report/matrix.js';
import { type Filed, type Shelf, site } from '../report/site.js';
import type { Report } from '../run/report.js';
import { UsageError } from '../run/usage.js';
import { save } from './publish.js';
import { typeset } from './typeset.js';

/** Reports by the name of their row. */
export type Reports = ReadonlyMap<string, Report>;

/**
 * What earlier matrices have filed in a site, by row: DIR/ROW/VERSION.json, beside its page. Throws UsageError for a file there
 * that is no report.
 */
export function filedIn(folder: string, names: readonly string[]): ReadonlyMap<string, readonly Report[]> {
  return new Map(names.map((name) => [name, reportsIn(join(folder, slug(name)))]));
}

const reportsIn = (folder: string): Report[] =>
  existsSync(folder)
    ? readdirSync(folder)
        .filter((file) => file.endsWith('.json'))
        .map((file) => read(join(folder, file)))
    : [];

function read(file: string): Report {
  try {
    const report = JSON.parse(readFileSync(file, 'utf8')) as Report;
    if (report.schema === 'bnspec-report/1') return report;
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
  }
  throw new UsageError(
    `${file} is no report of bnspec\ntake it out of the site, which keeps the reports of earlier versions there`,
  );
}

/**
 * Files the reports of a matrix in a site, a page for each, and writes its index last, so that no link of it leads nowhere.
 * A report of the same version takes the place of the one before. Returns what could not be written.
 */
export function shelve(
  folder: string,
  matrix: Matrix,
  now: Reports,
  before: ReadonlyMap<string, readonly Report[]>,
): string[] {
  const shelves = matrix.rows.map((row): Shelf => {
    const report = now.get(row.name) ?? null;
    const all = [...(before.get(row.name) ?? []), ...(report ? [report] : [])];
    const filed = [...new Map(all.map((one) => [versionOf(one), filedAs(row.name, one)])).values()].sort(byVersion);
    const current = report ? filed.find((one) => one.report === report)! : (filed.at(-1) ?? null);
    return { row, filed, current };
  });
  const lost = shelves.flatMap(({ row, filed }) =>
    filed.flatMap(({ href, report }) => [
      ...save(join(folder, href.replace(/html$/, 'json')), () => json(report)),
      ...save(join(folder, href), () =>
        html(report, typeset, { href: '../index.html', says: `all implementations (${row.name} is one)` }),
      ),
    ]),
  );
  if (lost.length > 0) return lost;
  const vectors = existsSync(join(folder, 'vectors')) ? 'vectors/' : null;
  return [
    ...save(join(folder, 'matrix.json'), () => `${JSON.stringify(matrix, null, 2)}\n`),
    ...save(join(folder, 'index.html'), () => site(matrix, shelves, vectors)),
  ];
}

const versionOf = ({ target, bnspec }: Report): string =>
  `${target.card.version ?? ''}${bnspec ? ` (bnspec ${bnspec})` : ''}`;

const filedAs = (name: string, report: Report): Filed => {
  const version = versionOf(report);
  return { version, href: `${slug(name)}/${slug(version)}.html`, report };
};

const byVersion = (a: Filed, b: Filed): number => a.version.localeCompare(b.version, 'en', { numeric: true });

/** A name for a file that says what it is of, and is a plain one on every system: no two texts have the same. */
function slug(text: string): string {
  const plain = text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 40);
  return `${plain}-${createHash('sha256').update(text).digest('hex').slice(0, 8)}`;
}
