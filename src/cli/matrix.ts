import { join, resolve } from 'node:path';
import { written } from '../report/json.js';
import { kept, type Matrix, type MatrixRow } from '../report/matrix.js';
import { matrixLine, matrixTable } from '../report/matrix-table.js';
import type { Report } from '../run/report.js';
import { UsageError, unknown } from '../run/usage.js';
import { makeFolder } from '../target/folder.js';
import type { Arguments } from './arguments.js';
import { interruptible } from './interrupt.js';
import { type Config, type Row, readMatrix } from './matrix-config.js';
import { differences } from './matrix-expect.js';
import { type Asked, judgeRow } from './matrix-row.js';
import type { Settings } from './options.js';
import { writable } from './places.js';
import { save } from './publish.js';
import { look, type Screen } from './screen.js';
import { filedIn, shelve } from './site.js';
import { environment, version } from './version.js';

/** Where reports go where nobody says. */
const usual = '.bnspec/matrix';

/**
 * `bnspec matrix CONFIG`: judges the rows of a config one after the other (or `--jobs` at a time), each in a process of its own.
 * Exit 0 if every row that could be asked is as the config expects, 1 if one is not, 3 if none could be asked.
 */
export async function matrix({ settings, words, command }: Arguments, screen: Screen): Promise<number> {
  const [file, ...more] = words;
  if (file === undefined || more.length > 0 || command !== null)
    throw new UsageError('matrix takes one config\nbnspec matrix targets/matrix.json');
  const config = readMatrix(file);
  const rows = chosen(config, settings);
  const out = resolve(settings.out ?? usual);
  writable({ ...settings, out });
  const shelf = settings.site === undefined ? null : filedIn(settings.site, names(config));
  makeFolder(out);
  const reports = new Map<string, Report>();
  const started = performance.now();
  const interrupt = interruptible(screen, undefined);
  try {
    const asked = { out, words: common(settings), resume: settings.resume === true, signal: interrupt.signal };
    const judged = await inTurn(rows, settings.jobs ?? 1, (row) => judge(row, config, { ...asked, reports }, screen));
    const done = judged.filter((row) => row !== null);
    const result: Matrix = {
      ...{ schema: 'bnspec-matrix/1', bnspec: version, environment, rows: done },
      exit: verdict(done, interrupt.signal.aborted ? String(interrupt.signal.reason) : null),
      durationMs: Math.round(performance.now() - started),
    };
    const whole = {
      ...result,
      rows: config.rows.map((row) => done.find(({ name }) => name === row.name) ?? unasked(row)),
    };
    const lost = shelf ? shelve(settings.site!, whole, reports, shelf) : [];
    return publish(result, { ...settings, out }, screen, lost);
  } finally {
    interrupt.release();
  }
}

const names = ({ rows }: Config): string[] => rows.map(({ name }) => name);

/** The rows that were asked for, in the order of the config. */
function chosen(config: Config, { only, shard: { index, of } = { index: 1, of: 1 } }: Settings): readonly Row[] {
  for (const name of only ?? [])
    if (!names(config).includes(name))
      throw unknown('row', name, names(config), `there are: ${names(config).join(', ')}`);
  const asked = only === undefined ? config.rows : config.rows.filter(({ name }) => only.includes(name));
  return asked.filter((_, i) => i % of === index - 1);
}

/** Options of the matrix that go on to every row; they stand last, and so beat the config. */
const common = ({ effort, seed, cases }: Settings): string[] =>
  Object.entries({ effort, seed, cases }).flatMap(([name, value]) =>
    value === undefined ? [] : [`--${name}=${value}`],
  );

/** The results in the order of the rows, `jobs` at a time; null for those that an interruption left out. */
async function inTurn<T>(rows: readonly Row[], jobs: number, work: (row: Row) => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  let next = 0;
  const worker = async () => {
    for (let i = next++; i < rows.length; i = next++) results[i] = await work(rows[i]!);
  };
  await Promise.all(Array.from({ length: Math.min(jobs, rows.length) }, worker));
  return results;
}

async function judge(
  row: Row,
  config: Config,
  asked: Asked & { readonly reports: Map<string, Report> },
  screen: Screen,
): Promise<MatrixRow | null> {
  if (asked.signal.aborted) return null;
  const started = performance.now();
  const outcome = await judgeRow(row, config, asked);
  if (asked.signal.aborted) return null; // what was cut short says nothing of the row
  const { name, of, is, kind, link, findings } = row;
  const judged = outcome.state === 'judged' ? kept(outcome.report) : null;
  if (outcome.state === 'judged') asked.reports.set(name, outcome.report);
  const says = outcome.state === 'judged' ? null : outcome.says;
  const result: MatrixRow = {
    ...{ name, of, is, kind, link, findings, state: outcome.state, says, judged },
    differs: judged ? differences(judged, row) : outcome.state === 'lost' ? [`no report: ${says}`] : [],
    durationMs: Math.round(outcome.state === 'judged' ? outcome.report.durationMs : performance.now() - started),
  };
  screen.err(`${matrixLine(result)}\n`);
  return result;
}

/** A row that this matrix left out; a site may hold earlier reports of it. */
const unasked = ({ name, of, is, kind, link, findings }: Row): MatrixRow => ({
  ...{ name, of, is, kind, link, findings, state: 'absent', says: 'not asked this time' },
  ...{ differs: [], judged: null, durationMs: 0 },
});

function verdict(rows: readonly MatrixRow[], stopped: string | null): Matrix['exit'] {
  const asked = rows.filter(({ state }) => state !== 'absent');
  const differing = asked.filter(({ differs }) => differs.length > 0);
  const absent = asked.length === rows.length ? '' : `; ${rows.length - asked.length} not here`;
  if (differing.length > 0)
    return { code: 1, says: `${differing.length} of ${asked.length} rows not as expected${absent}` };
  if (stopped !== null) return { code: 3, says: `${stopped}; ${asked.length} rows as expected until then` };
  if (asked.length === 0) return { code: 3, says: `no row could be asked${absent}` };
  return { code: 0, says: `${asked.length} rows, all as expected${absent}` };
}

/** The table to the screen, JSON to where it is asked for, and a copy beside the reports. */
function publish(
  result: Matrix,
  settings: Settings & { readonly out: string },
  screen: Screen,
  unfiled: readonly string[],
): number {
  const json = written(result);
  const table = (width: number, colour: boolean) => matrixTable(result, { width, colour });
  const destinations = settings.reporter ?? [{ name: 'terminal' as const }];
  const files = [
    { name: 'json' as const, file: join(settings.out, 'matrix.json') },
    ...destinations.flatMap(({ name, file }) => (file === undefined ? [] : [{ name, file }])),
  ];
  const lost = [
    ...unfiled,
    ...files.flatMap(({ name, file }) => save(file, () => (name === 'json' ? json : table(100, false)))),
  ];
  for (const { name } of destinations.filter(({ file }) => file === undefined))
    if (name === 'json') screen.data(json);
    else screen.out(table(look(screen, settings).width, look(screen, settings).colour));
  if (lost.length > 0) screen.err(`exit 4: could not write ${lost.join(', ')}\n`);
  else if (!destinations.some(({ name, file }) => name === 'terminal' && file === undefined))
    screen.err(`exit ${result.exit.code}: ${result.exit.says}\n`);
  return lost.length > 0 ? 4 : result.exit.code;
}
