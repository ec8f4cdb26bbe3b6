import { UsageError } from '../run/usage.js';
import type { TargetError } from '../target/target.js';
import { visible } from '../wire/text.js';

/** What was going on, for the message about a bug of ours. */
export const doing: { seed?: number; law?: string } = {};

/** The words and the exit code for an error that ended a command: usage 2, no hello 3, anything else is a bug of ours, 4. */
export function failure(error: unknown, version: string): { readonly code: 2 | 3 | 4; readonly text: string } {
  const { name, message } = error instanceof Error ? error : { name: '', message: String(error) };
  const kind = name === 'TargetError' ? (error as TargetError).kind : name === 'UsageError' ? 'usage' : 'bug';
  if (name === 'Foreign') return failure(new UsageError(message), version);
  if (name === 'Unmergeable' || name === 'Damaged')
    return { code: 3, text: `bnspec: ${visible(message, '\n')}\nexit 3: nothing may be concluded\n` };
  if (kind === 'usage') return { code: 2, text: `bnspec: ${message}\nexit 2: usage; nothing was judged\n` };
  if (kind === 'bug') return { code: 4, text: bug(error, version) };
  return { code: 3, text: `bnspec: ${message}\nexit 3: nothing may be concluded\n` };
}

function bug(error: unknown, version: string): string {
  const { code, syscall } = (error ?? {}) as NodeJS.ErrnoException;
  if (code !== undefined && syscall !== undefined) {
    const could = ['read', 'scandir', 'stat', 'lstat'].includes(syscall) ? 'read' : 'write';
    return `bnspec: ${visible((error as Error).message)}\nexit 4: bnspec could not ${could}\n`;
  }
  const where = `bnspec ${version}, node ${process.version}, ${process.platform} ${process.arch}`;
  const what = [
    doing.seed === undefined ? '' : `seed ${doing.seed}`,
    doing.law === undefined ? '' : `law ${doing.law}`,
  ];
  const trace = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const context = [where, ...what.filter((word) => word !== '')].join(', ');
  return `this is a bug in bnspec, not in the target; please report it with these lines\n${context}\n${trace}\nexit 4: a bug in bnspec\n`;
}
