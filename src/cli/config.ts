import { existsSync, readFileSync } from 'node:fs';
import { nearest, UsageError, unknown } from '../run/usage.js';
import { set } from './arguments.js';
import { configurable } from './config-schema.js';
import type { Option, Settings } from './options.js';

const file = 'bnspec.config.json';
const prefix = 'BNSPEC_';
/** Variables that are no options. */
const others = ['BNSPEC_CHROMIUM', 'BNSPEC_CHROMIUM_FLAGS'];

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The options that nobody typed: of bnspec.config.json in the working folder, an object keyed by option name without the dashes where
 * lists may be arrays; and above them of the environment, where BNSPEC_MAX_TIME is --max-time. Throws UsageError naming the place and the key.
 */
export const readConfig = (env: Environment = process.env): Settings => ({ ...ofFile(), ...ofEnvironment(env) });

function ofFile(): Settings {
  if (!existsSync(file)) return {};
  const { $schema: _, ...entries } = parse(readFileSync(file, 'utf8'));
  return optionsOf(entries, configurable, file).settings;
}

const variableOf = (name: string): string => prefix + name.toUpperCase().replaceAll('-', '_');

function ofEnvironment(env: Environment): Settings {
  const names = Object.keys(configurable);
  const settings: Record<string, unknown> = {};
  for (const [variable, text] of Object.entries(env)) {
    if (!variable.startsWith(prefix) || others.includes(variable) || text === undefined || text === '') continue;
    const name = variable.slice(prefix.length).toLowerCase().replaceAll('_', '-');
    const option = Object.hasOwn(configurable, name) ? (configurable as Readonly<Record<string, Option>>)[name]! : null;
    // A stranger may be somebody else's; a slip would judge by other options than were meant.
    if (!option && nearest(name, names) !== null)
      throw unknown('variable', variable, names.map(variableOf), `unset it if it is not meant for bnspec`);
    if (option && (option.takes || yes(variable, text))) set(settings, name, option, text, variable);
  }
  return settings as Settings;
}

/** A flag as a variable holds it. */
function yes(variable: string, text: string): boolean {
  if (['1', 'true'].includes(text)) return true;
  if (['0', 'false'].includes(text)) return false;
  throw new UsageError(`${variable}=${text} must be 1 or 0, true or false`);
}

/** The options in force as a config file would hold them, and where each was set. */
export function inForce(settings: Settings, given: Settings, env: Environment = process.env) {
  const [typed, set, kept] = [given, ofEnvironment(env), ofFile()].map((all) => new Set(Object.keys(all)));
  const from = Object.keys(settings).map((name) => {
    const place = typed!.has(name) ? `--${name}` : set!.has(name) ? variableOf(name) : kept!.has(name) ? file : null;
    return [name, place ?? 'default'] as const;
  });
  const { 'print-config': _, reporter, shard, ...rest } = settings;
  const written = reporter?.map(({ name, file: path }) => (path === undefined ? name : `${name}=${path}`));
  return {
    options: { ...rest, ...(written && { reporter: written }), ...(shard && { shard: `${shard.index}/${shard.of}` }) },
    from,
  };
}

/** Options that stand in a JSON object, read; and as words of a command line. Throws UsageError naming the place and the key. */
export function optionsOf(
  entries: Readonly<Record<string, unknown>>,
  known: Readonly<Record<string, Option>>,
  place: string,
): { readonly settings: Settings; readonly words: readonly string[] } {
  const settings: Record<string, unknown> = {};
  const words: string[] = [];
  for (const [name, value] of Object.entries(entries)) {
    const option = Object.hasOwn(known, name) ? known[name] : undefined;
    if (option === undefined)
      throw unknown(`option in ${place}:`, name, Object.keys(known), 'bnspec run --help lists them');
    for (const text of texts(`${place}: ${name}`, value, option)) {
      set(settings, name, option, text, `${place}: ${name}`);
      words.push(option.takes ? `--${name}=${text}` : `--${name}`);
    }
  }
  return { settings: settings as Settings, words };
}

function parse(text: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new UsageError(`${file} is not JSON: ${(error as Error).message}`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new UsageError(`${file} must hold one object`);
  return value as Record<string, unknown>;
}

/** The value as it would stand on the command line; a flag that is false stands nowhere. */
function texts(where: string, value: unknown, option: Option): string[] {
  if (!option.takes) {
    if (typeof value !== 'boolean') throw new UsageError(`${where} must be true or false`);
    return value ? [''] : [];
  }
  const scalar = (item: unknown) => typeof item === 'string' || typeof item === 'number';
  const list = Array.isArray(value) ? value : [value];
  if (list.length === 0 || !list.every(scalar))
    throw new UsageError(`${where} must be text, a number or a list of them`);
  return option.repeats ? list.map(String) : [list.join(',')];
}
