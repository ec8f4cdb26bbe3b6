import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { visible } from '../wire/text.js';
import { TargetError } from './target.js';

/** The file that a command names, looked up as the system will. Throws TargetError (usage) with the path and the errno. */
export function locate(command: string, path: string): string {
  const bare = !command.includes('/');
  const candidates = bare ? path.split(delimiter).map((folder) => join(folder, command)) : [command];
  let present = false;
  for (const candidate of candidates) {
    try {
      present ||= statSync(candidate).isFile();
      accessSync(candidate, constants.X_OK);
      if (statSync(candidate).isFile()) return candidate;
    } catch {
      // Not this one: the next folder of PATH may have it.
    }
  }
  const name = visible(command);
  if (present) {
    throw new TargetError(
      'usage',
      `cannot run ${name}: not executable (EACCES). chmod +x it, or name its interpreter: -- python3 ${name}`,
    );
  }
  const where = bare ? 'no such command on PATH' : 'no such file';
  throw new TargetError('usage', `cannot run ${name}: ${where} (ENOENT). Try: bnspec doctor -- ${name}`);
}
