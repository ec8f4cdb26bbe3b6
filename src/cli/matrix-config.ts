import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Described } from '../report/matrix.js';
import { UsageError, unknown } from '../run/usage.js';
import { optionsOf } from './config.js';
import { judging, keeping } from './options.js';

/** What a row is expected to come to; without any, to conform. */
export interface Expected {
  readonly verdict: 'conforms' | 'fails';
  readonly grade?: string;
  /** Globs: every law that is refuted matches one, and every one matches a law that is refuted. */
  readonly fails: readonly string[];
  /** Causes that the diagnosis names, and no others. */
  readonly causes?: readonly string[];
}

/** One row of the config, read. */
export interface Row extends Described {
  /** As on the command line: a path or name, or a command with its arguments. */
  readonly target: string | readonly string[];
  readonly version: string | null;
  /** The interpreter of a Python adapter: a path from the config, or a command. */
  readonly python: string | null;
  readonly env: Readonly<Record<string, string>>;
  /** Options of `bnspec run`, as words of its command line. */
  readonly options: readonly string[];
  /** Seconds after which the run is stopped. */
  readonly limit: number;
  readonly needs: readonly (string | readonly string[])[];
  readonly expects: Expected;
}

/** A config: its folder, from which its paths count, and what brings that which a row needs and that is not here. */
export interface Config {
  readonly folder: string;
  readonly cure: string | null;
  readonly rows: readonly Row[];
}

type Reader<T> = (value: unknown, where: string) => T;
const top = ['cure', 'rows'];
const described = ['name', 'of', 'is', 'kind', 'link', 'findings'];
const keys = [
  ...described,
  ...['target', 'version', 'python', 'env', 'profile', 'options', 'limit', 'needs', 'expects'],
];
const expecting = ['verdict', 'grade', 'fails', 'causes'];
const grades = ['exact', 'faithful', 'stable', 'semantic'];

/** The longest a row may take where it does not say. */
const usual = 300;

/** Reads a config. Throws UsageError naming the file, the row and the key, what is wrong and what is allowed. */
export function readMatrix(file: string): Config {
  const config = object(parse(file), file, top);
  const list = config.rows;
  if (!Array.isArray(list) || list.length === 0)
    throw new UsageError(
      `${file}: rows must be a list of one row at least\n{"rows": [{"name": "mine", "target": "./adapter.py"}]}`,
    );
  const rows = list.map((value, i) => row(value, `${file}: row ${i + 1}`));
  for (const [i, { name }] of rows.entries())
    if (rows.findIndex((other) => other.name === name) !== i)
      throw new UsageError(`${file}: row ${i + 1}: another row is called '${name}' too\ngive each a name of its own`);
  return { folder: dirname(resolve(file)), cure: optional(config.cure, `${file}: cure`, text), rows };
}

function parse(file: string): unknown {
  let content: string;
  try {
    content = readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(
      `cannot read ${file} (${(error as NodeJS.ErrnoException).code})\nname a JSON file, as targets/matrix.json`,
    );
  }
  try {
    return JSON.parse(content);
  } catch (error) {
    throw new UsageError(`${file} is not JSON: ${(error as Error).message}`);
  }
}

function row(value: unknown, place: string): Row {
  const given = object(value, place, keys);
  if (typeof given.name !== 'string' || !/^[\w.+-]+$/.test(given.name))
    throw new UsageError(`${place}: name must be a word of letters, digits and - _ . +, for a file is called so`);
  const name = given.name;
  const at = (key: string): string => `${place} (${name}): ${key}`;
  const get = <T>(key: string, read: Reader<T>): T | null => optional(given[key], at(key), read);
  if (given.target === undefined)
    throw new UsageError(
      `${at('target')} is missing\n"./adapter.py", "builtin:two-pass", or a command: ["./kernel", "--serve"]`,
    );
  const target = Array.isArray(given.target)
    ? list(text)(given.target, at('target'))
    : text(given.target, at('target'));
  if (target.length === 0) throw new UsageError(`${at('target')} names nothing`);
  const profile = get('profile', text);
  const options = { ...get('options', object), ...(profile === null ? {} : { profile }) };
  const allowed = { ...judging, ...keeping };
  return {
    ...{ name, target, of: get('of', text) ?? name, is: get('is', text) ?? '', kind: get('kind', text) ?? '' },
    ...{ link: get('link', text), findings: get('findings', list(text)) ?? [], version: get('version', text) },
    ...{ python: get('python', text), env: get('env', variables) ?? {}, limit: get('limit', seconds) ?? usual },
    options: optionsOf(options, allowed, at('options')).words,
    needs:
      get(
        'needs',
        list((need, where) => (Array.isArray(need) ? list(text)(need, where) : text(need, where))),
      ) ?? [],
    expects: get('expects', expected) ?? { verdict: 'conforms', fails: [] },
  };
}

function expected(value: unknown, where: string): Expected {
  const given = object(value, where, expecting);
  const get = <T>(key: string, read: Reader<T>): T | null => optional(given[key], `${where}.${key}`, read);
  const fails = get('fails', list(text)) ?? [];
  const verdict = get('verdict', oneOf(['conforms', 'fails'] as const)) ?? (fails.length > 0 ? 'fails' : 'conforms');
  if (verdict === 'conforms' && fails.length > 0)
    throw new UsageError(`${where}: a row that conforms fails no law\nleave out verdict, or fails`);
  const [grade, causes] = [get('grade', oneOf(grades)), get('causes', list(text))];
  return { verdict, fails, ...(grade === null ? {} : { grade }), ...(causes === null ? {} : { causes }) };
}

function object(value: unknown, where: string, known?: readonly string[]): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new UsageError(`${where} must be an object, {"key": value}`);
  for (const key of Object.keys(value))
    if (known && !known.includes(key)) throw unknown(`key in ${where}:`, key, known, `there are: ${known.join(', ')}`);
  return value as Record<string, unknown>;
}

const optional = <T>(value: unknown, where: string, read: Reader<T>): T | null =>
  value === undefined ? null : read(value, where);

function text(value: unknown, where: string): string {
  if (typeof value !== 'string' || value === '') throw new UsageError(`${where} must be text, in quotes`);
  return value;
}

function seconds(value: unknown, where: string): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 1 || value > 86_400)
    throw new UsageError(`${where} must be a whole number of seconds, from 1 to 86400`);
  return value;
}

function list<T>(read: Reader<T>): Reader<T[]> {
  return (value, where) => {
    if (!Array.isArray(value)) throw new UsageError(`${where} must be a list, in brackets`);
    return value.map((item, i) => read(item, `${where}[${i}]`));
  };
}

function variables(value: unknown, where: string): Record<string, string> {
  const given = object(value, where);
  return Object.fromEntries(Object.entries(given).map(([key, item]) => [key, text(item, `${where}.${key}`)]));
}

function oneOf<T extends string>(names: readonly T[]): Reader<T> {
  return (value, where) => {
    const found = names.find((name) => name === value);
    if (found === undefined)
      throw unknown(`value of ${where}:`, String(value), names, `there are: ${names.join(', ')}`);
    return found;
  };
}
