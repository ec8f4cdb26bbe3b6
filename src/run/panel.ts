import { local } from '../target/local.js';
import type { Target } from '../target/target.js';
import { channel } from './accuracy.js';
import { asker } from './asker.js';
import { elements } from './layer.js';
import type { Log } from './log.js';
import { panelCases } from './panel-cases.js';
import { computable, errors, type Measured, measuredOf, over, type Panelist, willing } from './panel-errors.js';
import { counts } from './profile.js';
import type { Terms } from './property.js';
import type { Panel } from './report.js';
import type { Subject } from './subject.js';

/** A target that errs at most so many times as much as a family is on par with it: orders of summation differ by that (docs/acceptance.md). */
const par = 8;

interface Measuring {
  readonly target: Target;
  readonly subject: Subject;
  readonly terms: Terms;
  readonly panel: readonly Panelist[];
  readonly seed: number;
  readonly log: Log;
}

/** How a target's errors compare with those of textbook kernels in its own arithmetic; null where nothing can be compared. */
export async function measure(given: Measuring): Promise<Panel | null> {
  // What reads other formulas, or counts batches, is no textbook kernel's way.
  const { reads, formulas } = given.subject.profile;
  if (reads || formulas || counts(given.subject.profile)) return null;
  const ops = (Object.keys(measuredOf) as (keyof typeof measuredOf)[]).filter((op) =>
    given.subject.card.ops.includes(op),
  );
  const peers = given.panel.map((one) => ({ ...one, target: local(one.family, one.kernel) }));
  const all: Measured[] = [];
  for (const layer of panelCases(given.terms, given.seed)) {
    if (!computable(layer, given.subject)) continue;
    for (const op of ops) {
      const answers = await willing(asker(given.target, given.subject, given.log, 'panel'), op, layer);
      if (answers) all.push(...(await errors(answers, layer, op, peers, given.subject)));
    }
  }
  return all.length === 0 ? null : compared(all, given.panel);
}

function compared(all: readonly Measured[], panel: readonly Panelist[]): Panel {
  const worst = all.reduce((a, b) => (over(b.target, b.stable) > over(a.target, a.stable) ? b : a));
  const factor = over(worst.target, worst.stable);
  const ratio = Number.isFinite(factor) ? Math.max(1, factor) : null;
  const times = ratio === null ? 'without bound' : `${brief(ratio)} x`;
  if (factor <= par) {
    const stable = panel.filter((one) => one.stable);
    const like = nearest(all, stable, par) ?? nearest(all, stable); // within par of them together, if of none alone
    return { says: `on par with ${like}`, ratio, like };
  }
  const like = nearest(all, panel, par);
  if (like === null) return { says: `${times} worse than any stable textbook kernel, in ${where(worst)}`, ratio, like };
  return { says: `like ${like}: up to ${times} the error of stable kernels, in ${where(worst)}`, ratio, like };
}

/** The first family within `limit` times of which the target always errs; without a limit, that with the least such factor. */
function nearest(all: readonly Measured[], panel: readonly Panelist[], limit?: number): string | null {
  const families = [...new Set(panel.map(({ family }) => family))];
  const most = families.map((family) => Math.max(...all.map((one) => over(one.target, one.families.get(family)!))));
  const found = limit === undefined ? most.indexOf(Math.min(...most)) : most.findIndex((times) => times <= limit);
  return families[found] ?? null;
}

const brief = (value: number): string =>
  value < 1e4 ? String(Number(value.toPrecision(2))) : value.toExponential(1).replace('e+', 'e');

function where({ layer, op, output }: Measured): string {
  const x = channel(layer, layer.x, 0);
  const mean = x.reduce((sum, v) => sum + v, 0) / x.length;
  const deviation = Math.sqrt(x.reduce((sum, v) => sum + (v - mean) ** 2, 0) / x.length);
  const off = Math.round(Math.abs(mean) / deviation);
  return `${output} of ${op} (${layer.dtype}, m = ${elements(layer)}, mean ${off} deviations from 0)`;
}
