import type { Column } from '../exact/column.js';
import { integer } from '../exact/column.js';
import type { Algebra } from './evaluate.js';
import { exacts } from './exact.js';

/** Exact values of several channels side by side; a list of one is the same in all of them. */
export type Channels = readonly Column[];

/** Exact arithmetic on channels of m elements each. Only `neighbour` looks from one into the one before it, as of a circle. */
export function channelwise(m: number, channels: number): Algebra<Channels> {
  const one = exacts(m);
  return {
    integer: (value) => [integer(BigInt(value))],
    count: (over) => [one.count(over)],
    apply(fn, args, over) {
      const width = Math.max(...args.map(({ length }) => length));
      if (fn === 'neighbour') return Array.from({ length: channels }, (_, c) => of(args[0]!, c + channels - 1));
      return Array.from({ length: width }, (_, c) =>
        one.apply(
          fn,
          args.map((arg) => of(arg, c)),
          over,
        ),
      );
    },
  };
}

const of = (value: Channels, c: number): Column => value[c % value.length]!;
