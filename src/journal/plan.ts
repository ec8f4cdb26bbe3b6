import { createHash } from 'node:crypto';
import type { Suite } from '../suite.js';

/** What a run asks, and of whom: the same cases are drawn and judged alike wherever two of these are equal. */
export interface Plan {
  readonly bnspec: string;
  /** A fingerprint of the laws, the dialects and the specification. */
  readonly suite: string;
  readonly target: {
    readonly id: string;
    readonly command: readonly string[];
    readonly card: Readonly<Record<string, string>>;
    /** How many questions it is asked at once. */
    readonly ahead: number;
    /** A fingerprint of its file, where it is one. */
    readonly file: string | null;
  };
  /** The options that choose what is judged, and how hard. */
  readonly options: Readonly<Record<string, unknown>>;
}

/** The first line of a journal. */
export interface Head {
  readonly schema: typeof schema;
  readonly plan: Plan;
  readonly shard: Shard;
  readonly environment: { readonly node: string; readonly platform: string };
}

/** Which part of the cases: 1 of 1 is all. */
export interface Shard {
  readonly index: number;
  readonly of: number;
}

export const schema = 'bnspec-journal/1';

/** What decides which cases are drawn and what becomes of them, as far as it can be read off the suite. */
export function fingerprint({ laws, profiles, spec }: Suite): string {
  const text = (_: string, value: unknown): unknown => (typeof value === 'function' ? String(value) : value);
  return digest(JSON.stringify([laws, profiles, spec], text));
}

export const digest = (text: string | Uint8Array): string =>
  createHash('sha256').update(text).digest('hex').slice(0, 16);

/** What two plans differ in, one phrase each, this one's first. */
export function differing(a: Plan, b: Plan): string[] {
  const [own, other] = [flat(a), flat(b)];
  const keys = [...new Set([...own.keys(), ...other.keys()])];
  return keys.flatMap((key) =>
    own.get(key) === other.get(key) ? [] : [`${key} ${own.get(key) ?? 'unset'}, not ${other.get(key) ?? 'unset'}`],
  );
}

function flat({ bnspec, suite, target: { card, ...target }, options }: Plan): Map<string, string> {
  const all = {
    'bnspec version': bnspec,
    suite,
    ...named('target', target),
    ...named('card', card),
    ...named('', options),
  };
  return new Map(Object.entries(all).flatMap(([key, value]) => (value === undefined ? [] : [[key, shown(value)]])));
}

const named = (where: string, of: object): Record<string, unknown> =>
  Object.fromEntries(Object.entries(of).map(([key, value]) => [where === '' ? `--${key}` : `${where} ${key}`, value]));

const shown = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
