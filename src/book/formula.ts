import { symbols } from '../formula/ast.js';
import type { Chapter } from '../formula/chapter.js';
import { parse } from '../formula/parse.js';
import { html, type Markup, trusted } from '../report/markup.js';
import type { Suite } from '../suite.js';
import { derivation } from './chapters.js';
import { boundUse } from './experiment.js';
import { chanceOf, departuresFrom, type Held, heldTo, type Knowledge, lawsOf, mutantsOf } from './knowledge.js';
import { aroundDifference, chapterEdited, difference, seenAt } from './mutant.js';
import { type Content, entry, facts, joined, lines, link, linked } from './page.js';
import { anchorOf, places } from './places.js';
import { definition, nameLink, nameOf, row } from './typeset.js';
import { inChapter, inDialect, saysOf, titleOf } from './whereabouts.js';

/** A formula and all that is known of it: how it reads, who checks it, who gets it wrong, who means something else. */
export function formulaEntry(known: Knowledge, chapterName: string, name: string): Markup {
  const { suite } = known;
  const chapter = suite.chapters[chapterName]!;
  const { is, says, over, source } = chapter[name]!;
  const whereabouts = inChapter(chapter, suite);
  return entry(
    anchorOf(places.formula(chapterName, name)),
    html`${nameOf(name)} <code>${chapterName}.${name}</code>`,
    html`<p class="says">${says}</p>
${definition(name, is, (symbol) => (symbol === name ? places.symbol(name) : whereabouts(symbol)))}
<p class="executed"><code>${name} = ${is}</code></p>
${facts({
  'Sums over': is.includes('sum(') ? joined((over ?? ['N', 'S']).map((axis) => link(places.symbol(axis), axis))) : null,
  Reads: lines(read(is, chapter, known)),
  Source: source ?? null,
  Laws: laws(known, chapter, name),
  Bound: lines(heldTo(chapter, name, suite).map((held) => bounded(known, held))),
  Mutants: lines([...mutants(known, chapter, name), ...aroundMutants(known, chapter, name)]),
  Dialects: lines(dialects(known, chapter, name)),
})}`,
  );
}

/** What each name of the text is. */
const read = (is: string, chapter: Chapter, { suite }: Knowledge): Content[] =>
  symbols(parse(is)).map(
    (symbol) => html`${nameLink(inChapter(chapter, suite)(symbol), symbol)} ${saysOf(symbol, chapter, suite)}`,
  );

/** The laws that name it, with the chance that a false one would have passed for proved. */
function laws(known: Knowledge, chapter: Chapter, name: string): Markup | null {
  const all = lawsOf(chapter, name, known.suite);
  const proofs = all.flatMap(({ id }) => known.proofs.get(id) ?? []);
  if (all.length === 0) return null;
  const weakest = Math.min(...proofs.map(chanceOf));
  const said = `${all.length} ${all.length === 1 ? 'law names' : 'laws name'} it, ${proofs.length} of them proved of the specification`;
  const chance = proofs.length === 0 ? null : html`, each up to a chance of 2<sup>−${weakest}</sup> at most`;
  return html`<p>${said}${chance}.</p><p class="ids">${joined(all.map(({ id }) => html`${linked(places.law(id), id)}${known.proofs.has(id) ? ' ✓' : null}`))}</p>`;
}

/** The bound of an answer, and how much of it real implementations use. */
function bounded({ suite, sources }: Knowledge, { output, bound, chapter }: Held): Markup {
  const { says } = chapter[bound]!;
  const title = titleOf(chapter, suite.bounds)!;
  const place = places.bound(title, bound);
  return html`<code>${output}</code> is held to ${nameLink(place, bound)}: ${says} ${link(derivation(title), 'Why it holds')}. ${boundUse(output, sources)}`;
}

const mutants = ({ suite }: Knowledge, chapter: Chapter, name: string): Content[] =>
  mutantsOf(chapter, name, suite).map(
    (
      mutant,
    ) => html`${linked(places.mutant(mutant.id), mutant.id)} ${mutant.wrongAt === null ? 'A decoy, right everywhere. ' : null}${mutant.says}
${difference(mutant, suite.spec)}${mutant.seen.length > 0 ? html`<p class="seen">Seen: ${seenAt(mutant.seen)}</p>` : null}`,
  );

/** Mistakes of networks. */
const aroundMutants = ({ suite }: Knowledge, chapter: Chapter, name: string): Content[] =>
  suite.networkMutants
    .filter(({ edits }) => edits.some((one) => one.formula === name && chapterEdited(one, suite.spec) === chapter))
    .map(
      (mutant) => html`${linked(places.mutant(mutant.id), mutant.id)} ${mutant.says}
${aroundDifference(mutant, suite.spec)}`,
    );

/** Dialects that read another text here, and those that choose among the ways to average. */
function dialects({ suite }: Knowledge, chapter: Chapter, name: string): Content[] {
  const own = departuresFrom(chapter, name, suite);
  const departs = [...new Set(own.map(({ is }) => is))].map((is) => {
    const profiles = [...new Set(own.filter((one) => one.is === is).map(({ profile }) => profile))];
    const math = trusted(`<math>${row(is, inDialect(profiles[0]!, inChapter(chapter, suite), suite))}</math>`);
    return html`${profiled(profiles)}: <span class="inline">${math}</span> <code>${is}</code>`;
  });
  const choosing = chapter === suite.chapters.averages ? averaging(name, suite) : [];
  return [...(choosing.length === 0 ? [] : [html`Averaged so by ${profiled(choosing)}.`]), ...departs];
}

const profiled = (names: readonly string[]): Markup => joined(names.map((name) => linked(places.profile(name), name)));

const averaging = (name: string, { profiles }: Suite): string[] =>
  Object.keys(profiles).filter((profile) => profiles[profile]!.update === name);
