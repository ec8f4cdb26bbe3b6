import { existsSync } from 'node:fs';
import { visible } from '../../wire/text.js';
import { locate } from '../executable.js';
import { TargetError } from '../target.js';

/** What Chromium is called, on the systems that have it. */
const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome', 'microsoft-edge'];
const places = ['/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'];
const cure =
  'install one (Debian: sh targets/install-chromium.sh), or name it: BNSPEC_CHROMIUM=/path/to/chrome; any Chromium from 125 on will do';

/** Runs a page in a browser. BNSPEC_CHROMIUM names another one, BNSPEC_CHROMIUM_FLAGS adds to its command line. */
export function page(path: string, host: (built: string) => string) {
  const flags = (process.env.BNSPEC_CHROMIUM_FLAGS ?? '').split(/\s+/).filter((flag) => flag !== '');
  return { command: [process.execPath, host('browser/host.js'), path, chromium(), ...flags], replyFd: 3 as const };
}

/** The browser to use. Throws TargetError (usage). */
export function chromium({ BNSPEC_CHROMIUM: named, PATH = '' } = process.env): string {
  const tried = named === undefined ? names : [named];
  const found = tried.map((name) => runnable(name, PATH)).find((file) => file !== null);
  if (found !== undefined) return found;
  const place = places.find((path) => existsSync(path));
  if (named === undefined && place) return place;
  const what =
    named === undefined
      ? `there is no ${names.join(', ')} on the PATH`
      : `BNSPEC_CHROMIUM=${visible(named)} cannot be run`;
  throw new TargetError('usage', `a page needs a browser, and ${what}: ${cure}`);
}

function runnable(name: string, path: string): string | null {
  try {
    return locate(name, path);
  } catch {
    return null;
  }
}
