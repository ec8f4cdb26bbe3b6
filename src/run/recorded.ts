import type { Judgement } from './judge.js';
import type { CaseJudgement } from './judge-case.js';
import type { Drawn } from './property.js';
import type { Tier } from './report.js';

/** What was judged of a case, without the case: that is drawn anew wherever it is read. */
export type Recorded = Omit<CaseJudgement, 'drawn'>;

export function recorded({ drawn: _, ...judged }: CaseJudgement): Recorded {
  return judged;
}

/** A tier whose judgement may be that of a narrower one, which held. */
const lent: Partial<Readonly<Record<Tier, Tier>>> = { semantic: 'stable', faithful: 'exact' };

/** The judgement of `required` by itself, where a narrower tier lent it its own; null where it has one. */
export function apart(
  byTier: ReadonlyMap<Tier, Judgement>,
  required: Tier,
  at: (tier: Tier) => Judgement,
): Judgement | null {
  const lender = lent[required];
  const judged = byTier.get(required);
  return lender && judged && byTier.get(lender) === judged ? at(required) : null;
}

/**
 * What judging at the `open` tiers would have come to, of a case that was judged at more of them: by somebody who knew
 * less of the other cases. Tiers are open from the laxest on, so what is missing is at the end.
 */
export function within(
  { byTier, apart, ...judged }: Recorded,
  drawn: Drawn,
  open: readonly Tier[],
  required: Tier,
): CaseJudgement {
  const kept = new Map([...byTier].filter(([tier]) => tier === 'semantic' || open.includes(tier)));
  const lender = lent[required];
  if (apart && lender && !kept.has(lender) && kept.has(required)) kept.set(required, apart);
  return { ...judged, drawn, byTier: kept };
}
