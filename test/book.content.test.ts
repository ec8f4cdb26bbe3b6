import { beforeAll, describe, expect, test } from 'vitest';
import { symbols as table } from '../spec/symbols.js';
import { theorems } from '../spec/theorems.js';
import { symbols } from '../src/formula/ast.js';
import { mathml } from '../src/formula/mathml.js';
import { parse } from '../src/formula/parse.js';
import { suite } from '../src/suite.js';
import { anchors, type Made, make, read } from './book.made.js';

let made: Made;
beforeAll(() => {
  made = make();
});

const entities: Readonly<Record<string, string>> = {
  '&lt;': '<',
  '&gt;': '>',
  '&amp;': '&',
  '&quot;': '"',
  '&#39;': "'",
};
const plain = (text: string): string => text.replace(/&(?:lt|gt|amp|quot|#39);/g, (entity) => entities[entity]!);

/** The section of an anchor. */
const section = (text: string, id: string): string => {
  const from = text.indexOf(`<section class="entry" id="${id}">`);
  return from < 0 ? '' : text.slice(from, text.indexOf('</section>', from));
};

/** A formula as the book shows it: its text as executed, and its MathML without links. */
function shown(text: string, id: string) {
  const own = section(text, id);
  const executed = /<p class="executed"><code>([^<]*)<\/code>/.exec(own)?.[1];
  const math = /<math display="block">(.*?)<\/math>/.exec(own)?.[1];
  return {
    executed: plain(executed ?? ''),
    math: (math ?? '').replace(/<\/?a[^>]*>/g, ''),
    links: math?.match(/<a /g)?.length,
  };
}

/** What must be shown of it. */
function expected(name: string, is: string) {
  const inner = (formula: string): string => mathml(formula, table).replace(/<\/?math>/g, '');
  return { executed: `${name} = ${is}`, math: `${inner(name)}<mo>=</mo>${inner(is)}`, links: 1 + naming(is) };
}

/** How often a text names something. */
const naming = (text: string): number => {
  const names = symbols(parse(text));
  return (text.match(/[A-Za-z_]\w*/g) ?? []).filter((word) => names.includes(word)).length;
};

const formulas = [
  ...Object.entries({ ...suite.chapters, ...suite.spec.network.chapters }).map(
    (entry) => ['formula', 'spec', ...entry] as const,
  ),
  ...Object.entries({ ...suite.bounds, ...suite.spec.network.bounds }).map(
    (entry) => ['bound', 'bounds', ...entry] as const,
  ),
].flatMap(([kind, , chapter, all]) =>
  Object.entries(all).map(([name, { is }]) => ({ id: `${kind}-${chapter}.${name}`, name, is })),
);

describe('formulas in the book', () => {
  test.each(formulas)('$id is shown as it is executed, every name a link', ({ id, name, is }) => {
    expect(shown(made.book, id)).toEqual(expected(name, is));
    const pages = [...made.files.values()].filter((text) => text.includes(`id="${id}"`));
    expect(pages.map((text) => shown(text, id))).toEqual([expected(name, is)]);
  });

  test('another text, another sign or a link that is lost is seen', () => {
    const { id, name, is } = formulas.find((one) => one.id === 'formula-forward.s')!;
    const spoiled = (from: RegExp, to: string): unknown => {
      const own = section(made.book, id);
      return shown(made.book.replace(own, own.replace(from, to)), id);
    };
    expect(spoiled(/<code>s = /, '<code>s =  ')).not.toEqual(expected(name, is));
    expect(spoiled(/<mo>\+<\/mo>/, '<mo>−</mo>')).not.toEqual(expected(name, is));
    expect(spoiled(/<mi><a [^>]*>ε<\/a><\/mi>/, '<mi>ε</mi>')).not.toEqual(expected(name, is));
    expect(spoiled(/$/, '')).toEqual(expected(name, is));
  });
});

describe('everything of the suite has its place', () => {
  const ids = [
    ...suite.laws.map(({ id }) => `law-${id}`),
    ...[...suite.mutants, ...suite.kernels].map(({ id }) => `mutant-${id}`),
    ...Object.keys(suite.profiles).map((name) => `profile-${name}`),
    ...Object.keys(theorems).map((id) => `theorem-${id}`),
    ...Object.keys(table).map((name) => `symbol-${name}`),
    ...(read().claims ?? []).map(({ id }) => `claim-${id}`),
    ...[...read().documents.keys()].map(
      (path) =>
        `guide-${path
          .replace(/\.md$/, '')
          .replace(/\bREADME$/, 'index')
          .replaceAll('/', '-')}`,
    ),
  ];

  test('in the site and in the single file', () => {
    expect(ids.length).toBeGreaterThan(500);
    const [site, whole] = [[...made.files.values()].flatMap(anchors), anchors(made.book)].map((all) => new Set(all));
    expect(ids.filter((id) => !site!.has(id))).toEqual([]);
    expect(ids.filter((id) => !whole!.has(id))).toEqual([]);
  });

  test('a law that is added is there, a chapter too, with nothing said of it elsewhere', () => {
    const extra = { act: { is: 'max(x, 0)', says: 'What is above 0.' } };
    const { laws, chapters, spec } = suite;
    const more = {
      ...suite,
      laws: [...laws, { ...laws[0]!, id: 'forward.one-more' }],
      chapters: { ...chapters, extra },
      spec: { ...spec, chapters: { ...spec.chapters, infer: [...spec.chapters.infer, extra] } },
    };
    const { files } = make(more);
    expect(files.get('laws-forward.html')).toContain('id="law-forward.one-more"');
    expect(shown(files.get('spec-extra.html')!, 'formula-extra.act').executed).toBe('act = max(x, 0)');
    expect(files.get('summary-ko.html')).toContain('<span lang="en">What is above 0.</span>');
  });

  test('every law says how it stands, every mutant shows its bug', () => {
    const proved = suite.laws.filter(({ id }) => section(made.book, `law-${id}`).includes('class="standing proved"'));
    const tested = suite.laws.filter(({ id }) => section(made.book, `law-${id}`).includes('class="standing"'));
    expect(proved.length + tested.length).toBe(suite.laws.length);
    expect(proved.length).toBeGreaterThan(100);
    const bare = suite.mutants.filter(({ id }) => !/<del>- .*<ins>\+ /s.test(section(made.book, `mutant-${id}`)));
    expect(bare.map(({ id }) => id)).toEqual([]);
  });
});
