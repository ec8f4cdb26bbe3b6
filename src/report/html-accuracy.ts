import type { Cell, Figure, Figures } from '../run/report.js';
import { brief, count, counted, percent } from './figures.js';
import { html, type Markup, table } from './markup.js';
import { bars, type Line, type Mark, type Point, points } from './plot.js';

/** How the answers lay within their bounds, output by output, the one that used most of its bound first. */
export function accuracy({ budgetEdges, ulpEdges, outputs }: Figures): Markup {
  const sorted = outputs.toSorted((a, b) => most(b, 'budget') - most(a, 'budget'));
  const rows = sorted.map((figure) => [
    html`<a href="#${idOf(figure)}"><code>${figure.output}</code></a> of ${figure.op}`,
    brief(most(figure, 'budget')),
    brief(most(figure, 'ulps')),
    percent(figure.ulps[0]!, sum(figure.ulps)),
    count(sum(figure.ulps)),
  ]);
  const head = ['output', 'budget', 'ulps', 'rounded right', 'elements'];
  return html`<p>Budget 0 is the exact value, rounded; 1 is all that the bound allows. An ulp is one step of the format. kappa is
sqrt(1 + mu² / sigma²) of the batch: the condition of its variance. The pictures are drawn from samples; no verdict reads them.</p>
${table('Largest errors of each output', head, rows)}
${sorted.map((figure, i) => output(figure, { budgetEdges, ulpEdges }, i === 0))}`;
}

type Error = 'budget' | 'ulps';
const most = ({ cells }: Figure, error: Error): number => Math.max(0, ...cells.map((cell) => cell[error]));
const sum = (counts: readonly number[]): number => counts.reduce((all, n) => all + n, 0);
const idOf = ({ op, output }: Figure): string => `output-${op}-${output}`;

function output(figure: Figure, edges: Omit<Figures, 'outputs'>, open: boolean): Markup {
  const { op, worst, cells } = figure;
  const id = idOf(figure);
  const names = [
    `${figure.output} of ${op}`,
    `budget ${brief(most(figure, 'budget'))}`,
    `${brief(most(figure, 'ulps'))} ulps`,
  ];
  const extremes = worst.map((one) => [
    html`<a href="#${one.law}"><code>${one.law}</code></a>`,
    ...[
      brief(one.budget),
      brief(one.ulps),
      one.dtype,
      count(one.m),
      ill(one.kappa),
      String(one.case),
      String(one.channel),
    ],
  ]);
  const head = ['law', 'budget', 'ulps', 'format', 'm', 'kappa', 'case', 'channel'];
  return html`<details class="output" id="${id}"${open ? html` open` : null}><summary>${names.join(' · ')}</summary>
<div class="plots">${spread(figure, 'budget', edges.budgetEdges)}${spread(figure, 'ulps', edges.ulpEdges)}
${(['budget', 'ulps'] as const).map((error) => (['kappa', 'm'] as const).map((by) => against(figure, error, by)))}</div>
${table(`The worst channels of ${figure.output}, ${op}, at most one of a law`, head, extremes)}
<details><summary>The pictures of ${figure.output} as numbers</summary>
${numbers(`Elements by budget`, figure.budgets, edges.budgetEdges)}${numbers('Elements by ulps', figure.ulps, edges.ulpEdges)}
${table(
  'Largest errors by length and condition of the channel',
  ['m from', 'kappa from', 'channels', 'budget', 'ulps'],
  cells.map((cell) => [count(cell.m), ill(cell.kappa), count(cell.channels), brief(cell.budget), brief(cell.ulps)]),
)}</details></details>`;
}

const ill = (kappa: number | null): string => (kappa === null ? 'constant' : brief(kappa));

/** An edge in few letters: 1/8, 0.5, 512, 1k. */
const part = (edge: number): string =>
  edge > 0 && edge < 0.5 ? `1/${1 / edge}` : edge < 1000 ? String(edge) : `${Math.round(edge / 1000)}k`;
const reach = (edges: readonly number[], i: number): string =>
  i === edges.length ? `over ${part(edges[i - 1]!)}` : edges[i] === 0 ? '0' : `up to ${part(edges[i]!)}`;

