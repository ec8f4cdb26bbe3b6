import { html, type Markup, trusted } from '../../src/report/markup.js';
import { type Axis, type Scale, scale } from './axis.js';
import type { Plot } from './claim.js';
import { median } from './words.js';

/** What a picture is called, and what it shows, for who does not see it. Its file is its name. */
export interface Named {
  readonly file: string;
  readonly title: string;
  readonly says: string;
}

export interface Series {
  readonly says: string;
  readonly points: readonly (readonly [x: number, y: number])[];
  /** The ends of a band around it. */
  readonly band?: readonly (readonly [x: number, low: number, high: number])[];
  /** Its colour, 0 to 4: by default its place among the series. */
  readonly colour?: number;
  /** Drawn in strokes, or as points alone. */
  readonly as?: 'line' | 'strokes' | 'points';
}

/** The middle of what the seeds gave at each x, and a band from the least to the most. */
export const among = (says: string, xs: readonly number[], all: readonly (readonly number[])[]): Series => ({
  says,
  points: xs.map((x, i) => [x, median(all[i])] as const),
  band: xs.map((x, i) => [x, Math.min(...all[i]), Math.max(...all[i])] as const),
});

const width = 480;
const [left, right, top] = [70, 22, 14];
const tall = 236;

/** A page may be read by day or by night; it decides what stands behind, so the picture brings its own. */
const style = trusted(
  `<style>.cp{--c0:#0b62b0;--c1:#b4440c;--c2:#1a7f37;--c3:#8250df;--c4:#57606a;--g:#d0d7de;--t:#1f2328;--p:#ffffff;font:14px system-ui,-apple-system,"Segoe UI",Helvetica,Arial,sans-serif}@media(prefers-color-scheme:dark){.cp{--c0:#6cb6ff;--c1:#f5a05f;--c2:#57c46b;--c3:#c297ff;--c4:#9aa4af;--g:#3d444d;--t:#e6edf3;--p:#0d1117}}.cp text{fill:var(--t)}.cp .paper{fill:var(--p)}.cp .grid{stroke:var(--g);fill:none}.cp .l{fill:none;stroke-width:2.2;stroke-linejoin:round}.cp .b{opacity:.2;stroke:none}${[0, 1, 2, 3, 4].map((c) => `.cp .s${c}{stroke:var(--c${c})}.cp .f${c}{fill:var(--c${c})}`).join('')}.cp .cell{fill:var(--c0);stroke:var(--g)}.cp .m{text-anchor:middle}.cp .e{text-anchor:end}.cp .strokes{stroke-dasharray:7 5}</style>`,
);

const at = (value: number): string => String(Math.round(value * 10) / 10);

/** The picture around what is drawn. */
function framed({ file, title, says }: Named, height: number, inner: Markup): Plot {
  const id = file.replace(/\.svg$/, '');
  const text = html`<svg xmlns="http://www.w3.org/2000/svg" class="cp" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="${id}-t ${id}-d"><title id="${id}-t">${title}</title><desc id="${id}-d">${says}</desc>${style}<rect class="paper" width="${width}" height="${height}"/>${inner}</svg>`;
  return { file, title, says, svg: `${text.text}\n` };
}

const along = (share: number): number => left + share * (width - left - right);
const up = (share: number): number => top + (1 - share) * tall;

function axes(x: Scale, y: Scale, labels: readonly [string, string]): Markup {
  const across = x.marks.map(
    (mark) =>
      html`<path class="grid" d="M${at(along(mark.at))} ${top}V${top + tall}"/><text class="m" x="${at(along(mark.at))}" y="${top + tall + 18}">${mark.says}</text>`,
  );
  const rows = y.marks.map(
    (mark) =>
      html`<path class="grid" d="M${left} ${at(up(mark.at))}H${width - right}"/><text class="e" x="${left - 6}" y="${at(up(mark.at))}" dy=".35em">${mark.says}</text>`,
  );
  return html`${across}${rows}${captions(labels, top + tall)}`;
}

const captions = ([x, y]: readonly [string, string], bottom: number): Markup =>
  html`<text class="m" x="${at((left + width - right) / 2)}" y="${bottom + 38}">${x}</text><text class="m" transform="translate(14 ${at((top + bottom) / 2)})rotate(-90)">${y}</text>`;

