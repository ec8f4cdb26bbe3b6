import type { Refutation } from './judge.js';
import { cut, held, mostHeld, type Span, type Window, whole } from './large.js';
import { elements, type Layer, positions, sizeOf } from './layer.js';
import type { Drawn } from './property.js';

/** What is tried on parts of a large case. */
export interface Trials {
  /** Where what failed last was wrong; null where it was not answered. */
  readonly at: () => Refutation | null;
  /** Whether so many elements may still be asked. */
  readonly affords: (size: number) => boolean;
  readonly fails: (drawn: Drawn) => Promise<boolean>;
}

/** So few elements are made smaller one by one, as those of any other case. */
const few = 2 ** 14;

/**
 * The smallest part found of a large case that fails too: the channel that is wrong, one sample, halves of any axis, as
 * long as one of them fails. Held as numbers where it is small enough.
 */
export async function narrow(drawn: Drawn, trials: Trials): Promise<{ readonly drawn: Drawn; readonly steps: number }> {
  let [now, steps] = [drawn, 0];
  const next = async (): Promise<Drawn | null> => {
    for (const window of windows(now.layer, trials.at())) {
      const part = { ...now, layer: cut(now.layer, window) };
      if (trials.affords(sizeOf(part.layer)) && (await trials.fails(part))) return part;
    }
    return null;
  };
  for (let found = await next(); found; found = sizeOf(now.layer) > few ? await next() : null) {
    now = found;
    steps += 1;
  }
  const small = sizeOf(now.layer) <= mostHeld;
  return { drawn: small ? { ...now, layer: held(now.layer) } : now, steps };
}

/** The smallest first; never one element per channel, which is a corner of its own. */
function windows(layer: Layer, at: Refutation | null): Window[] {
  const all = whole(layer);
  const [n, c] = at ? [Math.floor(at.place / (at.shape[1] * at.shape[2])), Math.floor(at.place / at.shape[2])] : [0, 0];
  const channel = c % layer.C;
  const spans: readonly (readonly [keyof Window, Span])[] = [
    ['C', [channel, channel + 1]],
    ['C', [0, channel + 1]],
    ['N', [n, n + 1]],
    ...halves(layer.C).map((half) => ['C', half] as const),
    ...halves(layer.N).map((half) => ['N', half] as const),
    ...halves(positions(layer)).map((half) => ['S', half] as const),
  ];
  const size = (window: Window): number => sizeOf(cut(layer, window));
  return spans
    .map(([axis, span]): Window => ({ ...all, [axis]: span }))
    .filter((window) => size(window) < sizeOf(layer) && elements(cut(layer, window)) > 1)
    .sort((a, b) => size(a) - size(b));
}

const halves = (length: number): Span[] => [
  [0, Math.ceil(length / 2)],
  [Math.floor(length / 2), length],
];
