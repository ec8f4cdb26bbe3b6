import { brief } from '../report/figures.js';
import { html, type Markup } from '../report/markup.js';
import { linked } from './page.js';
import { places } from './places.js';
import type { Sources } from './sources.js';

/** A judged implementation that used the largest share of its allowance in this output. */
interface Use {
  readonly row: string;
  readonly law: string;
  readonly share: number;
}

export function uses(output: string, { published }: Sources): Use[] {
  const all = published.matrix.rows.flatMap(({ name, judged }) =>
    judged?.budget?.output === output && judged.budget.share !== null
      ? [{ row: name, law: judged.budget.law, share: judged.budget.share }]
      : [],
  );
  return all.sort((a, b) => b.share - a.share);
}

/** How near real implementations came to a bound, by docs/matrix.json. */
export function boundUse(output: string, sources: Sources): Markup {
  const all = uses(output, sources);
  const judged = sources.published.matrix.rows.filter((row) => row.judged !== null).length;
  const [most] = all;
  if (!most) return html`None of the ${judged} rows judged came nearest to its bounds in this output.`;
  return html`${all.length} of the ${judged} rows judged came nearest to their bounds here; the largest share of the allowance that a law that holds saw is ${brief(most.share)} (<code>${most.row}</code>, ${linked(places.law(most.law), most.law)}).`;
}
