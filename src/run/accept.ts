import { add, at, type Column, column, subtract } from '../exact/column.js';
import { type Format, formats } from '../exact/format.js';
import { nextDown } from '../exact/grid.js';
import { round } from '../exact/round.js';
import { down, type Ranges, stretch, up } from '../formula/interval.js';
import { accumulator } from './accuracy.js';
import { type Answered, perElement } from './answer.js';
import { shapeOf } from './layer.js';
import type { Tier } from './report.js';

/**
 * The comparator: storage answer `s` is accepted for the exact `v` iff RN(v - E) <= s <= RN(v + E).
 * Read the other way round, `s` stands for every v within E of the values that round to it: its acceptance set.
 */
export interface Rule {
  readonly format: Format;
  readonly tier: Tier;
  /** Stores may truncate (claim `store: any`). */
  readonly anyStore: boolean;
}

/**
 * `exact` and `faithful` say something only of an output narrower than the accumulator: an equal one has no spare bits,
 * and is held to `stable` there.
 */
export function ruleOf(answered: Answered, tier: Tier, card: Parameters<typeof accumulator>[1]): Rule {
  const { format } = answered;
  const wide = formats[format].p >= formats[accumulator(answered.exchange.layer, card)].p;
  const strict = tier === 'exact' || tier === 'faithful';
  return { format, tier: strict && wide ? 'stable' : tier, anyStore: card.claims.store === 'any' };
}

/** The closed hulls of the values that answers may stand for, as far as rounding to storage goes; NaN has none. */
export function hulls(
  { values, neighbours: { below, above } }: Answered,
  { format, tier, anyStore }: Rule,
): Pick<Ranges, 'lo' | 'hi'> {
  const { max } = formats[format];
  // Halfway points of the narrower formats are float64 values; those of f64 are not, so there the neighbour stands in.
  const whole = format === 'f64' || tier === 'faithful' || anyStore;
  const share = whole ? 1 : 0.5;
  const beyond = format === 'f64' ? max : max + (max - nextDown(max, format)) / 2;
  // What infinity stands for at least, and the largest number at most: all beyond it, where a store may go either way.
  const least = whole ? max : beyond;
  const most = tier === 'faithful' || anyStore ? Infinity : beyond;
  const [lo, hi] = [new Float64Array(values.length), new Float64Array(values.length)];
  for (let i = 0; i < values.length; i += 1) {
    const s = values[i]!;
    if (Math.abs(s) < max) {
      lo[i] = s + (below[i]! - s) * share;
      hi[i] = s + (above[i]! - s) * share;
    } else if (Number.isNaN(s)) [lo[i], hi[i]] = [Infinity, -Infinity];
    else if (s > 0) [lo[i], hi[i]] = s === Infinity ? [least, s] : [s + (below[i]! - s) * share, most];
    else [lo[i], hi[i]] = s === -Infinity ? [s, -least] : [-most, s + (above[i]! - s) * share];
  }
  return { lo, hi };
}

/** The acceptance sets of an answer, element by element; [-inf, inf] where no honest bound exists. */
export function accept(answered: Answered, rule: Rule): Ranges {
  let sets = answered.sets.get(rule.tier);
  if (!sets) answered.sets.set(rule.tier, (sets = acceptance(answered, rule)));
  return sets;
}

function acceptance(answered: Answered, rule: Rule): Ranges {
  const { values, shape } = answered;
  const errors = allowed(answered, rule.tier);
  const { lo, hi } = hulls(answered, rule);
  for (let i = 0; i < values.length; i += 1) {
    const E = errors[i]!;
    if (!(E < Infinity)) {
      lo[i] = -Infinity;
      hi[i] = Infinity;
    } else if (E > 0 && lo[i]! <= hi[i]!) {
      lo[i] = down(lo[i]! - E);
      hi[i] = up(hi[i]! + E);
    }
  }
  return carried(answered, { shape, lo, hi }, rule);
}

/** The error that is allowed each value of an answer, wherever it was picked from. */
export function allowed({ exchange, output, places, shape }: Answered, tier: Tier): Float64Array {
  const error = exchange.reference.allowed(output, tier);
  if (!places) return stretch(error, shape).hi;
  const { layer } = exchange;
  const all = stretch(error, perElement(output) ? shapeOf(layer) : [1, layer.C, 1]).hi;
  return Float64Array.from(places, (place) => all[place]!);
}

/**
 * A running statistic that was computed from an answered one stands for the exact chain within its own set, widened by
 * what remains, (1 - alpha), of the doubt about the one before.
 */
function carried(answered: Answered, own: Ranges, rule: Rule): Ranges {
  const before =
    answered.output === 'next_mean'
      ? answered.exchange.carried?.mean
      : answered.output === 'next_var'
        ? answered.exchange.carried?.variance
        : undefined;
  if (!before) return own;
  const set = accept(before, rule);
  const rest = answered.exchange.reference.left;
  const lo = own.lo.map((v, i) => down(v - up(rest * up(set.hi[i]! - before.values[i]!))));
  const hi = own.hi.map((v, i) => up(v + up(rest * up(before.values[i]! - set.lo[i]!))));
  return { shape: own.shape, lo, hi };
}

/** Whether `s` is accepted for the exact value `v[i]`: the comparator itself, in exact arithmetic. */
export function acceptsExactly(s: number, v: Column, i: number, E: number, { format, tier, anyStore }: Rule): boolean {
  if (Number.isNaN(s)) return false;
  const exact = at(v, i);
  if (tier === 'exact') return round(exact, 0, format) === s;
  if (tier === 'faithful') return round(exact, 0, format, 'down') <= s && s <= round(exact, 0, format, 'up');
  const error = column([E]);
  const least = round(subtract(exact, error), 0, format, anyStore ? 'down' : 'nearest');
  return least <= s && s <= round(add(exact, error), 0, format, anyStore ? 'up' : 'nearest');
}
