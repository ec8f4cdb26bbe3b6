import type { Counterexample } from '../run/report.js';
import { html, type Markup } from './markup.js';
import { picture } from './plot.js';

const [width, height, edge] = [320, 64, 24];

/** Both sides on one line, with what was allowed around the right one; null where they are no numbers, or too near. */
export function gauge({ lhs, rhs, bound }: Counterexample, id: string): Markup | null {
  const [left, right, allowed] = [lhs, rhs, bound].map(Number) as [number, number, number];
  const [from, to] = [Math.min(left, right - allowed), Math.max(left, right + allowed)];
  if (!Number.isFinite(to - from) || !(to > from)) return null;
  const at = (value: number): number => Math.round(edge + ((value - from) / (to - from)) * (width - 2 * edge));
  const [a, b] = [at(right - allowed), at(right + allowed)];
  const band = html`<rect class="band" x="${a}" y="24" width="${Math.max(1, b - a)}" height="16"/>`;
  const marks = html`<path class="axis" d="M${edge} 32H${width - edge}"/><path class="exact" d="M${at(right)} 22v20"/><path class="beyond" d="M${at(left)} 32m0-5l5 5l-5 5l-5-5z"/>`;
  const says = `left is ${lhs}, right is ${rhs}, and ${bound} was allowed between them`;
  const side = (value: number): string => (at(value) < width / 3 ? 'from' : at(value) > (2 * width) / 3 ? 'to' : 'mid');
  const words = html`<text class="${side(left)}" x="${at(left)}" y="16">left</text><text class="${side(right)}" x="${at(right)}" y="56">right, ± allowed</text>`;
  return picture(
    { id: `gauge-${id}`, title: 'Both sides, and what was allowed', says },
    [width, height],
    html`${band}${marks}${words}`,
  );
}