/** Lines, bands and points over two axes, with a legend below. */
export function lines(named: Named, labels: readonly [Axis, Axis], series: readonly Series[]): Plot {
  const xs = series.flatMap(({ points }) => points.map(([x]) => x));
  const ys = series.flatMap(({ points, band = [] }) => [
    ...points.map(([, y]) => y),
    ...band.flatMap(([, a, b]) => [a, b]),
  ]);
  const [x, y] = [scale(labels[0], xs, true), scale(labels[1], ys)];
  const place = ([a, b]: readonly [number, number]): string =>
    `${at(along(x.at(a)))} ${at(up(Math.min(1, Math.max(0, y.at(b)))))}`;
  const path = (points: readonly (readonly [number, number])[]): string => `M${points.map(place).join('L')}`;
  const finite = (points: Series['points']): Series['points'] => points.filter(([, b]) => Number.isFinite(y.at(b)));
  const drawn = series.map(({ points, band, as = 'line', colour }, i) => {
    const c = colour ?? i;
    const lows = band?.map(([a, low]) => [a, low] as const) ?? [];
    const highs = band?.map(([a, , high]) => [a, high] as const) ?? [];
    const behind = band && html`<path class="b f${c}" d="${path([...lows, ...highs.toReversed()])}Z"/>`;
    const dots = finite(points).map(
      (p) => html`<circle class="f${c}" r="3.4" cx="${place(p).split(' ')[0]}" cy="${place(p).split(' ')[1]}"/>`,
    );
    const line = as === 'points' ? dots : html`<path class="l s${c} ${as}" d="${path(finite(points))}"/>`;
    return html`${behind ?? null}${line}`;
  });
  const { keys, height } = legend(series, top + tall + 62);
  return framed(named, height, html`${axes(x, y, [labels[0].label, labels[1].label])}${drawn}${keys}`);
}

/** What each colour means: two in a row where both are short. */
function legend(series: readonly Series[], from: number): { keys: Markup[]; height: number } {
  const long = series.some(({ says }) => says.length > 25);
  const each = long ? 1 : 2;
  const keys = series.map(({ says, as = 'line', colour }, i) => {
    const [x, y] = [left - 48 + (i % each) * 222, from + Math.floor(i / each) * 21];
    const c = colour ?? i;
    const sign =
      as === 'points'
        ? html`<circle class="f${c}" r="3.4" cx="${x + 13}" cy="${y - 5}"/>`
        : html`<path class="l s${c} ${as}" d="M${x} ${y - 5}h26"/>`;
    return html`${sign}<text x="${x + 34}" y="${y}">${says}</text>`;
  });
  return { keys, height: from + (Math.ceil(series.length / each) - 1) * 21 + 12 };
}

/** Shares as the depth of a colour, row by row from below, with their percentages where they fit. */
export function heat(
  named: Named,
  labels: readonly [string, string],
  marks: readonly [readonly string[], readonly string[]],
  shares: readonly (readonly number[])[],
): Plot {
  const [columns, rows] = [marks[0].length, marks[1].length];
  const [w, h] = [(width - left - right) / columns, tall / rows];
  const cells = shares.map((row, r) =>
    row.map(
      (share, c) =>
        html`<rect class="cell" fill-opacity="${at(share)}" x="${at(left + c * w)}" y="${at(top + tall - (r + 1) * h)}" width="${at(w)}" height="${at(h)}"/>`,
    ),
  );
  const thin = Math.ceil(columns / 7);
  const below = marks[0].map((says, c) =>
    c % thin === 0 ? html`<text class="m" x="${at(left + (c + 0.5) * w)}" y="${top + tall + 18}">${says}</text>` : null,
  );
  const side = marks[1].map((says, r) =>
    r % Math.ceil(rows / 9) === 0
      ? html`<text class="e" x="${left - 6}" y="${at(top + tall - (r + 0.5) * h)}" dy=".35em">${says}</text>`
      : null,
  );
  const key = [0, 0.5, 1].map(
    (share, i) =>
      html`<rect class="cell" fill-opacity="${share}" x="${left + i * 130}" y="${top + tall + 54}" width="20" height="14"/><text x="${left + 26 + i * 130}" y="${top + tall + 66}">${['no seed', 'half of them', 'all seeds'][i]}</text>`,
  );
  return framed(named, top + tall + 80, html`${cells}${below}${side}${captions(labels, top + tall)}${key}`);
}
