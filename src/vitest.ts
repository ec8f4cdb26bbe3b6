import pc from 'picocolors';
import { beforeAll, describe, test } from 'vitest';
import { aside } from './cli/aside.js';
import { optionsOf, readConfig } from './cli/config.js';
import { defaults, judging, keeping, type Settings, telling } from './cli/options.js';
import { choices, filtersOf, type InForce, strict, withWarnings } from './cli/run.js';
import { openNamed } from './cli/target.js';
import { environment, version } from './cli/version.js';
import { causes } from './report/causes.js';
import { breaks, fails } from './report/findings.js';
import type { LawResult, Report } from './run/report.js';
import { chosen, run } from './run/run.js';
import { suite } from './suite.js';

/** The options of `bnspec run` that choose what is judged and how a target is kept, by their long names. */
export type Options = Omit<
  Settings,
  | 'reporter'
  | 'baseline'
  | 'update-baseline'
  | 'no-github'
  | 'quiet'
  | 'print-config'
  | 'help'
  | 'version'
  | 'no-color'
  | 'card'
  | 'next'
  | 'bail'
  | 'max-time'
  | 'shard'
  | 'journal'
> & {
  /** Milliseconds for the whole run, the start of the target included; default ten minutes. */
  readonly patience?: number;
};

/**
 * Judges a target as `bnspec run` does, and makes every law a vitest test of its name: one that the target refuses is
 * skipped, one that nothing may be concluded of fails. The last test is the verdict, with the cause.
 *
 * `target` is what would stand on the command line: `./adapter.py`, `./kernel.so`, or a command as `['--', 'ssh', 'box', './kernel']`.
 * A bnspec.config.json where vitest runs is read as by `bnspec run`. Throws UsageError at once on an option, a law or a file that is not there.
 */
export function conforms(target: string | readonly string[], { patience = 600_000, ...options }: Options = {}): void {
  const command = typeof target === 'string' ? [target] : target;
  const settings = { ...defaults, ...readConfig(), ...read(options) } as InForce;
  const filters = filtersOf(settings);
  const laws = chosen({ suite, ...filters });
  describe(`${command.join(' ')} conforms`, { timeout: patience }, () => {
    const told = new Map<string, Told>(laws.map(({ id }) => [id, resolvers()]));
    let whole: Promise<Report>;
    beforeAll(() => {
      whole = judged(command, settings, filters, (result) => told.get(result.id)!.resolve(result));
      whole.catch(() => undefined); // whoever waits for it is told
    });
    for (const { id, title } of laws)
      test(`${id}: ${title}`, async ({ skip }) => {
        // A run that ends early leaves laws without a word.
        const result = await Promise.race([told.get(id)!.promise, whole.then(({ exit }) => unasked(exit.says))]);
        if (result.status === 'refuses') skip(`refuses: ${result.message}`);
        if (result.status !== 'holds') throw failure(words(result));
      });
    test('verdict', async () => {
      const report = await whole;
      if (report.exit.code === 0) return;
      throw failure([`exit ${report.exit.code}: ${report.exit.says}`, ...causes(report, width, plain)]);
    });
  });
}

/** Options are checked as those of a config are: under a tier that does not exist nothing would be demanded. Throws UsageError. */
function read(options: Options): Settings {
  const set = Object.entries(options).filter(([, value]) => value !== undefined);
  const { bail: _, 'max-time': _1, ...known } = { ...judging, ...keeping, out: telling.out };
  return optionsOf(Object.fromEntries(set), known, 'conforms').settings;
}

type Told = { readonly promise: Promise<LawResult>; resolve(result: LawResult): void };

const [width, plain] = [100, pc.createColors(false)];

async function judged(
  command: readonly string[],
  settings: InForce,
  filters: ReturnType<typeof filtersOf>,
  judgedLaw: (result: LawResult) => void,
): Promise<Report> {
  const target = await openNamed(command, settings);
  let report: Report;
  try {
    report = await run({
      ...{ target, suite, command, version, environment, aside, card: await target.hello() },
      ...{ now: () => performance.now(), signal: new AbortController().signal, ...filters, ...choices(settings) },
      progress: (event) => void (event.kind === 'result' && judgedLaw(event.result)),
    });
  } finally {
    await target.close();
  }
  return strict(withWarnings(report, target), settings);
}

const unasked = (says: string): LawResult =>
  ({ status: 'vacuous', message: `it was not asked: ${says}` }) as unknown as LawResult;

function words(result: LawResult): string[] {
  const found = [...fails([result], width, plain), ...breaks([result], width, plain)];
  return found.length > 0 ? found : [`nothing may be concluded: ${result.message}`];
}

/** Where in our code it was thrown says nothing. */
function failure(lines: readonly string[]): Error {
  const error = new Error(lines.join('\n').trim());
  error.stack = `Error: ${error.message}`;
  return error;
}

function resolvers(): Told {
  let resolve: Told['resolve'] = () => undefined;
  const promise = new Promise<LawResult>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
