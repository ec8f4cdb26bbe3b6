import { formats } from '../exact/format.js';
import { channel } from './accuracy.js';
import type { Place } from './evidence.js';
import { elements, positions } from './layer.js';

/** What can set the channels of wrong answers apart from those of right ones. */
interface Trait {
  readonly says: string;
  has(place: Place): boolean;
}

const sizes: Readonly<Record<string, (place: Place) => number>> = {
  'the number of channels': ({ layer }) => layer.C,
  'the number of samples': ({ layer }) => layer.N,
  'the number of positions': ({ layer }) => positions(layer),
  'm, the elements per channel,': ({ layer }) => elements(layer),
  'the size of the tensor': ({ layer }) => layer.x.length,
  'the index of the channel': ({ c }) => c,
  'the magnitude of gamma': ({ layer, c }) => Math.abs(layer.gamma?.[c] ?? 1),
  'the magnitude of beta': ({ layer, c }) => Math.abs(layer.beta?.[c] ?? 0),
  epsilon: ({ layer }) => layer.epsilon,
  'the largest magnitude of x': (place) => moments(place).peak,
  'the largest magnitude of dy': ({ layer, c }) => peak(channel(layer, layer.dy, c)),
  'mean over deviation': (place) => Math.abs(moments(place).mean) / moments(place).sigma,
  'variance over epsilon': (place) => moments(place).sigma ** 2 / place.layer.epsilon,
};

const widths = [2, 4, 8, 16, 32] as const;
const counts = {
  'the number of channels': ({ layer }: Place) => layer.C,
  'the number of samples': ({ layer }: Place) => layer.N,
  'the number of positions': ({ layer }: Place) => positions(layer),
  'm, the elements per channel,': ({ layer }: Place) => elements(layer),
};

const kinds: readonly Trait[] = [
  { says: 'the layout is channels_last', has: ({ layer }) => layer.layout === 'channels_last' },
  { says: 'the layout is channels_first', has: ({ layer }) => layer.layout === 'channels_first' },
  ...Object.keys(formats).map(
    (name): Trait => ({ says: `the dtype is ${name}`, has: ({ layer }) => layer.dtype === name }),
  ),
  ...[2, 3, 4, 5].map(
    (rank): Trait => ({ says: `the rank is ${rank}`, has: ({ layer }) => layer.spatial.length + 2 === rank }),
  ),
  { says: 'gamma is absent', has: ({ layer }) => layer.gamma === null },
  { says: 'beta is absent', has: ({ layer }) => layer.beta === null },
  { says: 'the running statistics are absent', has: ({ layer }) => layer.running_mean === null },
  { says: 'gamma is negative', has: ({ layer, c }) => (layer.gamma?.[c] ?? 1) < 0 },
  { says: 'gamma is 0', has: ({ layer, c }) => layer.gamma?.[c] === 0 },
  { says: 'beta is 0', has: ({ layer, c }) => layer.beta?.[c] === 0 },
  { says: 'the channel is constant', has: (place) => moments(place).sigma === 0 },
  { says: 'some input is not finite', has: ({ layer }) => !layer.x.every(Number.isFinite) },
  ...Object.entries(counts).flatMap(([what, of]) =>
    widths.map(
      (width): Trait => ({ says: `${what} is no multiple of ${width}`, has: (place) => of(place) % width !== 0 }),
    ),
  ),
  ...Object.entries(counts).flatMap(([what, of]) =>
    widths.map(
      (width): Trait => ({ says: `${what} is a multiple of ${width}`, has: (place) => of(place) % width === 0 }),
    ),
  ),
];

/** A sentence on what sets wrong channels apart from right ones: one trait, or two together. */
export function common(failing: readonly Place[], passing: readonly Place[]): string {
  if (passing.length === 0) return 'no answer of this operation is right';
  const traits = [...kinds, ...Object.entries(sizes).flatMap(([what, of]) => limits(what, of, failing, passing))];
  const seen = traits.map((trait) => ({ trait, wrong: failing.map(trait.has), right: passing.map(trait.has) }));
  const pairs = seen
    .filter(({ wrong }) => share(wrong) === 1)
    .flatMap((a, i, all) => all.slice(i + 1).map((b) => both(a, b)));
  const best = [...seen, ...pairs].reduce((a, b) => (score(b) > score(a) + 0.02 ? b : a));
  const [wrong, right] = [share(best.wrong), share(best.right)];
  if (wrong - right < 0.3) return 'no trait of the cases tells wrong answers from right ones';
  const often = wrong === 1 ? 'every wrong channel' : `${percent(wrong)} of the wrong channels`;
  const rarely = right === 0 ? 'of no right one' : `of ${percent(right)} of the right ones`;
  return `of ${often}, and ${rarely}, it is true that ${best.trait.says}`;
}

type Seen = { readonly trait: Trait; readonly wrong: readonly boolean[]; readonly right: readonly boolean[] };

const both = (a: Seen, b: Seen): Seen => ({
  trait: { says: `${a.trait.says} and ${b.trait.says}`, has: (place) => a.trait.has(place) && b.trait.has(place) },
  wrong: a.wrong.map((flag, i) => flag && b.wrong[i]!),
  right: a.right.map((flag, i) => flag && b.right[i]!),
});

const share = (flags: readonly boolean[]): number => flags.filter(Boolean).length / flags.length;
const score = ({ wrong, right }: Seen): number => share(wrong) - share(right);
const percent = (part: number): string => `${Math.round(100 * part)} %`;

/** The limits of a quantity that all wrong channels lie beyond, on either side. */
function limits(
  what: string,
  of: (place: Place) => number,
  failing: readonly Place[],
  passing: readonly Place[],
): Trait[] {
  const values = failing.map(of).filter(Number.isFinite);
  if (values.length < failing.length || passing.length === 0) return [];
  const [least, most] = [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))];
  return [
    { says: `${what} is at least ${short(least)}`, has: (place) => of(place) >= least },
    { says: `${what} is at most ${short(most)}`, has: (place) => of(place) <= most },
  ];
}

const short = (value: number): string => (Number.isInteger(value) ? String(value) : value.toPrecision(3));

const peak = (values: Float64Array): number => values.reduce((most, v) => Math.max(most, Math.abs(v)), 0);

const known = new WeakMap<object, Map<number, { mean: number; sigma: number; peak: number }>>();

function moments({ layer, c }: Place): { mean: number; sigma: number; peak: number } {
  let byChannel = known.get(layer);
  if (!byChannel) known.set(layer, (byChannel = new Map()));
  let found = byChannel.get(c);
  if (!found) {
    const values = channel(layer, layer.x, c);
    const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
    const variance = values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / values.length;
    byChannel.set(c, (found = { mean, sigma: Math.sqrt(variance), peak: peak(values) }));
  }
  return found;
}
