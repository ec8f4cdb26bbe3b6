import axe from 'axe-core';
import { afterAll, describe, expect, test } from 'vitest';
import { Browser, type Reader, type Visited } from './fixtures/browsing.js';
import { passing, refuted, withEverywhere, written } from './report.pages.js';

const browser = new Browser();
afterAll(() => browser.close());
const visit = (of: typeof passing, reader: Reader = {}): Promise<Visited> => browser.visit(written(of), reader);
const shown =
  "[...document.querySelectorAll('#laws-table tbody tr')].filter((row) => !row.hidden).map((row) => row.id)";
const key = async (page: Visited, name: string): Promise<void> => {
  for (const type of ['keyDown', 'keyUp']) await page.send('Input.dispatchKeyEvent', { type, key: name, code: name });
};

describe('a report from a file', () => {
  test('loads itself and nothing else, without a word on the console', async () => {
    const page = await visit(refuted);
    expect(page.requests).toHaveLength(1);
    expect(page.log).toEqual([]);
    expect(await page.evaluate('document.querySelectorAll("svg").length')).toBeGreaterThan(12);
  });

  test('without scripts shows every law and the counterexample, and no control that does nothing', async () => {
    const page = await visit(refuted, { scripts: false });
    expect(await page.evaluate(shown)).toEqual(refuted.laws.map(({ id }) => id));
    const findings = await page.evaluate("document.getElementById('findings').innerText");
    for (const said of ['2.8284270', '4.1e-6', 'bnspec replay']) expect(findings).toContain(said);
    expect(await page.evaluate("document.getElementById('filters').checkVisibility()")).toBe(false);
    expect(await page.evaluate("document.querySelectorAll('thead button').length")).toBe(0);
  });

  test('filters by keyboard: text, status, chapter', async () => {
    const page = await visit(refuted);
    await page.evaluate("document.getElementById('filter-text').focus()");
    await page.send('Input.insertText', { text: 'SUM(dx)' });
    expect(await page.evaluate(shown)).toEqual(['backward.sum-zero']);
    expect(await page.evaluate("document.getElementById('shown').textContent")).toBe('1 of 9 laws');
    await page.evaluate("document.getElementById('filter-text').select()");
    await page.send('Input.insertText', { text: ' ' });
    await page.evaluate("document.getElementById('filter-status').focus()");
    await key(page, 'ArrowDown');
    expect(await page.evaluate(shown)).toEqual(['corners.large']);
    await key(page, 'ArrowUp');
    await page.evaluate("document.getElementById('filter-chapter').focus()");
    await key(page, 'ArrowDown');
    expect(await page.evaluate(shown)).toEqual(['forward.shift', 'forward.batch-mean']);
  });

  test('sorts by mouse, and back', async () => {
    const page = await visit(refuted);
    const places = "JSON.stringify(document.querySelectorAll('thead button')[COLUMN].getBoundingClientRect())";
    const click = async (): Promise<void> => {
      const column =
        "[...document.querySelectorAll('#laws-table thead button')].findIndex((b) => b.textContent === 'budget')";
      await page.evaluate("document.querySelector('#laws-table thead').scrollIntoView()");
      const { x, y, width, height } = JSON.parse(await page.evaluate(places.replace('COLUMN', column)));
      const at = { x: x + width / 2, y: y + height / 2, button: 'left', clickCount: 1 };
      for (const type of ['mousePressed', 'mouseReleased'])
        await page.send('Input.dispatchMouseEvent', { type, ...at });
    };
    await click();
    expect((await page.evaluate(shown)).slice(0, 3)).toEqual([
      'forward.shift',
      'inference.output',
      'forward.batch-mean',
    ]);
    expect(await page.evaluate("document.querySelector('[aria-sort]').textContent")).toBe('budget');
    await click();
    expect(await page.evaluate(shown)).toEqual(refuted.laws.map(({ id }) => id));
  });

  test('a link to a law opens it', async () => {
    const page = await browser.visit(`${written(refuted)}#backward.dx`);
    expect(await page.evaluate("document.getElementById('backward.dx').querySelector('details').open")).toBe(true);
    expect(await page.evaluate("document.getElementById('forward.shift').querySelector('details').open")).toBe(false);
  });
});

