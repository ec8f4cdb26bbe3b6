import { existsSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { builtins } from '../builtin/catalogue.js';
import { withLayer } from '../builtin/stateful.js';
import { mutantKernel, specKernel } from '../run/formula-kernel.js';
import { edited, fresh } from '../run/mutant.js';
import { counts } from '../run/profile.js';
import { UsageError, unknown } from '../run/usage.js';
import { suite } from '../suite.js';
import { local } from '../target/local.js';
import { offline } from '../target/offline.js';
import { openTarget } from '../target/open.js';
import type { Target } from '../target/target.js';
import type { Arguments } from './arguments.js';
import { carries } from './carried.js';
import type { Settings } from './options.js';

/** The target of a run that names none. */
export const usual: readonly string[] = ['builtin:two-pass'];

/** How a target is named on a command line: one word, or `--` and a command with its arguments. */
export function named({ words, command }: Pick<Arguments, 'words' | 'command'>): readonly string[] | null {
  const [word, ...more] = words;
  if (more.length > 0)
    throw new UsageError(
      `one target at a time, not ${words.length}: ${words.join(' ')}\na command with arguments goes after --`,
    );
  if (word !== undefined && command !== null) throw new UsageError(`two targets: ${word}, and the command after --`);
  return command !== null ? ['--', ...command] : word !== undefined ? [word] : null;
}

/** Opens the target of this name; starts nothing. Throws UsageError or TargetError (usage). */
export async function openNamed([word, ...command]: readonly string[], settings: Settings): Promise<Target> {
  const options = {
    ...(settings.timeout === undefined ? {} : { caseTimeout: settings.timeout }),
    ...(settings['max-reply'] === undefined ? {} : { maxReply: settings['max-reply'] }),
    ...(settings['max-memory'] === undefined ? {} : { maxMemory: settings['max-memory'] }),
    ...(settings['pass-env'] === undefined ? {} : { passEnv: settings['pass-env'] }),
    ...(settings.out === undefined ? {} : { journal: settings.out }),
  };
  if (word === '--') return openTarget(command, options);
  const profile = settings.profile === 'auto' ? undefined : settings.profile;
  if (carries(word)) return offline(word, null);
  return embedded(word, profile) ?? openTarget(known(word), options);
}

/** The correctly rounded specification in a dialect, with a layer where the dialect says how one starts. */
export function specification(name: string): Target {
  const profile = suite.profiles[name];
  const kernel = specKernel(suite.spec, profile, name);
  const { initial } = profile;
  return local('spec', initial ? withLayer(kernel, { initial, counted: counts(profile) }) : kernel);
}

/** A target of our own by its name, or null. */
function embedded(word: string, profile: string | undefined): Target | null {
  if (word === 'spec') return breathing(specification(profile ?? 'torch'));
  const [kind, name] = [word.slice(0, word.indexOf(':')), word.slice(word.indexOf(':') + 1)];
  if (kind === 'builtin' && Object.hasOwn(builtins, name)) return breathing(local(word, builtins[name]));
  const wrong = kind === 'mutant' ? suite.kernels.find(({ id }) => id === name) : undefined;
  if (wrong) return breathing(local(word, fresh(wrong)));
  const mutant = kind === 'mutant' ? suite.mutants.find(({ id }) => id === name) : undefined;
  if (mutant === undefined) return null;
  const dialect = profile ?? mutant.profile;
  return breathing(local(word, mutantKernel(word, edited(suite.spec, mutant), suite.profiles[dialect], dialect)));
}

/** So long, in ms, a target in our own process may keep signals and timers waiting. */
const breath = 50;

/** A target in our own process that now and then lets the world in: without it Ctrl-C would wait for the end of the run. */
function breathing(target: Target): Target {
  let last = performance.now();
  return {
    ...target,
    async ask(request) {
      if (performance.now() - last > breath) {
        await setImmediate();
        last = performance.now();
      }
      return target.ask(request);
    },
  };
}

/** A path as it is; a word that is neither a file nor looks like a path is a slip in a name. */
function known(word: string): string {
  const path = existsSync(word) || (/[/\\.]/.test(word) && !/^(builtin|mutant):/.test(word));
  if (path) return word;
  const names = [
    ...Object.keys(builtins).map((name) => `builtin:${name}`),
    'spec',
    ...[...suite.mutants, ...suite.kernels].map(({ id }) => `mutant:${id}`),
  ];
  throw unknown('target', word, names, `bnspec list targets shows them; to run a command, write -- ${word}`);
}
