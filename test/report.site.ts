import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { shelve } from '../src/cli/site.js';
import { kept, type Matrix, type MatrixRow } from '../src/report/matrix.js';
import type { Report } from '../src/run/report.js';

/** The report as of an implementation of this version. */
export const versioned = (of: Report, version: string): Report => ({
  ...of,
  target: { ...of.target, card: { ...of.target.card, version } },
});

/** A matrix of these reports, by the names of their rows; `said` stands behind what its config says. */
export function matrixOf(reports: ReadonlyMap<string, Report | null>, said = ''): Matrix {
  const rows = [...reports].map(([name, of]): MatrixRow => {
    const described = {
      name,
      of: name + said,
      is: `two passes${said}`,
      kind: `module${said}`,
      link: `https://example.org/${said}`,
    };
    const state = of ? 'judged' : 'absent';
    const differs = of?.verdict === 'fails' ? [`fails where conforms is expected${said}`] : [];
    return {
      ...described,
      findings: [],
      state,
      says: of ? null : `there is no ./b${said}`,
      differs,
      judged: of && kept(of),
      durationMs: 5,
    };
  });
  const exit = { code: 1, says: `1 of 2 rows not as expected${said}` } as const;
  return {
    schema: 'bnspec-matrix/1',
    bnspec: '0.1.0',
    environment: { node: 'v20', platform: 'linux' },
    rows,
    exit,
    durationMs: 9,
  };
}

/** A site of these reports in a folder of its own. */
export function sited(
  reports: ReadonlyMap<string, Report | null>,
  before: ReadonlyMap<string, readonly Report[]> = new Map(),
  said = '',
): string {
  const folder = mkdtempSync(join(tmpdir(), 'bnspec-site-'));
  const judged = new Map([...reports].flatMap(([name, of]) => (of ? [[name, of] as const] : [])));
  const lost = shelve(folder, matrixOf(reports, said), judged, before);
  if (lost.length > 0) throw new Error(lost.join());
  return folder;
}
