import { type Degree, degreeOf, degrees, drawn } from '../formula/degree.js';
import { evaluate } from '../formula/evaluate.js';
import { FormulaError } from '../formula/parse.js';
import { perChannel } from '../formula/shape.js';
import type { Suite } from '../suite.js';
import { questions, readCard } from '../wire/protocol.js';
import { count } from './drawing.js';
import { specKernel } from './formula-kernel.js';
import { type Field, reading, sampling, variables } from './identity.js';
import { clauses } from './law.js';
import type { Profile } from './profile.js';
import type { Property, Terms } from './property.js';
import { casesOf } from './run.js';
import { refusal, terms } from './select.js';
import { type Subject, subject } from './subject.js';

/** A law that is an identity of the specification: how likely a false one would pass the test, and at which m. */
export interface Proof {
  /** The largest degree of its equations at these m. */
  readonly degree: number;
  readonly sizes: readonly number[];
}

const field: Field<Degree> = { algebra: degrees, pick: (value) => value };

/** null: the law is no identity of the specification. */
export function proofOf(law: Property, { spec, identities }: Pick<Suite, 'spec' | 'identities'>): Proof | null {
  const identity = identities[law.id];
  if (typeof law.law !== 'string' || law.where) return null;
  const parts = clauses(law.law, law.id);
  const kinds = variables(identity);
  const given = (name: string): Degree | undefined =>
    Object.hasOwn(kinds, name) ? drawn(kinds[name] === 'elements', kinds[name] === 'one sign') : undefined;
  const sizes = identity?.sizes ?? sampling.sizes;
  const at = (m: number): number[] => {
    const lookup = reading(spec, { law, identity, m }, field, given);
    return parts.map((part) => {
      if (part.kind !== 'compare' || part.fn !== 'equal') throw new FormulaError(`${part.text} is no equation`);
      const [left, right] = [part.left, part.right].map((side) => evaluate(side, degrees(m), lookup, perChannel));
      return degreeOf(left!, right!);
    });
  };
  try {
    return { degree: Math.max(...sizes.flatMap(at)), sizes };
  } catch (cause) {
    if (cause instanceof FormulaError) return null;
    throw cause;
  }
}

/** The exponent e in: a false identity passes with probability at most 2^-e. */
export const strength = ({ degree }: Proof): number =>
  Math.floor(sampling.points * (sampling.bits - Math.log2(Math.max(1, degree))));

/** Where the rounded specification was held to a law: so many cases in a default run with seed 1, under a profile. */
export interface Tested {
  readonly profile: string;
  readonly cases: number;
}

interface Judged {
  readonly judged: Subject;
  readonly asked: Terms;
}

const known = new WeakMap<Profile, Judged>();

/** The specification in a dialect, with all that can be asked of it. */
function rounded(name: string, { spec, profiles }: Pick<Suite, 'spec' | 'profiles'>): Judged {
  const profile = profiles[name]!;
  let found = known.get(profile);
  if (!found) {
    const words = Object.entries(specKernel(spec, profile, name).card).map(([key, value]) => [key, String(value)]);
    const card = readCard({ ops: questions.join(), ...Object.fromEntries(words) });
    const judged = subject(card, profile, spec);
    known.set(profile, (found = { judged, asked: terms(judged, card.dtypes, card.layouts) }));
  }
  return found;
}

/** In the dialect of torch, or else in the first that is asked the law. */
export function testedBy(law: Property, suite: Pick<Suite, 'spec' | 'profiles'>): Tested | null {
  for (const profile of ['torch', ...Object.keys(suite.profiles)]) {
    const { judged, asked } = rounded(profile, suite);
    if (refusal(law, judged, asked) === null)
      return { profile, cases: count(law, { terms: asked, seed: 1, cases: casesOf.standard }) };
  }
  return null;
}
