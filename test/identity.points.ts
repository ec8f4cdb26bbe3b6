import { randomBytes } from 'node:crypto';
import type { Column } from '../src/exact/column.js';
import { type Kind, sampling, variables } from '../src/run/identity.js';
import { suite } from '../src/suite.js';
import type { Case } from './spec.case.js';

const { bits } = sampling;
const word = (): bigint => BigInt(`0x${randomBytes(bits / 8).toString('hex')}`);

/** So many coordinates of a kind, each from a set of 2^bits numbers. */
function coordinates(kind: Kind, m: number, negative: boolean): Column {
  const positive = kind === 'positive' || kind === 'one sign';
  const one = (): bigint => {
    const value = positive ? word() + 1n : word() - (1n << BigInt(bits - 1));
    return kind === 'one sign' && negative ? -value : value;
  };
  return { p: Array.from({ length: kind === 'elements' ? m : 1 }, one), q: null, w: 0n, r: 1n };
}

/**
 * The points at which a law is tried, as `sampling` says and docs/laws.md prints, from the randomness of the system: no
 * law can have been written for them. A variable of one sign is positive at as many points as it is negative.
 */
export function points(id: string, sizes: readonly number[]): Case[] {
  const kinds = Object.entries(variables(suite.identities[id]));
  const signs = kinds.some(([, kind]) => kind === 'one sign') ? [false, true] : [false];
  return sizes.flatMap((m) =>
    signs.flatMap((negative) =>
      Array.from({ length: sampling.points }, () => ({
        m,
        given: Object.fromEntries(kinds.map(([name, kind]) => [name, coordinates(kind, m, negative)])),
      })),
    ),
  );
}
