import { fenced } from './actions.js';
import type { Settings } from './options.js';

/** Where words go, and how wide and how colourful they may be there. */
export interface Screen {
  /** For people, to standard output and error; nothing in it commands the log of GitHub Actions. */
  out(text: string): void;
  err(text: string): void;
  /** For programs, to standard output and error: as it is. */
  data(text: string): void;
  tell(text: string): void;
  readonly width: number;
  readonly colour: boolean;
  /** Whether a line on standard error may be rewritten: a terminal, and nobody records it. */
  readonly live: boolean;
  /** Resolves when everything that was written has left the process, or nobody reads it any more. */
  drained(): Promise<void>;
}

/**
 * Standard output and error. A reader that goes away (`| head`) is no error and changes nothing;
 * any other failure to write, a full disk say, is handed to `broken`.
 */
export function openScreen(broken: (error: Error) => void): Screen {
  const { stdout, stderr, env } = process;
  for (const stream of [stdout, stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE' && error.code !== 'ERR_STREAM_DESTROYED') broken(error);
    });
  }
  const plain = Boolean(env.NO_COLOR) || process.argv.includes('--no-color');
  const forced = Boolean(env.FORCE_COLOR) && env.FORCE_COLOR !== '0';
  const terminal = Boolean(stdout.isTTY) && env.TERM !== 'dumb' && !env.CI;
  return {
    out: (text) => void stdout.write(fenced(text)),
    err: (text) => void stderr.write(fenced(text)),
    data: (text) => void stdout.write(text),
    tell: (text) => void stderr.write(text),
    width: Math.min(stdout.columns || 80, 120),
    colour: !plain && (forced || terminal),
    live: Boolean(stderr.isTTY) && env.TERM !== 'dumb' && !env.CI,
    drained: async () => {
      await Promise.all([stdout, stderr].map((stream) => new Promise((done) => stream.write('', done))));
    },
  };
}

/** The terminal's `Look` under these settings. */
export const look = (screen: Screen, settings: Settings) => ({
  width: screen.width,
  colour: screen.colour && !settings['no-color'],
  quiet: settings.quiet === true,
});
