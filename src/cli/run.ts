import type { Journal } from '../run/journal.js';
import type { Report } from '../run/report.js';
import { chosen, run as judge, type Progress, type RunOptions, thorough } from '../run/run.js';
import { UsageError, unknown } from '../run/usage.js';
import { suite } from '../suite.js';
import { type Target, TargetError } from '../target/target.js';
import type { Card } from '../wire/protocol.js';
import type { Arguments } from './arguments.js';
import { aside, prepare } from './aside.js';
import { baselineOf, besideBaseline } from './baseline.js';
import { inForce, readConfig } from './config.js';
import { doing } from './failure.js';
import { type Interrupt, interruptible } from './interrupt.js';
import { journaled, type Running } from './journaled.js';
import { defaults, globs, type Settings } from './options.js';
import { writable } from './places.js';
import { progress } from './progress.js';
import { publish } from './publish.js';
import type { Screen } from './screen.js';
import { named, openNamed, usual } from './target.js';
import { unheard } from './unheard.js';
import { environment as here, version } from './version.js';

export type InForce = Settings & typeof defaults;
const now = () => performance.now();

/** `bnspec run [TARGET]`: judges one target and hands the report to the reporters. */
export async function run(given: Arguments, screen: Screen): Promise<number> {
  const settings = { ...defaults, ...readConfig(), ...given.settings } as InForce;
  const filters = filtersOf(settings);
  if (settings['print-config']) {
    const { options, from } = inForce(settings, given.settings);
    screen.out(`${JSON.stringify(options, null, 2)}\n`);
    screen.err(`${from.map(([name, place]) => `${name}: ${place}`).join('\n')}\n`);
    return 0;
  }
  doing.seed = settings.seed;
  writable(settings);
  if (settings.shard !== undefined && settings.baseline !== undefined)
    throw new UsageError('--baseline says what all cases come to, --shard asks some\ngive it to bnspec merge');
  const baseline = baselineOf(settings);
  const command = named(given) ?? usual;
  const target = await openNamed(command, settings);
  const open = journaled(target, command, settings, screen);
  let running: Running | null = null;
  const journal = open && ((card: Card): Journal => (running = open(card)).journal);
  try {
    const report = await judgement(target, command, { settings, filters, screen, journal });
    const code = publish(besideBaseline(report, baseline, screen), settings, screen);
    // Last: a run that is killed before has no end, goes on, and reports.
    (running as Running | null)?.end(code === 4 ? null : report, target);
    return code;
  } finally {
    (running as Running | null)?.close();
  }
}

interface How {
  readonly settings: InForce;
  readonly filters: ReturnType<typeof filtersOf>;
  readonly screen: Screen;
  /** Whether a case that fails is made smaller; default true. */
  readonly shrink?: boolean;
  /** Opens the journal of a run, once it is known who is asked. */
  readonly journal?: ((card: Card) => Journal) | null;
  /** Of the machines that asked, where that was not this one. */
  readonly environment?: Report['environment'];
}

/** What a run of these settings says of a target, which is closed then. */
export async function judgement(
  target: Target,
  command: readonly string[],
  { settings, filters, screen, shrink, journal = null, environment = here }: How,
) {
  doing.seed = settings.seed;
  const interrupt = interruptible(screen, settings['max-time']);
  // A target in the middle of a long answer must not keep an interrupted run waiting.
  interrupt.signal.addEventListener('abort', () => void target.close());
  try {
    const options = {
      ...{ target, suite, command, version, environment, now, aside },
      ...{ signal: interrupt.signal, ...filters, ...choices(settings) },
      ...(shrink === undefined ? {} : { shrink }),
    };
    const report = await judged(options, { settings, screen, interrupt, journal });
    return report.shard === '1/1' ? strict(withWarnings(report, target), settings) : withWarnings(report, target);
  } finally {
    interrupt.release();
  }
}

/** Hello and the run, with progress; afterwards the target is closed. One that never says hello is reported too. */
async function judged(
  options: Omit<RunOptions, 'card'>,
  {
    settings,
    interrupt,
    screen,
    journal: open,
  }: Pick<How, 'settings' | 'screen' | 'journal'> & { interrupt: Interrupt },
): Promise<Report> {
  const { target } = options;
  const watch = progress(screen, now);
  const observe = (event: Progress) => {
    if (event.kind === 'result') interrupt.refuted ||= ['fails', 'breaks'].includes(event.result.status);
    watch.on(event);
  };
  if (thorough(options) && !settings.shard) prepare();
  try {
    const card = await target.hello();
    const journal = open?.(card);
    return await judge({ ...options, card, progress: observe, ...(journal ? { journal } : {}) });
  } catch (error) {
    if (!(error instanceof TargetError) || error.kind === 'usage') throw error;
    return unheard(target.id, settings, error, interrupt.signal);
  } finally {
    watch.clear();
    await target.close();
  }
}

/** Checks the names that need the suite, before anything is started. */
export function filtersOf(settings: Settings) {
  const { profile } = settings;
  const profiles = Object.keys(suite.profiles);
  if (profile !== undefined && profile !== 'auto' && !profiles.includes(profile))
    throw unknown('profile', profile, profiles, 'bnspec list profiles shows them all');
  const filters = globs(settings);
  chosen({ suite, ...filters });
  return filters;
}

/** The settings that `run` reads, under its names; what nobody set stays absent. */
export const choices = (settings: InForce) => ({
  ...(settings.require && { require: settings.require }),
  ...{ effort: settings.effort, seed: settings.seed, out: settings.out },
  ...(settings.profile === undefined ? {} : { profile: settings.profile }),
  ...(settings.dtype && { dtypes: settings.dtype }),
  ...(settings.layout && { layouts: settings.layout }),
  ...(settings['require-ops'] && { requireOps: settings['require-ops'] }),
  ...(settings['require-panel'] === undefined ? {} : { requirePanel: settings['require-panel'] }),
  ...(settings.cases === undefined ? {} : { cases: settings.cases }),
  ...(settings.bail && { bail: true }),
});

/** With the warnings that only closing the target brought to light. */
export const withWarnings = (report: Report, { warnings = [] }: Target): Report => ({
  ...report,
  warnings: [...new Set([...report.warnings, ...warnings])],
});

/** Under --strict a run that would pass fails if anything was warned of. */
export function strict(report: Report, settings: Settings): Report {
  if (!settings.strict || report.warnings.length === 0) return report;
  const says = `does not conform (--strict, and ${report.warnings.length} warned of)`;
  const unmet = [...(report.unmet ?? []), { code: 1, says } as const];
  return report.exit.code === 0
    ? { ...report, unmet, verdict: 'fails', exit: { code: 1, says } }
    : { ...report, unmet };
}
