import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Main } from '../src/cli/commands.js';
import { failure } from '../src/cli/failure.js';
import { merge } from '../src/cli/merge.js';
import type { Settings } from '../src/cli/options.js';
import { run } from '../src/cli/run.js';
import type { Report } from '../src/run/report.js';

/** How a command ended, and the report that it wrote, but for its times. */
export interface Told {
  readonly code: number;
  readonly words: string;
  readonly report: Omit<Report, 'durationMs'> | null;
}

export const folder = (): string => mkdtempSync(join(tmpdir(), 'bnspec-shards-'));

/** A command as the command line calls it, in this process. */
async function told(main: Main, words: readonly string[], settings: Settings, out: string): Promise<Told> {
  const file = join(out, `report-${Math.random()}.json`);
  let text = '';
  const say = (more: string): void => void (text += more);
  const screen = {
    out: say,
    err: say,
    data: say,
    tell: say,
    width: 80,
    colour: false,
    live: false,
    drained: async () => undefined,
  };
  const given = {
    words: [...words],
    command: null,
    settings: { out, reporter: [{ name: 'json' as const, file }], ...settings },
  };
  try {
    const code = await main(given, screen);
    const { durationMs: _, ...report } = JSON.parse(readFileSync(file, 'utf8')) as Report;
    return { code, words: text, report };
  } catch (cause) {
    const ended = failure(cause, '0');
    return { code: ended.code, words: text + ended.text, report: null };
  }
}

export const judged = (target: string, settings: Settings, out: string): Promise<Told> =>
  told(run, [target], settings, out);

export const merged = (paths: readonly string[], out: string): Promise<Told> => told(merge, paths, {}, out);

/** The journals of so many shards, in a folder of their own. */
export async function sharded(
  target: string,
  settings: Settings,
  of: number,
  out: string,
): Promise<{ journal: string; shards: Told[] }> {
  const journal = join(out, `of-${of}`);
  const shards: Told[] = [];
  for (let index = 1; index <= of; index += 1)
    shards.push(await judged(target, { ...settings, journal, shard: { index, of } }, out));
  return { journal, shards };
}
