import type { Suite } from '../suite.js';
import { boundPages } from './bounds.js';
import { claimPage } from './claims.js';
import { formulaPages } from './formulas.js';
import { guidePages } from './guides.js';
import { knowledge } from './knowledge.js';
import { lawPages } from './laws.js';
import { mutantPages } from './mutants.js';
import type { Page, Part } from './page.js';
import { profilePages } from './profiles.js';
import type { Sources } from './sources.js';
import { specPage } from './spec.js';
import { summaryPages } from './summary.js';
import { symbolPage } from './symbols.js';
import { theoremPage } from './theorems.js';

/** What is taught and is not so: it stands with the theorems. */
const taught = ['misconceptions.md'];

/** The whole book, part by part. */
export function contents(of: Suite, sources: Sources): Part[] {
  const known = knowledge(of, sources);
  const { suite } = known;
  const guides = (which: (path: string) => boolean): Page[] => guidePages(suite, sources, which);
  return [
    part('summary', 'Summary', 'The suite on a page.', summaryPages(known)),
    part('spec', 'The mathematics', 'Every formula, and all that is known of it.', [
      specPage(known),
      ...formulaPages(known),
      symbolPage(known),
    ]),
    part('bounds', 'The bounds', 'What a right implementation may be off by.', boundPages(known)),
    part('laws', 'The laws', 'What a right kernel keeps.', lawPages(known)),
    part('mutants', 'The mutants', 'Wrong mathematics, by which the laws are tested.', mutantPages(suite)),
    part('dialects', 'The dialects', 'What frameworks do differently on purpose.', profilePages(suite)),
    part('claims', 'Theorems and claims', 'What is true of batches, and what is said of them.', [
      theoremPage(sources.claims, suite),
      claimPage(suite, sources),
      ...guides((path) => taught.includes(path)),
    ]),
    part(
      'guides',
      'Guides',
      'How kernels are judged, plugged in and reported.',
      guides((path) => !taught.includes(path)),
    ),
  ];
}

const part = (name: string, title: string, says: string, pages: readonly Page[]): Part => ({
  name,
  title,
  says,
  pages,
});
