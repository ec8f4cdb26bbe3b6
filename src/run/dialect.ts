import type { Card } from '../wire/protocol.js';
import type { Profile } from './profile.js';
import { UsageError, unknown } from './usage.js';

/** Keys that a card may set beside the name of its profile. */
export const ownKeys = ['divisor', 'update', 'm1', 'affine'] as const;

/** The dialect of a target: `named` beats its card; single keys of the card differ from its own profile. Throws UsageError. */
export function dialect(
  card: Card,
  named: string | undefined,
  profiles: Readonly<Record<string, Profile>>,
): { name: string; profile: Profile } {
  const name = named ?? card.profile;
  const known = Object.keys(profiles);
  if (name === undefined)
    throw new UsageError(
      `the card of ${card.name} names no profile\nsay --profile NAME, or put profile on the card: ${known.join(', ')}`,
    );
  if (!Object.hasOwn(profiles, name)) throw unknown('profile', name, known, 'bnspec list profiles shows them all');
  const own = named === undefined ? Object.entries(card.profileKeys) : [];
  for (const [key, value] of own) checkKey(key, value, profiles);
  return {
    name: [name, ...own.map(([key, value]) => `${key} ${value}`)].join(', '),
    profile: { ...profiles[name]!, ...Object.fromEntries(own) },
  };
}

/** A key takes the values that some profile has. */
function checkKey(key: string, value: string, profiles: Readonly<Record<string, Profile>>): void {
  const known = ownKeys.find((candidate) => candidate === key);
  const values = [...new Set(Object.values(profiles).map((profile) => String(profile[known ?? 'm1'])))];
  if (!known) throw new UsageError(`the card sets ${key}; of a profile it may set ${ownKeys.join(', ')}`);
  if (!values.includes(value))
    throw new UsageError(`the card sets ${key} to '${value}'; it can be ${values.join(', ')}`);
}
