import { writeFileSync } from 'node:fs';
import type { Chapter } from './formula/chapter.js';
import { parse, trees } from './formula/parse.js';
import { lawOf } from './run/check.js';
import { faults } from './run/faults.js';
import { clauses } from './run/law.js';
import { edited } from './run/mutant.js';
import { mistaken } from './run/network-kernel.js';
import { stated } from './run/rounded.js';
import { inWordsOf, subject } from './run/subject.js';
import { suite } from './suite.js';

/**
 * The last step of the build: a suite with a fault is none. Every text that a run may read is parsed once, as each dialect
 * has it, and its tree stored beside `formula/parse.js`, so that no run loads mathjs. Trees are found by their text: a
 * stale one cannot be read for another formula.
 */
const wrong = await faults(suite);
if (wrong.length > 0) {
  console.error(wrong.join('\n'));
  process.exit(1);
}
for (const profile of Object.values(suite.profiles)) {
  const card = {} as never; // no formula depends on it
  readAll(subject(card, profile, suite.spec));
  for (const mutant of suite.mutants) readAll(subject(card, profile, edited(suite.spec, mutant)));
  for (const law of suite.laws) {
    const text = lawOf(law, subject(card, profile, suite.spec));
    for (const is of Object.values(law.where ?? {})) parse(inWordsOf(profile, law.of, is));
    for (const clause of text === null ? [] : clauses(text, law.id))
      if (clause.kind === 'compare') stated(clause.right, law.of, []);
  }
}
for (const spec of [suite.spec, ...suite.networkMutants.map((mutant) => mistaken(suite.spec, mutant))]) {
  const { chapters, bounds } = spec.network;
  readAll({ formulas: { around: Object.values(chapters) }, bounds: { around: Object.values(bounds) } });
  readAll({ formulas: spec.chapters, bounds: {} });
}
const stored = Object.fromEntries([...trees()].sort(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync(new URL('./formula/parsed.json', import.meta.url), `${JSON.stringify(stored)}\n`);

function readAll({
  formulas,
  bounds,
}: Readonly<Record<'formulas' | 'bounds', Readonly<Record<string, readonly Chapter[]>>>>): void {
  for (const chapter of [...Object.values(formulas), ...Object.values(bounds)].flat())
    for (const { is } of Object.values(chapter)) parse(is);
}
