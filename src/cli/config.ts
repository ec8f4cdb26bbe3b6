import { existsSync, readFileSync } from 'node:fs';
import { UsageError, unknown } from '../run/usage.js';
import { set } from './arguments.js';
import { comparing, judging, keeping, type Option, type Settings, telling } from './options.js';

const file = 'bnspec.config.json';

/**
 * The options of bnspec.config.json in the working folder: an object keyed by option name without the dashes; lists may be arrays.
 * Empty if there is no such file. Throws UsageError naming the file and the key.
 */
export function readConfig(): Settings {
  if (!existsSync(file)) return {};
  return optionsOf(parse(readFileSync(file, 'utf8')), { ...judging, ...keeping, ...comparing, ...telling }, file)
    .settings;
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
