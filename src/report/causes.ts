import type { Colors } from 'picocolors/types.js';
import type { Diagnosis, Report } from '../run/report.js';
import { counted } from './figures.js';
import { flow, hang, margin, wrap } from './lines.js';
import { visible } from './visible.js';

/** What a failing target does instead, operation by operation. */
export function causes(report: Report, width: number, colour: Colors): string[] {
  return report.diagnosis.flatMap((diagnosis) => {
    const lines = [...flow(headline(diagnosis), width - margin), ...wrap(visible(diagnosis.says), width - margin)];
    return [...hang('CAUSE', lines, colour.bold), ''];
  });
}

function headline({ kind, id, op, explains, of, passing }: Diagnosis): string[] {
  if (kind === 'unknown') return [`unknown, in ${op}`, `${of} answers wrong, ${passing} right`];
  const name = { mutant: id, profile: `dialect ${id}`, tier: `tier ${id}` }[kind];
  return [name, `explains ${explains} of ${of} wrong answers of ${op}`, `contradicts none of ${passing} right ones`];
}

/** How many published mistakes the run would have caught, and which not: what its silence is worth. */
export function worth({ power }: Report, width: number): string[] {
  if (power.of === 0) return [];
  const { killed, of, survivors } = power;
  const shown = survivors.slice(0, 5);
  const rest = survivors.length - shown.length;
  const unseen =
    survivors.length === 0 ? [] : ['unseen:', ...shown, ...(rest > 0 ? [`and ${counted(rest, 'other')}`] : [])];
  return flow([`power ${killed} of ${of} reachable mutants`, ...unseen], width);
}
