import type { RunDetails } from 'fast-check';
import { blank, type Certificate, plus } from '../oracle/certificate.js';
import type { Unanswered } from './asker.js';
import { figure, joined } from './figures.js';
import type { Refutation } from './judge.js';
import { type CaseJudgement, rising } from './judge-case.js';
import { elements } from './layer.js';
import type { Drawn, Property } from './property.js';
import type { Figure, Grade, Status, Tier, Worst } from './report.js';

/** A case that refutes a law at a tier. */
export interface Refuted {
  readonly drawn: Drawn;
  readonly tier: Tier;
  readonly refutation: Refutation;
}

/** What came of one law, before it is written as a report. */
export interface Counted {
  readonly property: Property;
  readonly law: string;
  readonly status: Status;
  readonly grade: Grade;
  /** Whether the two best tiers say anything of its answers. */
  readonly strict: boolean;
  readonly cases: number;
  readonly elements: number;
  readonly notCheckable: number;
  readonly worst: Worst | null;
  readonly figures: readonly Figure[];
  readonly oracle: Certificate | null;
  readonly broken: { readonly cause: Unanswered; readonly drawn: Drawn } | null;
  readonly refuted: Refuted | null;
  readonly heldBack: Refuted | null;
  readonly details: Pick<RunDetails<[Drawn]>, 'seed' | 'counterexamplePath' | 'numShrinks'>;
  readonly message: string | null;
}

/** Counts the cases of one law and keeps the best witnesses. */
export function tally(property: Property, law: string, required: Tier) {
  const open = new Set<Tier>(rising);
  const judgedAt = new Set<Tier>();
  const state = { cases: 0, dull: 0, blind: 0, elements: 0, notCheckable: 0, budget: 0, ulps: 0 };
  const figures: Figure[] = [];
  let oracle: Certificate | null = null;
  let refuted: Refuted | null = null;
  let heldBack: Refuted | null = null;
  let broken: Counted['broken'] = null;
  const demanded = rising.slice(0, rising.indexOf(required) + 1);

  const witness = ({ drawn, byTier }: CaseJudgement, among: readonly Tier[]): Refuted | null => {
    for (const tier of among) {
      const refutation = byTier.get(tier)?.refuted;
      if (refutation) return { drawn, tier, refutation };
    }
    return null;
  };

  const observe = (judged: CaseJudgement): void => {
    const shown = judged.byTier.get(required) ?? judged.byTier.get('semantic');
    for (const spread of shown?.spreads ?? []) figures.push(figure(property.id, state.cases, spread));
    state.cases += 1;
    if (judged.certificate) oracle = plus(judged.certificate, oracle ?? blank());
    if (!judged.telling) state.dull += 1;
    state.elements += shown?.elements ?? 0;
    state.notCheckable += judged.telling ? (shown?.notCheckable ?? 0) : (shown?.elements ?? 0);
    if (!judged.telling || 2 * (shown?.notCheckable ?? 0) > (shown?.elements ?? 0)) state.blind += 1;
    state.budget = Math.max(state.budget, shown?.budget ?? 0);
    state.ulps = Math.max(state.ulps, shown?.ulps ?? 0);
    for (const tier of judged.byTier.keys()) judgedAt.add(tier);
    const beyond = witness(judged, rising);
    if (!beyond) return;
    for (const tier of rising.slice(rising.indexOf(beyond.tier))) open.delete(tier);
    const smaller = !heldBack || elements(judged.drawn.layer) < elements(heldBack.drawn.layer);
    if (
      !heldBack ||
      rising.indexOf(beyond.tier) < rising.indexOf(heldBack.tier) ||
      (beyond.tier === heldBack.tier && smaller)
    )
      heldBack = beyond;
  };

  return {
    get cases() {
      return state.cases;
    },
    get failed() {
      return refuted !== null || broken !== null;
    },
    get broken() {
      return broken;
    },
    get refuted() {
      return refuted;
    },
    /** Whether the cases so far say too little of the law. */
    get vacuous() {
      return state.cases === 0 || (!property.mayBeVacuous && 2 * state.blind > state.cases);
    },
    /** Tiers worth judging: those demanded, and the better ones that nothing has refuted yet. */
    open: (): Tier[] => rising.filter((tier) => demanded.includes(tier) || open.has(tier)),
    breaks(cause: Unanswered, drawn: Drawn) {
      broken = { cause, drawn };
    },
    /** Counts a case unless it is a step of shrinking. */
    add(judged: CaseJudgement) {
      if (!refuted) observe(judged);
      const found = witness(judged, demanded);
      if (found) refuted = found;
    },
    refutes: (judged: CaseJudgement): boolean => witness(judged, demanded) !== null,
    /** `partly`: of cases that are not seen here nothing is said, so the law is not called vacuous. */
    finish(details: Counted['details'], interrupted: boolean, partly = false): Counted {
      const vacuous = this.vacuous && !partly;
      const status: Status = broken ? 'breaks' : refuted ? 'fails' : vacuous && !interrupted ? 'vacuous' : 'holds';
      const strict = judgedAt.has('faithful');
      const best = rising
        .filter((tier) => open.has(tier) && (strict || tier === 'semantic' || tier === 'stable'))
        .at(-1);
      return {
        property,
        law,
        status,
        grade: status === 'holds' ? (best ?? 'none') : 'none',
        strict,
        ...{ cases: state.cases, elements: state.elements, notCheckable: state.notCheckable },
        worst: state.elements > 0 ? { output: property.binds[0]!, budget: state.budget, ulps: state.ulps } : null,
        figures: joined(figures),
        oracle,
        broken,
        refuted,
        heldBack: status === 'holds' ? heldBack : null,
        details,
        message: vacuous ? emptiness(state) : null,
      };
    },
  };
}

function emptiness({
  cases,
  dull,
  elements: all,
  notCheckable,
}: {
  cases: number;
  dull: number;
  elements: number;
  notCheckable: number;
}): string {
  if (cases === 0) return 'no case could be drawn for this target';
  if (2 * dull > cases) return `${dull} of ${cases} cases could not have told a right answer from a worthless one`;
  return `${notCheckable} of ${all} elements could not be judged by an honest bound`;
}
