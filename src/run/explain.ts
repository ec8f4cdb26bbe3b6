import { Answered } from './answer.js';
import { alike, compare, type Evidence, overwritten } from './evidence.js';
import type { Hypothesis } from './hypothesis.js';
import type { Tier } from './report.js';

/** The names that together explain all that is wrong, each the only one for its own; null if there are none such. */
export function explanations(
  suspects: readonly Hypothesis[],
  evidence: readonly Evidence[],
  failing: readonly Evidence[],
  tier: Tier,
): Hypothesis[][] | null {
  const consistent = suspects.filter((suspect) => evidence.every((one) => agrees(suspect, one, tier)));
  const left = new Set(failing.flatMap(({ wrong }) => wrong));
  const groups: Hypothesis[][] = [];
  while (left.size > 0) {
    const covers = ({ outputs }: Hypothesis): number => outputs.filter((output) => left.has(output)).length;
    const most = Math.max(0, ...consistent.map(covers));
    if (most === 0) return null;
    const best = consistent.filter((suspect) => covers(suspect) === most);
    const equal = best.filter((suspect) => evidence.every((one) => sayTheSame(best[0]!, suspect, one)));
    if (equal.length < best.length) return null;
    groups.push(equal);
    for (const output of equal[0]!.outputs) left.delete(output);
  }
  return groups;
}

/** Whether nothing in an answer contradicts the hypothesis. */
export function agrees(
  { outputs, predict }: Pick<Hypothesis, 'outputs' | 'predict'>,
  { asked, outputs: answered, right, beyond }: Evidence,
  tier: Tier,
): boolean {
  const of = predict(asked);
  if (outputs.includes('answer') && of.failed !== asked.failed) return false;
  if (outputs.includes('inputs') && of.overwritten.join() !== overwritten(asked).join()) return false;
  return answered.every(
    (one) => !outputs.includes(one.output) || !compare(one, of, { right, tier, beyond }).includes(0),
  );
}

/**
 * Whether two hypotheses predict the same: formulas but for the roundings of float64, and a kernel's answers as nearly as
 * those of a stable kernel must lie to the value that they round. What a hypothesis does not change is right by it.
 */
function sayTheSame(a: Hypothesis, b: Hypothesis, { asked, outputs, right, beyond }: Evidence): boolean {
  if (a === b) return true;
  const [one, other] = [a.predict(asked), b.predict(asked)];
  const by = { right, tier: 'stable', beyond } as const;
  return outputs.every(({ exchange, output, shape, places }) => {
    const said = [a.outputs.includes(output) ? one : right, b.outputs.includes(output) ? other : right] as const;
    const [of, to] = said[0].rounded ? said : said.toReversed();
    const value = of!.value(output);
    if (of === to || alike(value, to!.value(output))) return true;
    return of!.rounded === true && !compare(new Answered(exchange, output, value, shape, places), to!, by).includes(0);
  });
}
