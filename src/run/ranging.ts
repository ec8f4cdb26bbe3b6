import { formats } from '../exact/format.js';
import { type Arrays, arrays } from '../formula/arrays.js';
import { named, symbols } from '../formula/ast.js';
import type { Chapter } from '../formula/chapter.js';
import { enclosures } from '../formula/enclose.js';
import { bind } from '../formula/evaluate.js';
import { down, point, type Ranges, stretch, up } from '../formula/interval.js';
import { parse } from '../formula/parse.js';
import { perChannel, type Shape, size } from '../formula/shape.js';
import { type Span, span, spans } from '../formula/spans.js';
import type { Card } from '../wire/protocol.js';
import { accuracy } from './accuracy.js';
import type { NetworkSpec } from './calculus.js';
import type { Layer } from './layer.js';
import type { Calculus } from './learning.js';
import type { Network } from './network.js';
import type { Subject } from './subject.js';

/**
 * Everything that right kernels may answer: each stage takes in all that the stages before may give, and adds what it may
 * be off by itself. Strict tiers mean nothing of a network; they are held to `stable`.
 */
export function ranging(
  network: Network,
  { chapters, bounds }: NetworkSpec,
  subject: Subject,
  tier: 'stable' | 'semantic',
): Calculus<Span> {
  const { dtype } = network;
  const { p, tiny } = formats[dtype];
  const [u, eta] = [2 ** -p, tiny / 2 || tiny];
  const constants = { u: one(u), eta: one(eta), semantic: one(tier === 'semantic' ? 1 : 0) };
  return {
    numbers: spans,
    of: span,
    around(chapter, batch, given, taps) {
      const all = { ...given, ...constants, taps: one(taps) };
      return widening(chapters[chapter], bounds[chapter] ?? none, batch, all);
    },
    normalization(op, batch, given) {
      const inside = listed(subject, op);
      const values = Object.fromEntries(Object.entries(given).map(([name, value]) => [name, ranges(value)]));
      const inputs: Readonly<Record<string, Ranges>> = { ...values, m: point(batch[0]), C: point(batch[1]) };
      const parameters = accuracy(alike(network, batch), plain(subject.card, dtype), subject.profile, tier);
      const exact = enclosures(inside.formulas, batch, (name) => inputs[name]);
      const allowed = enclosures(inside.bounds, batch, (name) => parameters.get(name) ?? inputs[name]);
      return (name) => {
        const value = arrayOf(exact(named(name)));
        const bound = subject.spec.allowance[name];
        if (bound === undefined) return value; // of the specification alone
        const errors = stretch(allowed(named(bound)), value.shape).hi;
        return apart(value, ({ lo, hi }, i) => {
          const stored = up(up(Math.max(Math.abs(lo), Math.abs(hi)) * u) + eta);
          return up(up(errors[i]!) + stored);
        });
      };
    },
  };
}

const none: Chapter = {};
const one = (value: number): Arrays<Span> => ({ shape: [1, 1, 1], data: [span(value)] });

/** Formulas of one chapter, each as far apart as its bound lets it be; what reads it takes it so. */
function widening(chapter: Chapter, bounds: Chapter, batch: Shape, given: Readonly<Record<string, Arrays<Span>>>) {
  const known = new Map<string, Arrays<Span>>();
  const lookup = bind([chapter, bounds], arrays(batch, spans), (name) => known.get(name) ?? given[name]);
  const value = (name: string): Arrays<Span> => {
    const found = known.get(name) ?? given[name];
    if (found) return found;
    for (const read of symbols(parse(chapter[name]!.is))) if (Object.hasOwn(chapter, read)) value(read);
    const exact = lookup(name, perChannel);
    const bound = `E_${name}`;
    const E = Object.hasOwn(bounds, bound) ? lookup(bound, perChannel) : null;
    const all = E ? apart(exact, (_, i) => E.data[E.data.length === 1 ? 0 : i]!.hi) : exact;
    known.set(name, all);
    return all;
  };
  return value;
}

/** Every element as far apart as its error. */
const apart = ({ shape, data }: Arrays<Span>, error: (value: Span, i: number) => number): Arrays<Span> => ({
  shape,
  data: data.map((value, i) => {
    const E = error(value, i);
    if (E === 0) return value;
    return E < Infinity ? { lo: down(value.lo - E), hi: up(value.hi + E) } : { lo: -Infinity, hi: Infinity };
  }),
});

const ranges = ({ shape, data }: Arrays<Span>): Ranges => ({
  shape,
  lo: Float64Array.from(data, ({ lo }) => lo),
  hi: Float64Array.from(data, ({ hi }) => hi),
});
const arrayOf = ({ shape, lo, hi }: Ranges): Arrays<Span> => ({
  shape,
  data: Array.from({ length: size(shape) }, (_, i) => ({ lo: lo[i]!, hi: hi[i]! })),
});

/** What accuracy asks of a layer: its format, and how many elements a channel has. */
const alike = ({ dtype, epsilon, alpha }: Network, [N, C]: Shape): Layer => ({
  ...{ dtype, param: dtype, layout: 'channels_first', N, C, spatial: [], epsilon, alpha, count: 0 },
  ...{ x: new Float64Array(0), dy: new Float64Array(0), gamma: null, beta: null },
  ...{ running_mean: null, running_var: null },
});

/** What a card claims of its kernels of normalization says nothing of the layers of a network. */
function plain(card: Card, dtype: Network['dtype']): Card {
  const { ftz, accumulator } = card.claims;
  const narrow = accumulator !== undefined && formats[accumulator as keyof typeof formats].p < formats[dtype].p;
  return { ...card, claims: { ...(ftz ? { ftz } : {}), ...(narrow ? { accumulator } : {}) } };
}

interface Lists {
  readonly formulas: readonly Chapter[];
  readonly bounds: readonly Chapter[];
}
const lists = new WeakMap<Subject, Map<string, Lists>>();

/** Lists of the subject's chapters of their own: programs are kept by list, and each is asked with the same names. */
function listed(subject: Subject, op: 'train' | 'infer' | 'grad'): Lists {
  let own = lists.get(subject);
  if (!own) lists.set(subject, (own = new Map()));
  let found = own.get(op);
  if (!found) own.set(op, (found = { formulas: [...subject.formulas[op]], bounds: [...subject.bounds[op]] }));
  return found;
}
