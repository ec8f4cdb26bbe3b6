/**
 * Where each thing stands in the book: `page.html#anchor`. An anchor is there once in the whole book, so that all pages can
 * be put into one file.
 */
export const places = {
  symbol: (name: string): string => `symbols.html#symbol-${name}`,
  formula: (chapter: string, name: string): string => `${chapterFile('spec', chapter)}.html#formula-${chapter}.${name}`,
  bound: (chapter: string, name: string): string => `${chapterFile('bounds', chapter)}.html#bound-${chapter}.${name}`,
  law: (id: string): string => `${chapterFile('laws', chapterOf(id))}.html#law-${id}`,
  mutant: (id: string): string => `${chapterFile('mutants', chapterOf(id))}.html#mutant-${id}`,
  profile: (name: string): string => `profiles.html#profile-${name}`,
  theorem: (id: string): string => `theorems.html#theorem-${id}`,
  claim: (id: string): string => `claims.html#claim-${id}`,
  guide: (path: string, anchor?: string): string =>
    `${guideFile(path)}.html${anchor === undefined ? '' : `#${guideAnchor(path, anchor)}`}`,
} as const;

/** The anchor in an address of the book. */
export const anchorOf = (place: string): string => place.slice(place.indexOf('#') + 1);

/** The chapter that an id begins with. */
export const chapterOf = (id: string): string => id.slice(0, id.indexOf('.'));

/** The page of a chapter: `secondOrder` of spec stands in spec-second-order. */
export const chapterFile = (kind: string, chapter: string): string => `${kind}-${kebab(chapter)}`;

/** `secondOrder` is `second-order`. */
export const kebab = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

const stem = (path: string): string =>
  path
    .replace(/\.md$/, '')
    .replace(/(^|\/)README$/, '$1index')
    .replaceAll('/', '-');

/** The page of a document by its path in docs/. The findings stand on one page. */
export const guideFile = (path: string): string =>
  path.startsWith('findings/') ? 'guide-findings' : `guide-${stem(path)}`;

/** The anchor of a heading, or of the document itself where it names none. */
export const guideAnchor = (path: string, anchor = ''): string =>
  anchor === '' ? `guide-${stem(path)}` : `${stem(path)}--${anchor}`;
