import { randomBytes } from 'node:crypto';
import { appendFileSync } from 'node:fs';

/** Whether GitHub Actions runs us: it reads what we print, on both streams, and obeys commands in it. */
export const underActions = (env: NodeJS.ProcessEnv = process.env): boolean => env.GITHUB_ACTIONS === 'true';

/** What the runner could read as a command: `::name` after blanks, and the old `##[name]` wherever it stands in a line. */
const command = /##\[|^\s*::/m;

/**
 * Text for a log. What the target had a part in may look like commands: under GitHub Actions such text is fenced by
 * `stop-commands`, with a token that nobody can guess.
 */
export function fenced(text: string, env: NodeJS.ProcessEnv = process.env): string {
  if (!underActions(env) || !command.test(text)) return text;
  const token = randomBytes(16).toString('hex');
  return `::stop-commands::${token}\n${text}${text.endsWith('\n') ? '' : '\n'}::${token}::\n`;
}

/** Appends to the summary of the job, where there is one. Returns what went wrong. */
export function summarize(text: () => string, env: NodeJS.ProcessEnv = process.env): string[] {
  const file = env.GITHUB_STEP_SUMMARY;
  if (!underActions(env) || !file) return [];
  try {
    appendFileSync(file, text());
    return [];
  } catch (error) {
    return [`the job summary (${(error as NodeJS.ErrnoException).code ?? (error as Error).message})`];
  }
}
