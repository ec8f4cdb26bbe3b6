import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { tail } from '../tail.js';
import { type Devtools, devtools, type Told } from './devtools.js';

/** A browser of our own: nothing of the user's is read or written, and nothing is asked of the network unasked. */
const flags = [
  ...['--headless', '--remote-debugging-pipe', '--no-startup-window', '--no-first-run', '--no-default-browser-check'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-default-apps', '--disable-sync'],
  ...['--disable-extensions', '--disable-breakpad', '--mute-audio', '--password-store=basic', '--use-mock-keychain'],
  // A page that nobody looks at is slowed down, unless told otherwise.
  ...['--disable-background-timer-throttling', '--disable-renderer-backgrounding'],
  '--disable-backgrounding-occluded-windows',
  // /dev/shm is 64 MiB in most containers.
  '--disable-dev-shm-usage',
  // A real GPU where there is one; else WebGL and WebGPU in software, which Chromium hides unless told otherwise.
  ...['--enable-unsafe-swiftshader', '--enable-unsafe-webgpu'],
];

/** How long, in ms, its other processes may take to follow it. */
const lastGrace = 1_000;

/** A running Chromium. */
export interface Chromium extends Devtools {
  /** Settles when it has ended, with its last words. */
  readonly ended: Promise<string>;
  /** Kills it, and settles when all of its processes are gone and so is its folder. */
  stop(): Promise<void>;
}

/**
 * Starts Chromium in the process group of the caller, which is what a group is killed for: so it is started here, and not
 * by a library that would give it a group of its own.
 */
export function launch(file: string, more: readonly string[], hear: (event: Told) => void): Chromium {
  const folder = mkdtempSync(join(tmpdir(), 'bnspec-chromium-'));
  // Root has no sandbox: Chromium refuses to run as root with one.
  const rootless = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const browser = spawn(file, [...flags, ...rootless, `--user-data-dir=${folder}`, ...more], {
    env: { ...process.env, TMPDIR: folder, XDG_CONFIG_HOME: folder, XDG_CACHE_HOME: folder },
    stdio: ['ignore', 'pipe', 'pipe', 'pipe', 'pipe'],
  });
  const words = tail();
  for (const stream of [browser.stdout, browser.stderr]) stream!.on('data', (chunk: Buffer) => words.add(chunk));
  const [, , , to, from] = browser.stdio;
  // Its children hold its output open: that is closed when the last of them is gone.
  const closed = once(browser, 'close').then(
    () => false,
    () => false,
  );
  return {
    ...devtools(to as Writable, from as Readable, hear),
    ended: once(browser, 'exit').then(
      () => words.text(),
      (error: Error) => error.message,
    ),
    async stop() {
      browser.kill('SIGKILL');
      const late = await Promise.race([closed, sleep(lastGrace, true)]);
      rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
      if (late) endGroup();
    },
  };
}

/** The last resort: kills the group that this process leads, with itself. */
function endGroup(): void {
  try {
    process.kill(-process.pid, 'SIGKILL');
  } catch {
    // It leads none: it was started by hand.
  }
}
