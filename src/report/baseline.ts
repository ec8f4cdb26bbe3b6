import type { Colors } from 'picocolors/types.js';
import type { Report } from '../run/report.js';
import { excuse } from './account.js';
import { flow, hang, margin, wrap } from './lines.js';
import { visible } from './visible.js';

/** Where a run is not as its baseline says, with the line that says otherwise. */
export function differences({ baseline }: Report, width: number, colour: Colors): string[] {
  const lines = (baseline?.problems ?? []).flatMap(({ line, says }) => {
    const text = `${line === null ? '' : `${baseline!.file}:${line}: `}${says}`;
    return hang('BASELINE', wrap(visible(text), width - margin), (label) => colour.bold(colour.red(label)));
  });
  return lines.length === 0 ? [] : [...lines, ''];
}

/** Laws that fail as they are expected to: shown, never counted as passed. */
export function known({ laws }: Report, width: number, colour: Colors): string[] {
  const lines = laws
    .filter((law) => law.expected)
    .flatMap((law) => hang('EXPECTED', flow([law.id, excuse(law)], width - margin), (label) => label));
  return lines.length === 0 ? [] : [...lines.map((line) => colour.dim(line)), ''];
}
