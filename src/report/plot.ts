import { html, type Markup } from './markup.js';

/** What a picture is called, and what it shows, for who does not see it. */
export interface Named {
  /** Of the page: no two pictures have the same. */
  readonly id: string;
  readonly title: string;
  readonly says: string;
}

const [width, height] = [320, 190];
const [left, right, top, bottom] = [40, 8, 16, 36];

/** A picture of so many units, as wide as its place allows. */
export const picture = ({ id, title, says }: Named, [w, h]: readonly [number, number], inner: Markup): Markup =>
  html`<svg viewBox="0 0 ${w} ${h}" role="img" aria-labelledby="${id}-t ${id}-d"><title id="${id}-t">${title}</title><desc id="${id}-d">${says}</desc>${inner}</svg>`;

const at = (value: number): string => String(Math.round(value * 10) / 10);

/** A mark of an axis: where it stands, as a share of the axis, and its words. */
export interface Mark {
  readonly at: number;
  readonly says: string;
}

/** Bars side by side, as high as the logarithm of what they count, with the count above each. */
export function bars(
  named: Named,
  axis: string,
  all: readonly { readonly says: string; readonly count: number }[],
): Markup {
  const step = (width - left - right) / all.length;
  const most = Math.log10(1 + Math.max(1, ...all.map(({ count }) => count)));
  const inner = all.map(({ says, count }, i) => {
    const tall = ((height - top - bottom) * Math.log10(1 + count)) / most;
    const [x, y] = [left / 2 + i * step + left / 4, height - bottom - tall];
    const bar = html`<rect class="bar" x="${at(x + 1)}" y="${at(y)}" width="${at(step - 2)}" height="${at(tall)}"/>`;
    const number = html`<text class="count" x="${at(x + step / 2)}" y="${at(y - 3)}">${short(count)}</text>`;
    return html`${bar}${count > 0 ? number : null}<text class="tick" x="${at(x + step / 2)}" y="${height - bottom + 12}">${says}</text>`;
  });
  const [from, to] = [at(0.75 * left), at(0.75 * left + all.length * step)];
  const base = html`<path class="axis" d="M${from} ${height - bottom}H${to}"/>`;
  return picture(named, [width, height], html`${inner}${base}${caption(axis)}`);
}

const caption = (axis: string): Markup =>
  html`<text class="label" x="${at(0.75 * left + (width - left - right) / 2)}" y="${height - 6}">${axis}</text>`;

/** A point: both places as shares of their axes. */
export interface Point {
  readonly x: number;
  readonly y: number;
  /** Beyond what is allowed: drawn in another shape too. */
  readonly beyond: boolean;
}

/** A line across that means something. */
export interface Line {
  readonly at: number;
  readonly says: string;
}

/** Points over two axes that are marked already. */
export function points(
  named: Named,
  axes: {
    readonly x: string;
    readonly across: readonly Mark[];
    readonly up: readonly Mark[];
    readonly line: Line | null;
  },
  all: readonly Point[],
): Markup {
  const x = (share: number): string => at(left + share * (width - left - right));
  const y = (share: number): string => at(height - bottom - share * (height - top - bottom));
  const ticks = axes.across.map(
    (mark) => html`<text class="tick" x="${x(mark.at)}" y="${height - bottom + 12}">${mark.says}</text>`,
  );
  const rows = axes.up.map(
    (mark) =>
      html`<path class="grid" d="M${left} ${y(mark.at)}H${width - right}"/><text class="side" x="${left - 4}" y="${y(mark.at)}" dy=".32em">${mark.says}</text>`,
  );
  const line =
    axes.line &&
    html`<path class="bound" d="M${left} ${y(axes.line.at)}H${width - right}"/><text class="on" x="${width - right}" y="${y(axes.line.at)}" dy="-.35em">${axes.line.says}</text>`;
  const dots = all.map((point) =>
    point.beyond
      ? html`<path class="beyond" d="M${x(point.x)} ${y(point.y)}m0-4l4 4l-4 4l-4-4z"/>`
      : html`<circle class="dot" cx="${x(point.x)}" cy="${y(point.y)}" r="2.6"/>`,
  );
  return picture(named, [width, height], html`${rows}${ticks}${line}${dots}${caption(axes.x)}`);
}

/** A count in few letters. */
const short = (n: number): string =>
  n < 1000 ? String(n) : n < 1e6 ? `${Number((n / 1000).toPrecision(2))}k` : `${Number((n / 1e6).toPrecision(2))}M`;
