import fc from 'fast-check';
import type { Format } from '../src/exact/format.js';
import { check, lawOf } from '../src/run/check.js';
import { mutantKernel } from '../src/run/formula-kernel.js';
import { edited, type Mutant } from '../src/run/mutant.js';
import type { Property, Terms } from '../src/run/property.js';
import { casesOf } from '../src/run/run.js';
import { refusal, terms } from '../src/run/select.js';
import { type Subject, subject } from '../src/run/subject.js';
import type { Counted } from '../src/run/tally.js';
import { suite } from '../src/suite.js';
import type { Kernel } from '../src/target/kernel.js';
import { local } from '../src/target/local.js';
import type { Target } from '../src/target/target.js';

/** A kernel of ours, ready to be judged in this process. */
export interface Judged {
  readonly target: Target;
  readonly subject: Subject;
  readonly terms: Terms;
}

/** The kernel under a dialect, asked in these dtypes or in all it has. */
export async function judged(kernel: Kernel, profile: string, dtypes?: readonly Format[]): Promise<Judged> {
  const target = local(kernel.card.name, kernel);
  const card = await target.hello();
  const of = subject(card, suite.profiles[profile]!, suite.spec);
  return { target, subject: of, terms: terms(of, dtypes ?? (card.dtypes as Format[]), card.layouts) };
}

/** The wrong kernel of a mutant, under its own profile. */
export function wrong(mutant: Mutant, dtypes?: readonly Format[]): Promise<Judged> {
  const { id, profile } = mutant;
  const kernel = mutantKernel(id, edited(suite.spec, mutant), suite.profiles[profile]!, profile);
  return judged(kernel, profile, dtypes);
}

/** The laws that can be asked of it, in the order of the suite. */
export const asked = (of: Judged): Property[] =>
  suite.laws.filter((law) => refusal(law, of.subject, of.terms) === null);

/** What a default run makes of one law, but that it does not shrink what it refutes. */
export function verdict(law: Property, of: Judged, cases: number = casesOf.standard): Promise<Counted> {
  const options = { required: 'semantic', seed: 1, cases, signal: new AbortController().signal } as const;
  return check(unshrunk(law), lawOf(law, of.subject)!, { ...of, ...options, counter: { asked: 0 } });
}

const known = new Map<Property, Property>();

/** The same law on the same cases. One copy each, since the engine keeps what it compiled by the law. */
function unshrunk(law: Property): Property {
  let copy = known.get(law);
  if (!copy) known.set(law, (copy = { ...law, given: (asked) => fc.noShrink(law.given(asked)) }));
  return copy;
}
