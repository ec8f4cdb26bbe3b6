import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { Report } from '../run/report.js';
import { UsageError } from '../run/usage.js';
import { visible } from '../wire/text.js';
import { textOf } from './text-file.js';
import { version } from './version.js';

const schema = JSON.parse(readFileSync(new URL('../../../docs/report.schema.json', import.meta.url), 'utf8'));

/**
 * A report that `--reporter json` wrote, held to its schema. Its texts are foreign, and shown with visible escapes from here on.
 * Throws UsageError naming the file and what is wrong with it.
 */
export function savedReport(file: string): Report {
  const value = parsed(file);
  const { schema: kind, bnspec } = (value ?? {}) as Partial<Report>;
  if (typeof kind !== 'string' || !kind.startsWith('bnspec-'))
    throw new UsageError(`${file} is no report of bnspec\nbnspec run TARGET --reporter json=FILE writes one`);
  if (!kind.startsWith('bnspec-report/'))
    throw new UsageError(
      `${file} is ${visible(kind)}\nname the report of one target, as --reporter json=FILE writes it`,
    );
  const validate = new Ajv2020({ strictRequired: false }).compile<Report>(schema);
  if (validate(value)) return shown(value);
  const made = visible(String(bnspec));
  if (kind !== schema.$id || later(made, version))
    throw new UsageError(
      `${file} was made by bnspec ${made} (${visible(kind)}), this is ${version} (${schema.$id})\nread it with the version that made it, or a later one`,
    );
  const [fault] = validate.errors ?? [];
  throw new UsageError(
    `${file} is not as docs/report.schema.json says: ${visible(fault?.instancePath || 'the report')} ${fault?.message}\nit was changed, or cut short; make it anew`,
  );
}

function parsed(file: string): unknown {
  let text: string;
  try {
    text = textOf(file);
  } catch (error) {
    throw new UsageError(`cannot read ${file} (${(error as Error).message})\nname a report, as report.json`);
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    const why = visible((error as Error).message);
    throw new UsageError(`${file} is not JSON: ${why}\nit was changed, or cut short; make it anew`);
  }
}

/** Whether version a is later than b; what is no version is not. */
function later(a: string, b: string): boolean {
  const [x, y] = [a, b].map((text) => text.split('.').map(Number)) as [number[], number[]];
  const at = x.findIndex((n, i) => n !== y[i]);
  return at >= 0 && x[at]! > (y[at] ?? 0);
}

/** Every text in it without what could move a cursor; line ends stay. */
function shown<T>(value: T): T {
  if (typeof value === 'string') return visible(value, '\n') as T;
  if (Array.isArray(value)) return value.map(shown) as T;
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [visible(key), shown(item)])) as T;
}
