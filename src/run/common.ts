import { kinds, type Place, sizes, type Trait } from './traits.js';

/** A sentence on what sets wrong channels apart from right ones. */
export function common(failing: readonly Place[], passing: readonly Place[]): string {
  if (passing.length === 0) return 'no answer of this operation is right';
  const traits = [...kinds, ...Object.entries(sizes).flatMap(([what, of]) => limits(what, of, failing, passing))];
  return distinct(traits, failing, passing, 'channel') ?? 'no trait of the cases tells wrong answers from right ones';
}

/** What the wrong ones have and the right ones have not, as a sentence: one trait, or two together. Null where nothing does. */
export function distinct<T>(
  traits: readonly Trait<T>[],
  failing: readonly T[],
  passing: readonly T[],
  what: string,
): string | null {
  const seen = traits.map((trait) => ({
    trait,
    wrong: failing.map((one) => trait.has(one)),
    right: passing.map((one) => trait.has(one)),
  }));
  const pairs = seen
    .filter(({ wrong }) => share(wrong) === 1)
    .flatMap((a, i, all) => all.slice(i + 1).map((b) => both(a, b)));
  const best = [...seen, ...pairs].reduce((a, b) => (score(b) > score(a) + 0.02 ? b : a));
  const [wrong, right] = [share(best.wrong), share(best.right)];
  if (wrong - right < 0.3) return null;
  const often = wrong === 1 ? `every wrong ${what}` : `${count(best.wrong)} wrong ${what}s`;
  const rarely = right === 0 ? 'no right one' : `${count(best.right)} right ones`;
  return `of ${often}, and of ${rarely}, it is true that ${best.trait.says}`;
}

type Seen<T> = { readonly trait: Trait<T>; readonly wrong: readonly boolean[]; readonly right: readonly boolean[] };

const both = <T>(a: Seen<T>, b: Seen<T>): Seen<T> => ({
  trait: { says: `${a.trait.says} and ${b.trait.says}`, has: (one) => a.trait.has(one) && b.trait.has(one) },
  wrong: a.wrong.map((flag, i) => flag && b.wrong[i]!),
  right: a.right.map((flag, i) => flag && b.right[i]!),
});

const share = (flags: readonly boolean[]): number => flags.filter(Boolean).length / flags.length;
const score = ({ wrong, right }: Pick<Seen<never>, 'wrong' | 'right'>): number => share(wrong) - share(right);
const count = (flags: readonly boolean[]): string => `${flags.filter(Boolean).length} of ${flags.length}`;

/** The limits of a quantity that all wrong channels lie beyond, on either side. */
function limits(
  what: string,
  of: (place: Place) => number,
  failing: readonly Place[],
  passing: readonly Place[],
): Trait[] {
  const values = failing.map(of).filter(Number.isFinite);
  if (values.length < Math.max(1, failing.length) || passing.length === 0) return [];
  const [least, most] = [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))];
  return [
    { says: `${what} is at least ${short(least)}`, has: (place) => of(place) >= least },
    { says: `${what} is at most ${short(most)}`, has: (place) => of(place) <= most },
  ];
}

const short = (value: number): string => (Number.isInteger(value) ? String(value) : value.toPrecision(3));
