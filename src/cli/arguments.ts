import { parseArgs } from 'node:util';
import { UsageError, unknown } from '../run/usage.js';
import { common, type Option, options, type Settings } from './options.js';

/** A command line, read: the options by name, the words before `--`, and the command after it (null without `--`). */
export interface Arguments {
  readonly settings: Settings;
  readonly words: readonly string[];
  readonly command: readonly string[] | null;
}

/** Reads the arguments of a command that takes the options in `allowed`; throws UsageError naming the culprit and the nearest name. */
export function readArguments(
  command: string,
  argv: readonly string[],
  allowed: Readonly<Record<string, Option>>,
): Arguments {
  const known: Record<string, Option> = { ...allowed, ...common };
  const shapes = Object.fromEntries(
    Object.entries(known).map(([name, option]) => [
      name,
      { type: option.takes ? ('string' as const) : ('boolean' as const) },
    ]),
  );
  const { tokens } = parseArgs({
    args: [...argv],
    options: { ...shapes, help: { type: 'boolean', short: 'h' }, version: { type: 'boolean', short: 'v' } },
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const settings: Record<string, unknown> = {};
  const end = tokens.find((token) => token.kind === 'option-terminator')?.index ?? Number.POSITIVE_INFINITY;
  for (const token of tokens) {
    if (token.kind !== 'option') continue;
    const option = Object.hasOwn(known, token.name) ? known[token.name] : undefined;
    if (option === undefined) throw stranger(command, token.name, token.rawName, known);
    set(settings, token.name, option, textOf(token, option));
  }
  const positional = tokens.filter((token) => token.kind === 'positional');
  return {
    settings: settings as Settings,
    words: positional.filter((token) => token.index < end).map((token) => token.value),
    command: end === Number.POSITIVE_INFINITY ? null : argv.slice(end + 1),
  };
}

/** Puts one reading of an option into the settings; a repeatable option adds to what is there. */
export function set(
  settings: Record<string, unknown>,
  name: string,
  option: Option,
  text: string,
  flag = `--${name}`,
): void {
  const value = option.read(text, flag);
  settings[name] =
    option.repeats && Array.isArray(settings[name]) ? [...settings[name], ...(value as unknown[])] : value;
}

type OptionToken = { rawName: string; value?: string | undefined; inlineValue?: boolean | undefined };

function textOf(token: OptionToken, option: Option): string {
  if (!option.takes) {
    if (token.value !== undefined) throw new UsageError(`${token.rawName} takes no value`);
    return '';
  }
  const missing =
    token.value === undefined || token.value === '' || (!token.inlineValue && token.value.startsWith('-'));
  if (missing) throw new UsageError(`${token.rawName} needs a value: ${token.rawName} ${option.takes}`);
  return token.value!;
}

function stranger(command: string, name: string, raw: string, known: Readonly<Record<string, Option>>): UsageError {
  if (Object.hasOwn(options, name))
    return new UsageError(`${raw} is not an option of bnspec ${command}\nbnspec ${command} --help lists them`);
  const flags = Object.keys(known).map((key) => `--${key}`);
  return unknown(
    'option',
    raw,
    flags,
    `bnspec ${command} --help lists them; a target that begins with a dash goes after --`,
  );
}
