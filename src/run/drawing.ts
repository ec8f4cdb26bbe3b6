import fc from 'fast-check';
import { sizeOf } from './layer.js';
import type { Drawn, Property, Terms } from './property.js';

/** What the cases of a law depend on. */
export interface Drawing {
  readonly terms: Terms;
  readonly seed: number;
  /** Drawn cases per law. */
  readonly cases: number;
}

/** The directed cases of a law, and how many are drawn in all. */
export function plan(property: Property, drawing: Drawing) {
  const examples = directed(property, drawing.terms).map((drawn) => [drawn] as [Drawn]);
  return { seed: seedOf(property.id, drawing.seed), examples, numRuns: count(property, drawing) };
}

/** How many cases of a law are drawn in all. */
export function count(property: Property, { terms, cases }: Drawing): number {
  if (property.few) return Math.max(1, countDirected(property, terms) + Math.floor(cases / 50));
  return Math.ceil(cases * (property.many ? 2 : property.half ? 0.5 : 1));
}

const directed = (property: Property, terms: Terms): Drawn[] =>
  (property.examples?.(terms) ?? []).filter(({ layer }) => sizeOf(layer) <= terms.longest);

const counted = new WeakMap<Terms, Map<Property, number>>();
/** Kept, since directed cases take long to make, and are large. */
function countDirected(property: Property, terms: Terms): number {
  let known = counted.get(terms);
  if (!known) counted.set(terms, (known = new Map()));
  let length = known.get(property);
  if (length === undefined) known.set(property, (length = directed(property, terms).length));
  return length;
}

/** The cases of a law in their order, directed ones first. Making those takes long, so a plan can be handed on. */
export function drawn(
  property: Property,
  drawing: Drawing,
  wanted?: number,
  from = 0,
  planned = plan(property, drawing),
): Drawn[] {
  const numRuns = wanted ?? planned.numRuns;
  const cases: Drawn[] = [];
  fc.check(
    fc.property(property.given(drawing.terms), (one) => void cases.push(one)),
    { ...planned, numRuns, ...(from > 0 ? { path: String(from) } : {}) },
  );
  return cases;
}

/** The cases of a law, drawn as far as they are asked for. */
export interface Series {
  readonly length: number;
  at(i: number): Drawn | undefined;
}

/** As many cases as the law has, directed ones first. */
export function series(property: Property, drawing: Drawing): Series {
  const numRuns = count(property, drawing);
  let planned: ReturnType<typeof plan> | undefined;
  const cases: Drawn[] = [];
  return {
    length: numRuns,
    at(i) {
      const wanted = Math.min(numRuns, Math.max(first, 2 * (i + 1)));
      if (i >= cases.length) {
        planned ??= plan(property, drawing);
        cases.push(...drawn(property, drawing, wanted, 0, planned).slice(cases.length));
      }
      return cases[i];
    },
  };
}

/** So many cases of a series are drawn together at least. */
const first = 4;

/** So many cases are drawn at once, and as many again whenever they are used up; at most so many, which are in memory together. */
const [atOnce, atMost] = [64, 2 ** 13];

/** The same one by one, without end: a case that cannot be asked is followed by another. */
export function* stream(property: Property, drawing: Drawing): Generator<Drawn, never> {
  let [cases, from]: [Drawn[], number] = [[], 0];
  for (let at = 0; ; at += 1) {
    if (at === from + cases.length) {
      from = at;
      const first = Math.min(count(property, drawing), atOnce);
      cases = drawn(property, drawing, at === 0 ? first : Math.min(at, atMost), at);
    }
    yield cases[at - from]!;
  }
}

/** Every law draws its own cases from the one seed of the run (FNV-1a of its id added), whatever else is run. */
export function seedOf(id: string, seed: number): number {
  let hash = 0x811c9dc5;
  for (const char of id) hash = Math.imul(hash ^ char.codePointAt(0)!, 0x01000193);
  return (hash + seed) | 0;
}
