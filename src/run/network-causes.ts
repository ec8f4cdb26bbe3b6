import type { Kernel } from '../target/kernel.js';
import { local } from '../target/local.js';
import { Unanswered } from './asker.js';
import { lawOf } from './check.js';
import { agree } from './foreseen-alike.js';
import { judgePut, putCase } from './judge-case.js';
import { clauses } from './law.js';
import { Log } from './log.js';
import { byText, mistaken, type NetworkMutant } from './network-kernel.js';
import { shared } from './network-traits.js';
import type { Drawn, Learning, Property } from './property.js';
import type { Diagnosis, LawResult, Tier } from './report.js';
import type { Subject } from './subject.js';
import { Unfit } from './unfit.js';
import { asCard, type Wrong } from './wrong.js';

interface Judged {
  readonly laws: readonly Property[];
  readonly log: Log;
  readonly judged: Subject;
  readonly required: Tier;
}

/** The laws about networks. */
export const ofNetworks = ({ needs }: Property): boolean => needs.ops.includes('steps');

/** A case of a law, and what the target's networks came to in it. */
interface Case {
  readonly law: Property;
  readonly drawn: Drawn;
  readonly fails: boolean;
  readonly learned: readonly Learning['answers'][];
}

/** A wrong network, and what its networks came to in the same cases. */
interface Suspect {
  readonly id: string;
  readonly says: string;
  readonly kernel: () => Kernel;
}
type Found = Suspect & { readonly learned: readonly (readonly Learning['answers'][])[] };

/**
 * Names what a target does wrong in training networks, whose single operations are right: the wrong network that refutes
 * just the laws that it refutes, on the very cases, and comes to the same in each of them.
 */
export async function networkCauses(
  results: readonly LawResult[],
  wrongs: readonly Wrong[],
  mutants: readonly NetworkMutant[],
  { laws, log, judged, required }: Judged,
): Promise<Diagnosis[]> {
  const told = results.flatMap(({ id, status }) => {
    const law = laws.find((one) => one.id === id)!;
    return ofNetworks(law) && (status === 'fails' || status === 'holds') ? [{ law, fails: status === 'fails' }] : [];
  });
  const cases = told.flatMap(({ law, fails }) => {
    const drawn = log.cases.get(law.id) ?? [];
    return drawn.flatMap((one, i): Case[] => {
      const learned = log.learned.get(one) ?? [];
      return learned.length > 0 ? [{ law, drawn: one, learned, fails: fails && i === drawn.length - 1 }] : [];
    });
  });
  // What is wrong tells most suspects apart at once.
  cases.sort((a, b) => Number(b.fails) - Number(a.fails));
  const refuted = told.filter(({ fails }) => fails).map(({ law }) => law.id);
  const counts = { op: 'steps', of: refuted.length, passing: told.length - refuted.length };
  const unknown = { kind: 'unknown', id: 'steps', ...counts, explains: 0 } as const;
  const found: Found[] = [];
  if (cases.some(({ fails }) => fails))
    for (const suspect of suspectsOf(wrongs, mutants, judged)) {
      const learned = await like(suspect, cases, judged, required);
      if (learned) found.push({ ...suspect, learned });
    }
  for (const { learned } of cases) forget(learned);
  const [first, ...others] = found;
  if (first && others.every((other) => cases.every((_, i) => same(first.learned[i]!, other.learned[i]!, required)))) {
    const equal = others.length === 0 ? '' : ` (${others.map(({ id }) => id).join(', ')} cannot be told from it)`;
    return [{ ...unknown, kind: 'mutant', id: first.id, explains: refuted.length, says: `${first.says}${equal}` }];
  }
  const all = shared(
    cases.flatMap(({ learned }) => learned),
    required,
  );
  const compares = 'each answer of a network lies within its bound; what fails compares networks with one another';
  return [{ ...unknown, says: `${all ?? compares}: ${refuted.join(', ')}` }];
}

/** Wrong networks in the target's own dialect, and those that no edit says. */
function suspectsOf(wrongs: readonly Wrong[], mutants: readonly NetworkMutant[], { card, profile, spec }: Subject) {
  const edited = mutants.map(
    (mutant): Suspect => ({
      ...{ id: mutant.id, says: mutant.says },
      kernel: () => ({ card: asCard(card), steps: byText(mistaken(spec, mutant), profile) }),
    }),
  );
  const others = wrongs.filter(({ id, op }) => op === 'steps' && !mutants.some((mutant) => mutant.id === id));
  return [...edited, ...others.map(({ id, says, kernel }): Suspect => ({ id, says, kernel }))];
}

/** What the suspect's networks come to in each case; null as soon as the target's do not, or its law says otherwise of them. */
async function like(suspect: Suspect, cases: readonly Case[], subject: Subject, tier: Tier) {
  const target = local(suspect.id, suspect.kernel());
  const all: (readonly Learning['answers'][])[] = [];
  for (const { law, drawn, fails, learned } of cases) {
    const log = new Log();
    const parts = clauses(lawOf(law, subject)!, law.id);
    try {
      const put = await putCase(law, parts, drawn, { target, subject, log });
      const own = log.learned.get(drawn)!;
      if (!same(learned, own, tier)) return null;
      const { byTier } = judgePut(law, parts, put, [tier]);
      if ((byTier.get(tier)?.refuted != null) !== fails) return null;
      all.push(own);
    } catch (cause) {
      if (cause instanceof Unanswered || cause instanceof Unfit) return null;
      throw cause;
    }
  }
  return all;
}

const same = (a: readonly Learning['answers'][], b: readonly Learning['answers'][], tier: Tier): boolean =>
  a.length === b.length && a.every((answers, i) => agree(answers, b[i]!, tier));

const forget = (learned: readonly Learning['answers'][]): void => {
  for (const answers of learned) for (const one of answers.values()) one.forget();
};
