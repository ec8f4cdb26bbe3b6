import { theorems } from '../../spec/theorems.js';
import { html } from '../report/markup.js';
import type { Suite } from '../suite.js';
import { type Leads, rendered } from './markdown.js';
import type { Page } from './page.js';
import { chapterFile, guideAnchor, guideFile, places } from './places.js';
import type { Sources } from './sources.js';

/** Guides in the order of reading; others follow by their names. */
const order = [
  ...['acceptance.md', 'diagnosis.md', 'evidence.md', 'implementations.md', 'findings/README.md', 'adapters.md'],
  ...['adapters/browser.md', 'wire.md', 'report.md', 'ci.md', 'scale-out.md', 'offline.md'],
];
const rank = (path: string): number => (order.includes(path) ? order.indexOf(path) : order.length);

/** What a document is called: its first heading. */
const titleOf = (text: string): string => /^# (.+)$/m.exec(text)![1]!.replace(/<[^>]*>|[`*]/g, '');

/** A page for each document of docs/ that people wrote; the findings together. */
export function guidePages(suite: Suite, { documents }: Sources, which: (path: string) => boolean): Page[] {
  const leads = leading(suite, documents);
  const paths = [...documents.keys()].filter(which).sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
  const files = [...new Set(paths.map(guideFile))];
  return files.map((file) => {
    const here = paths.filter((path) => guideFile(path) === file);
    return {
      file,
      title: titleOf(documents.get(here[0]!)!),
      body: html`${here.map((path, i) => {
        const text = documents.get(path)!;
        const heading = i === 0 ? null : html`<h2>${titleOf(text)}</h2>`;
        return html`<section class="guide" id="${guideAnchor(path)}">${heading}${rendered(path, text, leads, i === 0 ? 0 : 1)}</section>\n`;
      })}`,
    };
  });
}

/** What the documents that are generated are called. */
const parts: Readonly<Record<string, string>> = {
  ...{ 'laws.md': 'the laws', 'mutants.md': 'the mutants', 'profiles.md': 'the dialects' },
  ...{ 'spec.md': 'the specification', 'bounds.md': 'the bounds' },
  ...{ 'theorems.md': 'the theorems', 'claims.md': 'the claims' },
};

/** Documents lead to documents; those that are generated, to what the book says of the suite. */
const leading =
  (suite: Suite, documents: Sources['documents']): Leads =>
  (path, anchor) => {
    const text = documents.get(path);
    if (text !== undefined) return { to: places.guide(path, anchor ?? ''), title: titleOf(text) };
    const to = ofSuite(path, anchor, suite);
    return to === null ? null : { to, title: parts[path]! };
  };

function ofSuite(path: string, anchor: string | undefined, suite: Suite): string | null {
  if (path === 'laws.md') return idOf(anchor, suite.laws, places.law) ?? chapter('laws', anchor);
  if (path === 'mutants.md')
    return idOf(anchor, [...suite.mutants, ...suite.kernels], places.mutant) ?? chapter('mutants', anchor);
  if (path === 'profiles.md') return anchor && anchor in suite.profiles ? places.profile(anchor) : 'profiles.html';
  if (path === 'spec.md') return formula(anchor, suite.chapters, places.formula) ?? chapter('spec', anchor);
  if (path === 'theorems.md') return anchor && anchor in theorems ? places.theorem(anchor) : 'theorems.html';
  if (path === 'claims.md') return anchor ? places.claim(anchor) : 'claims.html';
  if (path === 'bounds.md') return formula(anchor, suite.bounds, places.bound) ?? chapter('bounds', anchor);
  return null;
}

/** The page of a chapter; of the whole part where none is named, or what is no chapter. */
const chapter = (kind: string, name?: string): string =>
  name === undefined || ['unseen', 'symbols'].includes(name) ? `${kind}.html` : `${chapterFile(kind, name)}.html`;

const idOf = (
  id: string | undefined,
  all: readonly { readonly id: string }[],
  place: (id: string) => string,
): string | null => (id !== undefined && all.some((one) => one.id === id) ? place(id) : null);

function formula(anchor: string | undefined, chapters: Suite['chapters'], place: typeof places.formula): string | null {
  const [chapter, name] = (anchor ?? '').split('.') as [string, string?];
  return name !== undefined && chapters[chapter]?.[name] ? place(chapter, name) : null;
}
