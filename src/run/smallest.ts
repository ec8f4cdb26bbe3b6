/** One small case: for each input, by channel, one number or one for each of m elements. */
export interface Small {
  readonly m: number;
  readonly given: Readonly<Record<string, readonly (readonly number[])[]>>;
}

const wholes = [0, 1, -1, 2, -2];
const dyadics = [1, 1 / 2, 1 / 4, 1 / 8, 1 / 16];

/** What each input is drawn from, the smallest first, and whether each element has one of its own. */
export const ladders = {
  x: { each: true, values: wholes },
  dy: { each: true, values: wholes },
  b: { each: false, values: wholes },
  gamma: { each: false, values: [1, 2, -1, -2, 0] },
  beta: { each: false, values: wholes },
  running_mean: { each: false, values: wholes },
  running_var: { each: false, values: [1, 2, 3, 4, 0] },
  epsilon: { each: false, values: dyadics },
  alpha: { each: false, values: dyadics.slice(1) },
} as const;
export type Variable = keyof typeof ladders;
export const isVariable = (name: string): name is Variable => Object.hasOwn(ladders, name);

/**
 * Every case of these inputs, the smallest first: by the number of elements, then by its size, the sum of the places that
 * its numbers have in what they are drawn from, then as a dictionary has them. No case comes twice,
 * and there is no last one.
 */
export function* smallest(variables: readonly Variable[], channels: number): Generator<Small> {
  for (let m = 1; ; m += 1) {
    const places = variables.flatMap((name) => Array<Variable>(ladders[name].each ? m * channels : 1).fill(name));
    const limits = places.map((name) => ladders[name].values.length - 1);
    const largest = limits.reduce((sum, limit) => sum + limit, 0);
    for (let size = 0; size <= largest; size += 1)
      for (const ranks of ranked(limits, size)) yield { m, given: numbered(variables, ranks, m, channels) };
  }
}

/** All lists of places below these limits whose sum is `size`; early numbers are the last to grow. */
function* ranked([limit, ...rest]: readonly number[], size: number): Generator<readonly number[]> {
  if (limit === undefined) {
    if (size === 0) yield [];
    return;
  }
  for (let rank = 0; rank <= Math.min(limit, size); rank += 1)
    for (const others of ranked(rest, size - rank)) yield [rank, ...others];
}

function numbered(variables: readonly Variable[], ranks: readonly number[], m: number, channels: number) {
  let next = 0;
  const given: Record<string, readonly (readonly number[])[]> = {};
  for (const name of variables) {
    const { each, values } = ladders[name];
    const draw = (count: number): number[] => Array.from({ length: count }, () => values[ranks[next++]!]!);
    given[name] = each ? Array.from({ length: channels }, () => draw(m)) : [draw(1)];
  }
  return given;
}
