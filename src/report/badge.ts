import type { Report } from '../run/report.js';
import { counted } from './figures.js';
import { written } from './json.js';
import { xml } from './xml.js';

const colours = {
  brightgreen: '#4c1',
  green: '#97ca00',
  yellow: '#dfb317',
  red: '#e05d44',
  lightgrey: '#9f9f9f',
} as const;

/** A badge: for a file that ends in `.json` what the endpoint of shields.io reads, else a picture that needs nothing else. */
export const badge = (report: Report, file = ''): string => (file.endsWith('.json') ? endpoint(report) : svg(report));

const label = 'bnspec';

const endpoint = (report: Report): string => written({ schemaVersion: 1, label, ...shown(report) });

function shown({ exit, grade, laws, verdict }: Report): { message: string; color: keyof typeof colours } {
  const known = laws.filter(({ expected }) => expected).length;
  const refuted = laws.filter((law) => !law.expected && ['fails', 'breaks'].includes(law.status)).length;
  if (exit.code > 1) return { message: exit.code === 3 ? 'inconclusive' : 'error', color: 'lightgrey' };
  if (exit.code === 1) {
    const message = refuted > 0 ? `${counted(refuted, 'law')} refuted` : 'does not conform';
    return { message, color: 'red' };
  }
  if (verdict !== 'conforms') return { message: counted(known, 'known failure'), color: 'yellow' };
  return { message: grade, color: grade === 'semantic' ? 'green' : 'brightgreen' };
}

/** Wide enough for the widest letters of the usual sans serif at 11 pixels; `textLength` fits the words in. */
const wide = (text: string): number => Math.round(6.5 * text.length) + 10;

function svg(report: Report): string {
  const { message, color } = shown(report);
  const [left, right] = [wide(label), wide(message)];
  const says = xml(`${label}: ${message}`);
  const word = (text: string, x: number, width: number): string =>
    `<text x="${x + width / 2}" y="14" textLength="${width - 10}">${xml(text)}</text>`;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${left + right}" height="20" role="img" aria-label="${says}">
<title>${says}</title>
<clipPath id="r"><rect width="${left + right}" height="20" rx="3"/></clipPath>
<g clip-path="url(#r)">
<rect width="${left}" height="20" fill="#555"/>
<rect x="${left}" width="${right}" height="20" fill="${colours[color]}"/>
</g>
<g fill="#fff" text-anchor="middle" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11">
${word(label, 0, left)}
${word(message, left, right)}
</g>
</svg>
`;
}
