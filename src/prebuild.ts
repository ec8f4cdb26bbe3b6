import { writeFileSync } from 'node:fs';
import { parse } from './formula/parse.js';
import { edited } from './run/mutant.js';
import { suite } from './suite.js';

/**
 * The last step of the build: every text of the suite is parsed once and its tree stored beside `formula/parse.js`,
 * so that a run need not load mathjs. Trees are found by their text: a stale one cannot be read for another formula.
 */
const texts = new Set<string>();
for (const chapter of [...Object.values(suite.chapters), ...Object.values(suite.bounds)])
  for (const { is } of Object.values(chapter)) texts.add(is);
for (const { divisor } of Object.values(suite.profiles)) texts.add(divisor);
for (const { law, where } of suite.laws) {
  for (const text of typeof law === 'string' ? [law] : Object.values(law)) if (text !== null) texts.add(text);
  for (const text of Object.values(where ?? {})) texts.add(text);
}
for (const mutant of suite.mutants) {
  for (const change of mutant.edits) if ('from' in change) texts.add(change.from).add(change.to);
  // Edits of one formula are made one after the other: what stands in between is read again.
  for (let made = 1; made <= mutant.edits.length; made += 1)
    for (const chapter of edited(suite.spec, { ...mutant, edits: mutant.edits.slice(0, made) }).chapters[mutant.op])
      for (const { is } of Object.values(chapter)) texts.add(is);
}
const trees = Object.fromEntries([...texts].sort().map((text) => [text, parse(text)]));
writeFileSync(new URL('./formula/parsed.json', import.meta.url), `${JSON.stringify(trees)}\n`);
