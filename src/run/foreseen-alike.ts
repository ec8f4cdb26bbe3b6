import { neighbours } from '../exact/bits.js';
import type { Span } from '../formula/spans.js';
import type { Foreseen } from './foreseen.js';
import type { Learning } from './property.js';
import type { Tier } from './report.js';

/**
 * Whether a network came to what another came to, output by output: as near as two right answers lie to each other, and
 * where it came to larger numbers than right ones are, as near in proportion. What no bound holds says nothing.
 */
export function agree(a: Learning['answers'], b: Learning['answers'], tier: Tier): boolean {
  return (
    a.size === b.size &&
    [...a].every(([name, own]) => {
      const other = b.get(name);
      return other !== undefined && near(own, other, tier);
    })
  );
}

function near(a: Foreseen, b: Foreseen, tier: Tier): boolean {
  const spans = a.spans(tier);
  const [own, other] = [a.values!, b.values!];
  const { below, above } = neighbours(own, a.network.dtype);
  const growth = largerBy([own, other], spans);
  return own.every((v, i) => {
    const [w, { lo, hi }] = [other[i]!, spans[i]!];
    if (hi - lo === Infinity) return true;
    if (Number.isNaN(v) || Number.isNaN(w)) return Number.isNaN(v) && Number.isNaN(w);
    return v === w || Math.abs(v - w) <= growth * (hi - lo) + (above[i]! - below[i]!);
  });
}

/** How many times larger the largest answer is than the largest right one; at least 1. */
function largerBy(answers: readonly Float64Array[], spans: readonly Span[]): number {
  const largest = (values: Iterable<number>): number => {
    let most = 0;
    for (const v of values) if (Math.abs(v) < Infinity) most = Math.max(most, Math.abs(v));
    return most;
  };
  const right = largest(spans.flatMap(({ lo, hi }) => [lo, hi]));
  return right > 0 ? Math.max(1, largest(answers.flatMap((values) => [...values])) / right) : 1;
}
