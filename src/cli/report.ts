import { UsageError } from '../run/usage.js';
import type { Arguments } from './arguments.js';
import { reportable } from './places.js';
import { publish } from './publish.js';
import { savedReport } from './saved.js';
import type { Screen } from './screen.js';

/** `bnspec report FILE`: what the run that wrote FILE would have shown, by other reporters; the exit code is that of the run. */
export async function report({ settings, words, command }: Arguments, screen: Screen): Promise<number> {
  const [file, ...more] = words;
  if (file === undefined || more.length > 0 || command !== null)
    throw new UsageError('report takes one JSON report\nbnspec report report.json --reporter junit=junit.xml');
  reportable(settings);
  const saved = savedReport(file);
  if (settings.baseline === undefined && !settings['update-baseline']) return publish(saved, settings, screen);
  const { baselineOf, besideBaseline } = await import('./baseline.js'); // and with it the suite, which takes a while
  return publish(besideBaseline(saved, baselineOf(settings), screen), settings, screen);
}
