import picocolors from 'picocolors';
import type { LawResult } from '../run/report.js';
import { breaks, fails, vacuous } from './findings.js';
import { flow, hang, margin } from './lines.js';
import type { Look } from './terminal.js';

/** What became of one saved case: FIXED, or the same block that the run would print. */
export function replayed(result: LawResult, file: string, look: Look): string {
  const colour = picocolors.createColors(look.colour);
  const width = Math.max(40, look.width);
  const fixed =
    result.status === 'holds' ? hang('FIXED', flow([result.id, result.title, file], width - margin), colour.green) : [];
  const findings = [fails, breaks, vacuous].flatMap((tell) => tell([result], width, colour));
  return `${[...fixed, ...findings].join('\n').trimEnd()}\n\n`;
}
