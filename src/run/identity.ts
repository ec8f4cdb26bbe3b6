import type { Algebra, Lookup } from '../formula/evaluate.js';
import { bind, evaluate } from '../formula/evaluate.js';
import { parse } from '../formula/parse.js';
import { perChannel } from '../formula/shape.js';
import type { Op } from './layer.js';
import type { Identity, Property } from './property.js';
import type { Spec } from './subject.js';

/** How a variable is drawn: one for each element or one number, of either sign, positive, or of one sign and then the other. */
export type Kind = 'elements' | 'number' | 'positive' | 'one sign';

/** What the specification reads and nothing defines. */
const inputs: Readonly<Record<string, Kind>> = {
  ...{ x: 'elements', dy: 'elements', gamma: 'number', beta: 'number', running_mean: 'number' },
  ...{ running_var: 'positive', epsilon: 'positive', divisor: 'positive' },
  ...{ alpha: 'number', momentum: 'number', count: 'number' },
  ...{ vx: 'elements', vgamma: 'number', vbeta: 'number' },
};

/** The variables of a law read as an identity. */
export const variables = (identity: Identity | undefined): Readonly<Record<string, Kind>> => ({
  ...inputs,
  ...identity?.free,
});

/**
 * Where identities are tried: every coordinate is drawn from a set of 2^bits whole numbers, 1 ... 2^bits where it must be
 * positive and -2^(bits - 1) ... 2^(bits - 1) - 1 elsewhere; so many points for each batch size m.
 */
export const sampling = { bits: 64, points: 3, sizes: [2, 3, 4, 5, 6, 7, 8] } as const;

/** Values that formulas are read in, for a batch of any size, and a choice of their elements. */
export interface Field<V> {
  algebra(m: number): Algebra<V>;
  /** One value for all elements stays what it is. */
  pick(value: V, which: readonly number[]): V;
}

const ways: Readonly<Record<NonNullable<Identity['answers']>[string]['batch'] & string, (m: number) => number[]>> = {
  twice: (m) => [...numbers(m), ...numbers(m)],
  rotated: (m) => numbers(m).map((i) => (i + 1) % m),
  swapped: (m) => [1, 0, ...numbers(m).slice(2)],
};
const numbers = (m: number): number[] => Array.from({ length: m }, (_, i) => i);

/** What a law read as an identity is about. */
interface About {
  readonly law: Pick<Property, 'of'>;
  readonly identity: Identity | undefined;
  readonly m: number;
}

/** The values of a law's names: answers are those of the specification, to the layer that was asked. */
export function reading<V>(
  { chapters }: Pick<Spec, 'chapters'>,
  { law, identity, m }: About,
  field: Field<V>,
  given: (name: string) => V | undefined,
): Lookup<V> {
  const algebra = field.algebra(m);
  const value = (text: string, lookup: Lookup<V>): V => evaluate(parse(text), algebra, lookup, perChannel);
  const kept = new Map<string, V>();
  const keep = (name: string, make: () => V): V => {
    if (!kept.has(name)) kept.set(name, make());
    return kept.get(name)!;
  };
  const any = bind(chapters[law.of], algebra, given);
  const layer = (name: string): V | undefined => {
    const text = identity?.about?.[name];
    return text === undefined ? given(name) : keep(`about ${name}`, () => value(text, any));
  };
  const answer = (name: string): V | undefined => {
    const asked = identity?.answers?.[name];
    if (asked === undefined) return undefined;
    return keep(name, () => {
      const way = asked.batch === undefined ? numbers(m) : ways[asked.batch](m);
      const input = (of: string): V | undefined => {
        const text = asked.with?.[of];
        const own = text === undefined ? layer(of) : keep(`${name} ${of}`, () => value(text, lookup));
        return own === undefined || asked.batch === undefined ? own : field.pick(own, way);
      };
      const there = field.algebra(way.length);
      const chapter: Op = asked.of ?? law.of;
      const found = evaluate(parse(asked.is), there, bind(chapters[chapter], there, input), perChannel);
      return asked.batch === undefined
        ? found
        : field.pick(
            found,
            numbers(m).map((i) => way.indexOf(i)),
          );
    });
  };
  const lookup: Lookup<V> = bind(chapters[law.of], algebra, (name) => answer(name) ?? layer(name));
  return lookup;
}
