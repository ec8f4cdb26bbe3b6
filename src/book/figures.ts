import { theorems } from '../../spec/theorems.js';
import { brief, count } from '../report/figures.js';
import { html, type Markup } from '../report/markup.js';
import { sampling } from '../run/identity.js';
import { uses } from './experiment.js';
import type { Knowledge } from './knowledge.js';
import { proved } from './laws.js';
import { counts } from './mutants.js';

/** The figures of the summary, each set as a figure: every language shows these and writes none of its own. */
export type Figures = Readonly<Record<(typeof names)[number], Markup>>;

const names = [
  ...([
    'formulas',
    'laws',
    'proved',
    'tested',
    'weakest',
    'points',
    'bits',
    'edits',
    'kernels',
    'seen',
    'decoys',
  ] as const),
  ...([
    'profiles',
    'bounds',
    'theorems',
    'claims',
    'rows',
    'implementations',
    'conforming',
    'cases',
    'largest',
  ] as const),
] as const;

const figure = (value: number | string): Markup =>
  html`<b class="figure">${typeof value === 'number' ? count(value) : value}</b>`;

export function figures(known: Knowledge): Figures {
  const { suite, sources } = known;
  const { edits, kernels, seen, decoys } = counts(suite);
  const standing = proved(suite.laws, known);
  const rows = sources.published.matrix.rows.flatMap(({ of, judged }) => (judged ? [{ of, judged }] : []));
  const formulas = (all: typeof suite.chapters): number =>
    Object.values(all).flatMap((chapter) => Object.keys(chapter)).length;
  const shares = Object.keys(suite.spec.allowance).flatMap((output) => uses(output, sources).map(({ share }) => share));
  const read = Object.values(suite.spec.chapters).flat();
  const computed = Object.fromEntries(Object.entries(suite.chapters).filter(([, chapter]) => read.includes(chapter)));
  const values: Record<keyof Figures, number | string> = {
    ...{ formulas: formulas(computed), bounds: formulas(suite.bounds), laws: suite.laws.length },
    ...{ proved: standing.count, tested: suite.laws.length - standing.count, weakest: standing.weakest },
    ...{ points: sampling.points, bits: sampling.bits, edits, kernels, seen, decoys },
    ...{ profiles: Object.keys(suite.profiles).length, theorems: Object.keys(theorems).length },
    ...{
      claims: sources.claims?.length ?? 0,
      rows: rows.length,
      implementations: new Set(rows.map(({ of }) => of)).size,
    },
    conforming: rows.filter(({ judged }) => judged.verdict === 'conforms').length,
    cases: rows.reduce((sum, { judged }) => sum + judged.cases, 0),
    largest: brief(Math.max(...shares)),
  };
  return Object.fromEntries(names.map((name) => [name, figure(values[name])])) as Figures;
}
