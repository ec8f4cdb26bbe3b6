import { type Shape, size } from '../formula/shape.js';
import { blank, type Certificate, plus } from '../oracle/certificate.js';
import { type Exchange, Unread } from './answer.js';
import { type Facts, type Judgement, judge, merged, type Refutation } from './judge.js';
import { held, type Span, slabs } from './large.js';
import type { Clause } from './law.js';
import { type Layer, shapeOf } from './layer.js';
import { Reference } from './reference.js';
import type { Tier } from './report.js';
import { beside } from './spread.js';

/**
 * Judges a large case by some channels after the others, as every formula is one of a channel. What is worked out of
 * some is let go before the next are read; what comes of all is what judging them together would have come to.
 */
export function bySlabs(layer: Layer, parts: readonly Clause[], facts: Facts) {
  let certificate: Certificate | null = null;
  const at = (tier: Tier): Judgement => {
    const of: Judgement[] = [];
    certificate = null;
    for (const span of slabs(layer)) {
      const some = factsOf(layer, span, facts);
      for (const [k, clause] of parts.entries()) {
        const judged = within(judge(clause, some, tier), span, shapeOf(layer));
        of[k] = of[k] ? first(of[k], judged) : judged;
      }
      const own = some.reference.certificate;
      if (own) certificate = plus(own, certificate ?? blank());
    }
    return of.reduce(merged);
  };
  /** What the oracle did for all channels, once they have been judged. */
  return { at, certificate: () => certificate };
}

/** What is known of some channels. */
function factsOf(layer: Layer, span: Span, { reference: { op }, bound, subject, chapters, figured }: Facts): Facts {
  const some = held(layer, span, op === 'grad' || op === 'infer_grad');
  const reference = new Reference(some, op, subject, layer.C);
  const answered = (name: string, fact: unknown): unknown => {
    if (!(fact instanceof Unread)) return fact;
    const { overwritten = [] } = fact.exchange;
    if (fact.exchange.op !== op) throw new RangeError(`${name} answers ${fact.exchange.op}, the law is one of ${op}`);
    const exchange: Exchange = { layer: some, op, reference, overwritten };
    return fact.channels(span, exchange);
  };
  const own = new Map([...bound].map(([name, fact]) => [name, answered(name, fact)])) as Facts['bound'];
  return { ...{ reference, bound: own, subject, chapters }, shape: shapeOf(some), fixed: new Map(), figured };
}

/** A judgement of some channels, its place told among all. */
function within(judged: Judgement, [from]: Span, [, C]: Shape): Judgement {
  const spreads = judged.spreads.map((one) => ({
    ...one,
    channels: one.channels.map((own) => ({ ...own, channel: own.channel + from })),
  }));
  return { ...judged, spreads, refuted: judged.refuted && placed(judged.refuted, from, C) };
}

function placed(refuted: Refutation, from: number, C: number): Refutation {
  const [N, own, S] = refuted.shape;
  if (size(refuted.shape) === 0) return refuted;
  const [n, c, s] = [Math.floor(refuted.place / (own * S)), Math.floor(refuted.place / S) % own, refuted.place % S];
  return { ...refuted, place: (n * C + from + c) * S + s, shape: [N, C, S] };
}

/** Both, with the refutation that comes first in the order of samples, channels, positions. */
function first(a: Judgement, b: Judgement): Judgement {
  const later = a.refuted && b.refuted && b.refuted.place < a.refuted.place;
  return { ...merged(a, b), spreads: beside(a.spreads, b.spreads), ...(later ? { refuted: b.refuted } : {}) };
}
