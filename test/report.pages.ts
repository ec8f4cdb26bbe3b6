import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { typeset } from '../src/cli/typeset.js';
import { html } from '../src/report/html.js';
import { budgetEdges, type Figure, type Report, ulpEdges } from '../src/run/report.js';
import { failing, law, report } from './report.example.js';

/** The figures of one output: so many channels in cells of their own. */
export function figure(output: string, cells = 12): Figure {
  const counts = (edges: readonly number[]): number[] => [...edges, 0].map((_, i) => 4 ** Math.max(0, 9 - i) - 1);
  return {
    ...{ op: 'train', output, budgets: counts(budgetEdges), ulps: counts(ulpEdges) },
    worst: [
      { law: 'forward.shift', case: 3, dtype: 'f32', channel: 1, m: 48, kappa: 812.5, budget: 1.5, ulps: 9.25 },
      { law: 'forward.batch-mean', case: 0, dtype: 'f16', channel: 0, m: 1, kappa: null, budget: 0, ulps: 0.5 },
    ],
    cells: Array.from({ length: cells }, (_, i) => ({
      ...{ m: 4 ** (i % 10), kappa: i % 5 === 4 ? null : 8 ** Math.floor(i / 10), channels: 1 + i },
      ...{ budget: i === 0 ? 1.5 : i / 300, ulps: i / 7 },
    })),
  };
}

const figures = { budgetEdges, ulpEdges, outputs: [figure('y'), figure('mean')] };

/** A run that conforms, and one with a law of every status. */
export const passing: Report = report({ figures });
export const refuted: Report = report({
  ...{ figures, verdict: 'fails', grade: 'none', warnings: ['its standard error ends: bye'] },
  exit: { code: 1, says: 'does not conform (required semantic; 3 laws refuted, of 8)' },
  laws: [
    ...report().laws,
    failing('backward.sum-zero'),
    failing('backward.dx', { law: 'dx == gamma / s * (dy - sum(dy) / m) and dgamma == sum(dy * xhat)' }),
    law('corners.large', {
      status: 'breaks',
      grade: 'none',
      message: 'ended without a reply, status 3\nfirst\nsecond',
    }),
    law('corners.nan', { status: 'vacuous', grade: 'none', message: 'no case could be drawn for this target' }),
  ],
  diagnosis: [
    {
      ...{ kind: 'mutant', id: 'backward.forgets-mean', op: 'grad', explains: 19, of: 19, passing: 5 },
      says: 'Leaves out the gradient that flows through the mean.',
    },
  ],
  power: { killed: 130, of: 131, survivors: ['forward.no-epsilon'] },
});

export const paged = (of: Report): string => html(of, typeset);

/** The page as a file of its own; its address. */
export function written(of: Report): string {
  const file = join(mkdtempSync(join(tmpdir(), 'bnspec-page-')), 'report.html');
  writeFileSync(file, paged(of));
  return pathToFileURL(file).href;
}

/** The report with something behind every text in it, keys of the card included. */
export function withEverywhere(of: Report, hostile: string): Report {
  const within = (value: unknown): unknown => {
    if (typeof value === 'string') return value + hostile;
    if (Array.isArray(value)) return value.map(within);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, within(inner)]));
  };
  const { target, laws, ...rest } = within(of) as Report;
  const card = Object.fromEntries(Object.entries(target.card).map(([key, value]) => [key + hostile, value]));
  // the status chooses what is told of a law
  const kept = laws.map((one, i) => ({ ...one, status: of.laws[i]!.status }));
  return { ...rest, target: { ...target, card }, laws: kept };
}
