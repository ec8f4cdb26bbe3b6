import { formats } from '../exact/format.js';
import { reporters } from '../report/reporters.js';
import { tiers } from '../run/report.js';
import { questions } from '../wire/protocol.js';
import { comparing, judging, keeping, type Option, scaling, telling } from './options.js';

type Shape = Readonly<Record<string, unknown>>;

/** The options that a config file may hold. */
export const configurable = { ...judging, ...keeping, ...comparing, ...scaling, ...telling } as const;
export type Configurable = keyof typeof configurable;

const flag: Shape = { type: 'boolean' };
const text: Shape = { type: 'string', minLength: 1 };
const oneOf = (names: readonly string[]): Shape => ({ enum: names });
const whole = (minimum: number, maximum: number): Shape => ({ type: 'integer', minimum, maximum });
const size: Shape = { type: ['integer', 'string'], minimum: 1, pattern: '^\\d{1,12}[KMGkmg]?i?[Bb]?$' };
const listOf = (item: Shape): Shape => ({ anyOf: [item, { type: 'array', items: item, minItems: 1 }] });

/** What each option may be set to, as JSON Schema has it; a test ties them to how the options are read. */
export const shapes: Readonly<Record<Configurable, Shape>> = {
  profile: text,
  dtype: listOf(oneOf(Object.keys(formats))),
  layout: listOf(oneOf(['channels_first', 'channels_last'])),
  laws: listOf(text),
  skip: listOf(text),
  require: oneOf(tiers.toReversed()),
  'require-ops': listOf(oneOf(questions)),
  'require-panel': { type: 'number', minimum: 1 },
  strict: flag,
  effort: oneOf(['quick', 'standard', 'thorough']),
  cases: whole(1, 1_000_000),
  seed: whole(0, 2 ** 31 - 1),
  bail: flag,
  'max-time': whole(1, 86_400),
  timeout: whole(1, 3_600_000),
  'max-memory': size,
  'max-reply': size,
  'pass-env': listOf(text),
  reporter: listOf({ type: 'string', pattern: `^(${['terminal', ...Object.keys(reporters)].join('|')})(=.+)?$` }),
  out: text,
  quiet: flag,
  'no-github': flag,
  'print-config': flag,
  baseline: text,
  'update-baseline': flag,
  shard: { type: 'string', pattern: '^[1-9]\\d*/[1-9]\\d*$' },
  journal: text,
};

/** `bnspec.config.json` as a JSON Schema, for editors: docs/config.schema.json. */
export function configSchema(): string {
  const properties = Object.entries<Option>(configurable).map(
    ([name, { says }]) => [name, { description: says, ...shapes[name as Configurable] }] as const,
  );
  const schema = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: 'bnspec-config/1',
    title: 'Options of bnspec, by their names on the command line',
    type: 'object',
    additionalProperties: false,
    properties: { $schema: { type: 'string' }, ...Object.fromEntries(properties) },
  };
  return `${JSON.stringify(schema, null, 2)}\n`;
}
