import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import axe from 'axe-core';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { print } from '../src/book/print.js';
import { make, read } from './book.made.js';
import { Browser, type Reader, type Visited } from './fixtures/browsing.js';

const browser = new Browser();
const folder = mkdtempSync(join(tmpdir(), 'bnspec-book-'));
afterAll(async () => {
  await browser.close();
  rmSync(folder, { recursive: true });
});

const { files, book } = make();
const plots = [...read().plots].map(([name, text]) => [`claims/${name}`, text] as const);
for (const [name, text] of [...files, ...plots, ['book.html', book] as const]) {
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(join(folder, name), text);
}
const pages = [...files.keys()].filter((name) => name.endsWith('.html'));
const at = (name: string): string => pathToFileURL(join(folder, name)).href;
const visit = (name: string, reader: Reader) => browser.visit(at(name), reader);

const sheets = (printed: Buffer | string): number =>
  printed.toString('latin1').match(/\/Type\s*\/Page\b/g)?.length ?? 0;

/** How wide the page is, what scrolls in a box of its own left out. */
const width = 'document.scrollingElement.scrollWidth';

const elsewhere = ({ requests }: Visited): string[] =>
  requests.filter((url) => !url.startsWith('file:') && !url.startsWith('data:'));

describe('the book in a browser', () => {
  test('every page, 360 wide: complete without scripts, from files alone, and no wider than that', async () => {
    expect(pages.length).toBeGreaterThan(60);
    for (const name of [...pages, 'book.html']) {
      const page = await visit(name, { scheme: 'dark', width: 360, scripts: false });
      expect([name, page.log, elsewhere(page)]).toEqual([name, [], []]);
      expect([name, await page.evaluate(width)]).toEqual([name, 360]);
      await page.send('Page.close');
    }
  });

  test('a page that is wider, or asks for something, is seen', async () => {
    const spoiled = files
      .get('spec-forward.html')!
      .replace('</main>', '<p style="width:500px">x</p><img src="https://example.org/x.png"></main>');
    writeFileSync(join(folder, 'spoiled.html'), spoiled);
    const page = await visit('spoiled.html', { width: 360 });
    expect(await page.evaluate(width)).toBeGreaterThan(360);
    expect(elsewhere(page)).toHaveLength(1);
  });

  const shown = [
    'index',
    'summary',
    'summary-ko',
    'symbols',
    'spec-forward',
    'bounds-output',
    'laws-backward',
    'mutants-forward',
    'profiles',
    'theorems',
    'claims',
    'guide-acceptance',
    'guide-findings',
  ];
  test.each(shown)('%s: nothing that axe finds, in light and in dark', async (name) => {
    for (const [scheme, wide] of [
      ['light', 1280],
      ['dark', 360],
    ] as const) {
      const page = await visit(`${name}.html`, { scheme, width: wide });
      await page.evaluate(axe.source);
      expect(await page.evaluate(width)).toBeLessThanOrEqual(wide);
      expect(page.log).toEqual([]);
      // its names are links on purpose: ARIA 1.2 no longer takes what is inside of math for presentation
      const found =
        'axe.run().then(({ violations }) => violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => id + " " + html)))';
      const all: string[] = await page.evaluate(found);
      expect(all.filter((one) => !one.startsWith('nested-interactive <math'))).toEqual([]);
      await page.send('Page.close');
    }
  });

  test.each(['summary', 'summary-ko'])('%s is printed on one sheet', async (name) => {
    const printed = await print(join(folder, `${name}.html`));
    expect(sheets(printed)).toBe(1);
    expect(sheets(await print(join(folder, 'spec.html')))).toBeGreaterThan(0);
    expect(sheets(await print(join(folder, 'spec-forward.html')))).toBeGreaterThan(3);
  });

  test('where there is no Chromium, it says so', async () => {
    vi.stubEnv('BNSPEC_CHROMIUM', 'no-such-browser');
    const printed = await print(join(folder, 'summary.html'));
    vi.unstubAllEnvs();
    expect(printed).toMatch(/^a page needs a browser, and .*no-such-browser.*[^\n]*$/);
  });

  test('a symbol of a formula can be clicked, and leads to its definition', async () => {
    const page = await visit('spec-forward.html', { width: 1280 });
    const center = (selector: string) =>
      page.evaluate(
        `{ const one = document.querySelector('${selector}'); one.scrollIntoView({ block: 'center' }); const { x, y, width, height } = one.getBoundingClientRect(); [x + width / 2, y + height / 2] }`,
      );
    const [x, y] = await center('[id="formula-forward.y"] math a[href$="formula-forward.xhat"]');
    for (const type of ['mousePressed', 'mouseReleased'])
      await page.send('Input.dispatchMouseEvent', { type, x, y, button: 'left', clickCount: 1 });
    await expect.poll(() => page.evaluate("document.querySelector(':target')?.id")).toBe('formula-forward.xhat');
  });
});
