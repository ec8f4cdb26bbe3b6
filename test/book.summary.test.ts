import { beforeAll, describe, expect, test } from 'vitest';
import { sentences } from '../src/book/korean-terms.js';
import type { Claim } from '../src/docs/claims.js';
import { suite } from '../src/suite.js';
import { type Made, make, read } from './book.made.js';

let made: Made;
beforeAll(() => {
  made = make();
});

const main = (text: string): string => /<main[^>]*>(.*)<p class="turn"/s.exec(text)![1]!;

/** The figures of a summary, in order of size, and the digits that its words hold of their own. */
function figures(text: string) {
  const own = main(text);
  const set = [...own.matchAll(/<b class="figure">([^<]*)<\/b>/g)].map(([, value]) => value!);
  const words = own.replace(
    /<b class="figure">.*?<\/b>|<math.*?<\/math>|<pre.*?<\/pre>|<table.*?<\/table>|<[^>]*>/gs,
    '',
  );
  return { set: set.sort(), digits: words.match(/\d+/g) ?? [] };
}

const page = (file: string): string => made.files.get(file)!;

describe('the summary in two languages', () => {
  test('shows the same figures, and has no others of its own', () => {
    const [english, korean] = [figures(page('summary.html')), figures(page('summary-ko.html'))];
    expect(english.set.length).toBeGreaterThan(30);
    expect(korean).toEqual(english);
    // the base of the powers
    expect(english.digits.filter((digits) => digits !== '2')).toEqual([]);
  });

  test('figures are those of the suite', () => {
    for (const file of ['summary.html', 'summary-ko.html']) {
      const { set } = figures(page(file));
      expect(set).toContain(String(suite.laws.length));
      expect(set).toContain(String(suite.kernels.length));
      expect(set).toContain(String(Object.keys(suite.profiles).length));
    }
    const made = suite.mutants.filter(({ wrongAt }) => wrongAt !== null).length + suite.kernels.length;
    const seen = /(\d+)<\/b> of them mistakes that somebody made/.exec(page('summary.html'))![1];
    expect(Number(seen)).toBeLessThan(made);
    const fewer = make({ ...suite, laws: suite.laws.slice(1) });
    expect(figures(fewer.files.get('summary.html')!).set).toContain(String(suite.laws.length - 1));
    expect(figures(fewer.files.get('summary-ko.html')!)).toEqual(figures(fewer.files.get('summary.html')!));
  });

  test('a figure that differs, or is written by hand, is seen', () => {
    const own = page('summary-ko.html');
    const laws = `<b class="figure">${suite.laws.length}</b>`;
    expect(figures(own.replace(laws, '<b class="figure">7</b>')).set).not.toEqual(figures(own).set);
    expect(figures(own.replace(laws, String(suite.laws.length))).digits).not.toEqual(figures(own).digits);
  });

  test('both show every formula of normalization, and the Korean words are of formulas that are there', () => {
    const computed = Object.values(suite.spec.chapters).flat();
    const names = Object.entries(suite.chapters).flatMap(([chapter, all]) =>
      computed.includes(all) ? Object.keys(all).map((name) => `${chapter}.${name}`) : [],
    );
    const rows = (file: string): number => page(file).match(/<tr><td><span class="inline"/g)!.length;
    expect([rows('summary.html'), rows('summary-ko.html')]).toEqual([names.length, names.length]);
    expect(Object.keys(sentences).filter((name) => !names.includes(name))).toEqual([]);
    expect(Object.values(sentences).filter((text) => !/\p{Script=Hangul}/u.test(text))).toEqual([]);
  });
});

describe('claims', () => {
  const from = read();
  const claim: Claim = {
    ...{ id: 'smaller-noise', title: 'Larger batches are less noisy', claim: 'The noise falls.', source: 'a lecture' },
    ...{
      setup: 'two populations',
      seen: 'It fell.',
      agrees: 'yes' as const,
      theorems: ['spread-of-means', 'of-nothing'],
    },
    ...{ laws: ['forward.shift'], figures: [{ says: 'slope', value: '-1.00' }] },
    plots: [{ file: 'noise.svg', title: 'Noise', says: 'It falls.' }],
  };
  const plots = new Map([['noise.svg', '<svg xmlns="http://www.w3.org/2000/svg"/>']]);

  test('where there are none, the chapter says so', () => {
    const { files } = make(suite, { ...from, claims: null });
    expect(files.get('claims.html')).toContain('No claims have been tried yet');
    expect(files.get('summary.html')).not.toContain('claims of the course were tried');
  });

  test('where there are, each is shown with its plots, figures, theorems and laws', () => {
    const { files, book } = make(suite, { ...from, claims: [claim], plots });
    const text = files.get('claims.html')!;
    expect(text).toContain('id="claim-smaller-noise"');
    expect(text).toContain('<img src="claims/noise.svg" alt="Noise: It falls.">');
    expect(text).toContain('href="theorems.html#theorem-spread-of-means"');
    expect(text).toContain('<code>of-nothing</code>');
    expect(text).not.toContain('theorem-of-nothing');
    expect(text).toContain('href="laws-forward.html#law-forward.shift"');
    expect(text).toContain('<b class="figure">-1.00</b>');
    expect(files.get('theorems.html')).toContain('href="claims.html#claim-smaller-noise"');
    expect(book).toContain(
      `src="data:image/svg+xml;base64,${Buffer.from(plots.get('noise.svg')!).toString('base64')}"`,
    );
    expect(() => make(suite, { ...from, claims: [claim], plots: new Map() })).toThrow('names the plot noise.svg');
  });

  test('those of the project are all shown', () => {
    const text = make(suite, from).files.get('claims.html')!;
    for (const { id, plots: shown } of from.claims ?? []) {
      expect(text).toContain(`id="claim-${id}"`);
      for (const { file } of shown) expect(text).toContain(`src="claims/${file}"`);
    }
    for (const file of from.plots.keys()) expect(text).toContain(`src="claims/${file}"`);
  });
});