describe('is for every reader', () => {
  test.each([
    ['light', 1200],
    ['dark', 1200],
    ['light', 360],
    ['dark', 360],
  ] as const)('%s, %i wide: nothing that axe finds, nothing beside the page', async (scheme, width) => {
    for (const of of [passing, refuted]) {
      const page = await visit(of, { scheme, width });
      await page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true");
      expect(await page.evaluate('document.scrollingElement.scrollWidth')).toBeLessThanOrEqual(width);
      await page.evaluate(axe.source);
      const found = await page.evaluate(
        'axe.run().then(({ violations }) => violations.map(({ id, nodes }) => id + nodes.map((node) => node.html.slice(0, 200))))',
      );
      expect(found).toEqual([]);
      const ground = await page.evaluate('getComputedStyle(document.body).backgroundColor');
      expect(ground).toBe(scheme === 'light' ? 'rgb(255, 255, 255)' : 'rgb(20, 23, 26)');
    }
  });

  test('every picture has a name, a description, and its numbers in a table', async () => {
    const page = await visit(refuted);
    await page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true");
    const { nodes } = await page.send('Accessibility.getFullAXTree');
    const images = nodes.filter((node: { role?: { value: string } }) => node.role?.value === 'image');
    const count = await page.evaluate("document.querySelectorAll('svg').length");
    expect(images).toHaveLength(count);
    for (const { name } of images) expect(name.value).toMatch(/^\S+ .*\d/);
    const numberless =
      "[...document.querySelectorAll('.output')].filter((one) => one.querySelectorAll('table').length < 4).length";
    expect(await page.evaluate(numberless)).toBe(0);
  });
});

const attacks = [
  '<img src=x onerror="alert(1)">',
  '"><script>alert(1)</script>',
  "' onmouseover='alert(1)' x='",
  '</script><script>alert(1)</script><!--',
  '</title></style></svg></math><svg onload=alert(1)><a href="javascript:alert(1)">here</a>',
  '\u2028</textarea>{{alert(1)}}\u0000\u202e',
];

describe('what a target wrote stays text', () => {
  const census = "JSON.stringify([...document.querySelectorAll('*')].map((e) => e.localName).sort())";
  const handlers =
    "[...document.querySelectorAll('*')].flatMap((e) => [...e.attributes]).filter((a) => /^on/i.test(a.name)).length";
  const abroad =
    "[...document.querySelectorAll('[href]')].map((e) => e.getAttribute('href')).filter((to) => to !== 'data:,' && !to.startsWith('#')).length";

  test.each(attacks)('%s', async (attack) => {
    const mark = '~mark~';
    const [page, plain] = [await visit(withEverywhere(refuted, attack)), await visit(withEverywhere(refuted, mark))];
    expect(page.log).toEqual([]);
    expect(await page.evaluate(census)).toBe(await plain.evaluate(census));
    expect(await page.evaluate(handlers)).toBe(0);
    expect(await page.evaluate(abroad)).toBe(0);
    const visible = attack.replaceAll('\u2028', '#x2028').replaceAll('\u0000', '#x0').replaceAll('\u202e', '#x202E');
    const times = (of: string): string =>
      `document.documentElement.outerHTML && document.body.textContent.split(${JSON.stringify(of)}).length`;
    expect(await page.evaluate(times(visible))).toBe(await plain.evaluate(times(mark)));
  });

  test('and a page that let one through would be found', async () => {
    const page = await visit(refuted);
    const before = await page.evaluate(census);
    await page.evaluate(`document.body.insertAdjacentHTML('beforeend', ${JSON.stringify(attacks[0])})`);
    expect(await page.evaluate(census)).not.toBe(before);
    expect(await page.evaluate(handlers)).toBe(1);
    expect(page.log.join()).toContain('Content Security Policy');
  });
});
