import { named } from '../formula/ast.js';
import { FormulaError } from '../formula/parse.js';
import { leaves } from '../formula/program.js';
import type { Suite } from '../suite.js';
import { local } from '../target/local.js';
import { lawOf } from './check.js';
import { drawn } from './drawing.js';
import { mutantKernel } from './formula-kernel.js';
import { readable } from './judge-case.js';
import { clauses } from './law.js';
import { edited } from './mutant.js';
import type { Property, Terms } from './property.js';
import { inputs } from './reference.js';
import { refusal, terms } from './select.js';
import { type Subject, subject } from './subject.js';

/**
 * What is wrong with the data of a suite: an edit that does not fit its formula, a law that reads a name which nobody
 * gives, a profile or a law that is not there. Each line names the file and the cure. A suite with any is not built.
 */
export async function faults(suite: Suite): Promise<string[]> {
  const mistakes = [
    ...suite.mutants.flatMap((one) => ofMutant(one, suite)),
    ...suite.kernels.flatMap((one) => ofHome(one, suite)),
  ];
  return mistakes.length > 0 ? mistakes : ofLaws(suite);
}

function ofMutant(mutant: Suite['mutants'][number], suite: Suite): string[] {
  try {
    edited(suite.spec, mutant);
  } catch (cause) {
    if (!(cause instanceof FormulaError)) throw cause;
    return [`${at(mutant, suite)} does not fit: ${cause.message}; edit the text as it stands now, or drop the mutant`];
  }
  return ofHome(mutant, suite);
}

function ofHome(
  wrong: { readonly id: string; readonly profile: string; readonly shows?: string },
  suite: Suite,
): string[] {
  const { profile, shows } = wrong;
  const lost = shows !== undefined && !suite.laws.some(({ id }) => id === shows);
  return [
    ...(Object.hasOwn(suite.profiles, profile)
      ? []
      : [`${at(wrong, suite)} is of the profile '${profile}', which is not there; name one of spec/profiles-*.ts`]),
    ...(lost ? [`${at(wrong, suite)} is shown by '${shows}', which is no law; name one of properties/`] : []),
  ];
}

/** Every law under every dialect that asks it. */
async function ofLaws(suite: Suite): Promise<string[]> {
  const found = new Set<string>();
  const numbers = new Map<Property, readonly string[]>();
  for (const [name, profile] of Object.entries(suite.profiles)) {
    const card = await local(name, mutantKernel(name, suite.spec, profile, name)).hello();
    const judged = subject(card, profile, suite.spec);
    const asked = terms(judged, card.dtypes, card.layouts);
    for (const law of suite.laws.filter((one) => refusal(one, judged, asked) === null)) {
      if (!numbers.has(law)) numbers.set(law, numbersOf(law, asked));
      const why = unread(law, judged, numbers.get(law)!);
      if (why !== null) found.add(`${at(law, suite)}: ${why}; bind it in ask, or add the formula`);
    }
  }
  return [...found];
}

/** The numbers that a law draws beside the layer. */
function numbersOf(law: Property, asked: Terms): string[] {
  const [one] = drawn(law, { terms: asked, seed: 1, cases: 1 });
  return Object.entries(one ?? {}).flatMap(([name, value]) => (typeof value === 'number' ? [name] : []));
}

/** Why a law cannot be read: a name in it that nobody gives; null if it can. */
function unread(law: Property, judged: Subject, numbers: readonly string[]): string | null {
  const given = new Set([...law.binds, ...numbers, ...inputs, 'mu', 'sigma2']);
  try {
    for (const clause of clauses(lawOf(law, judged)!, law.id)) {
      const trees = clause.kind === 'predicate' ? clause.names.map(named) : [clause.left, clause.right];
      const chapters = clause.kind === 'predicate' ? [] : readable(law, judged);
      for (const tree of trees) leaves(tree, { chapters, has: (name) => given.has(name) });
    }
    return null;
  } catch (cause) {
    if (cause instanceof FormulaError) return cause.message;
    throw cause;
  }
}

const at = ({ id }: { readonly id: string }, { fileOf }: Suite): string => `${fileOf[id]}: '${id}'`;
