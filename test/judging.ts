import fc from 'fast-check';
import type { Format } from '../src/exact/format.js';
import { symbols } from '../src/formula/ast.js';
import type { Chapter } from '../src/formula/chapter.js';
import { parse } from '../src/formula/parse.js';
import { check, lawOf } from '../src/run/check.js';
import { mutantKernel } from '../src/run/formula-kernel.js';
import { Log } from '../src/run/log.js';
import { edited, fresh, type Mutant, type WrongKernel } from '../src/run/mutant.js';
import type { Profile } from '../src/run/profile.js';
import type { Property, Terms } from '../src/run/property.js';
import type { Tier } from '../src/run/report.js';
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
export async function judged(kernel: Kernel, profile: string | Profile, dtypes?: readonly Format[]): Promise<Judged> {
  const target = local(kernel.card.name, kernel);
  const card = await target.hello();
  const of = subject(card, typeof profile === 'string' ? suite.profiles[profile] : profile, suite.spec);
  return { target, subject: of, terms: terms(of, dtypes ?? (card.dtypes as Format[]), card.layouts) };
}

/** The kernel of a mutant, under its own profile. */
export function judgedMutant(mutant: Mutant, dtypes?: readonly Format[]): Promise<Judged> {
  const { id, profile } = mutant;
  const kernel = mutantKernel(id, edited(suite.spec, mutant), suite.profiles[profile], profile);
  return judged(kernel, profile, dtypes);
}

/** A fresh wrong kernel, under its own profile. */
export const judgedKernel = (wrong: WrongKernel, dtypes?: readonly Format[]): Promise<Judged> =>
  judged(fresh(wrong), wrong.profile, dtypes);

/** The laws that can be asked of it, in the order of the suite. */
export const asked = (of: Judged): Property[] =>
  suite.laws.filter((law) => refusal(law, of.subject, of.terms) === null);

/** What a default run with seed 1 makes of one law, but that it does not shrink what it refutes. */
export function verdict(
  law: Property,
  of: Judged,
  {
    cases = casesOf.standard,
    required = 'semantic',
    log = new Log(),
  }: { cases?: number | undefined; required?: Tier; log?: Log } = {},
): Promise<Counted> {
  const text = lawOf(law, of.subject);
  if (text === null) throw new Error(`${law.id} says nothing under this profile`);
  const signal = new AbortController().signal;
  return check(unshrunk(law), text, { ...of, required, seed: 1, cases, signal, log });
}

const copies = new Map<Property, Property>();

/** The same law on the same cases. One copy each, since the engine keeps by the law what it compiled. */
function unshrunk(law: Property): Property {
  const copy = copies.get(law) ?? { ...law, given: (terms: Terms) => fc.noShrink(law.given(terms)) };
  copies.set(law, copy);
  return copy;
}

/** Whether an edit of the mutant reaches a formula. */
export function reaches(mutant: Mutant): (name: string) => boolean {
  const alpha = { is: suite.profiles[mutant.profile].update };
  const formulas: Chapter = Object.assign({ alpha }, ...suite.spec.chapters[mutant.op].toReversed());
  const reached = (name: string): boolean =>
    mutant.edits.some(({ formula }) => formula === name) ||
    (name in formulas && symbols(parse(formulas[name].is)).some(reached));
  return reached;
}

/** The laws that ask what the mutant computes: first those on an output that its edits reach, large directed cases last. */
export function telling(mutant: Mutant, laws: readonly Property[]): Property[] {
  const reached = reaches(mutant);
  const weight = ({ binds, few }: Property): number => (binds.some(reached) ? 0 : 1) + (few ? 2 : 0);
  return laws.filter(({ needs }) => needs.ops.includes(mutant.op)).toSorted((a, b) => weight(a) - weight(b));
}

/** The first law that refutes the mutant in a default run; null if all hold. */
export async function killer(mutant: Mutant, dtypes?: readonly Format[], cases?: number): Promise<Counted | null> {
  const of = await judgedMutant(mutant, dtypes);
  for (const law of telling(mutant, asked(of))) {
    const counted = await verdict(law, of, { cases, required: mutant.wrongAt ?? 'semantic' });
    if (counted.status === 'fails' || counted.status === 'breaks') return counted;
  }
  return null;
}