const numbers = (caption: string, counts: readonly number[], edges: readonly number[]): Markup =>
  table(
    caption,
    [caption.split(' ').at(-1)!, 'elements'],
    counts.map((n, i) => [reach(edges, i), count(n)]),
  );

/** How many elements used so much of their bound, or erred by so many ulps. */
function spread(figure: Figure, error: Error, edges: readonly number[]): Markup {
  const counts = error === 'budget' ? figure.budgets : figure.ulps;
  const all = counts.map((n, i) => ({
    says: i === edges.length ? `>${part(edges[i - 1]!)}` : part(edges[i]!),
    count: n,
  }));
  const title = error === 'budget' ? 'Budgets: how much of the bound' : 'Errors in ulps';
  const first = `${percent(counts[0]!, sum(counts))} of ${counted(sum(counts), 'element')} ${error === 'budget' ? 'used nothing of it' : 'were rounded right'}`;
  const named = {
    id: `${idOf(figure)}-${error}`,
    title,
    says: `${first}; the largest is ${brief(most(figure, error))}`,
  };
  const axis = error === 'budget' ? 'share of the bound, up to' : 'ulps, up to';
  return frame(title, bars(named, axis, all));
}

/** The largest error of channels of one length and condition, over either. */
function against(figure: Figure, error: Error, by: 'kappa' | 'm'): Markup {
  const places = [...new Set(figure.cells.map((cell) => cell[by]))].sort((a, b) => size(a) - size(b));
  const steps = places.map(
    (place): Mark => ({ at: (places.indexOf(place) + 0.5) / places.length, says: written(place) }),
  );
  const scale = scaled(figure.cells, error);
  const beside =
    by === 'kappa' ? (cell: Cell) => Math.log2(cell.m) / 20 : (cell: Cell) => Math.log2(size(cell.kappa)) / 60;
  const all = figure.cells.map((cell): Point => {
    const off = (Math.min(1, beside(cell)) - 0.5) * (0.6 / places.length);
    const value = cell[error];
    return {
      x: steps[places.indexOf(cell[by])]!.at + off,
      y: scale.at(value),
      beyond: error === 'budget' && value > 1,
    };
  });
  const title = `${error === 'budget' ? 'Budget' : 'Ulps'} against ${by}`;
  const worst = figure.cells.reduce((a, b) => (b[error] > a[error] ? b : a), figure.cells[0]!);
  const says = `The largest is ${brief(worst?.[error] ?? 0)}, where m is ${count(worst?.m ?? 0)} or more and kappa ${ill(worst?.kappa ?? null)}`;
  const axis = by === 'kappa' ? 'kappa, from' : 'm, from';
  const named = { id: `${idOf(figure)}-${error}-${by}`, title, says };
  return frame(title, points(named, { x: axis, across: steps, up: scale.marks, line: scale.line }, all));
}

const size = (place: number | null): number => place ?? 2 ** 60;
const written = (place: number | null): string =>
  place === null ? 'const' : place < 1e4 ? String(place) : `1e${Math.round(Math.log10(place))}`;

/** Decades from a thousandth up to what there is; what is less lies at the foot, as 0. */
function scaled(cells: readonly Cell[], error: Error): { at(value: number): number; marks: Mark[]; line: Line } {
  const largest = Math.min(1e18, Math.max(1, ...cells.map((cell) => cell[error])));
  const foot = error === 'budget' ? -3 : -1;
  const span = Math.max(0, Math.ceil(Math.log10(largest))) - foot + 1;
  const at = (value: number): number =>
    value <= 0 ? 0 : Math.min(1, Math.max(0.5, Math.log10(value) - foot + 1) / span);
  const every = Math.ceil(span / 6);
  const decades = Array.from({ length: span }, (_, i) => foot + i).filter((power) => (power - foot) % every === 0);
  const marks = decades.map((power) => ({ at: at(10 ** power), says: power > 4 ? `1e${power}` : String(10 ** power) }));
  const line = error === 'budget' ? { at: at(1), says: 'the bound' } : { at: at(0.5), says: 'rounded right' };
  return { at, marks: [{ at: 0, says: '0' }, ...marks], line };
}

const frame = (title: string, plot: Markup): Markup => html`<figure><figcaption>${title}</figcaption>${plot}</figure>`;
