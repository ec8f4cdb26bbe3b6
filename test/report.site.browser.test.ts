import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import axe from 'axe-core';
import { afterAll, describe, expect, test } from 'vitest';
import { Browser, type Reader } from './fixtures/browsing.js';
import { passing, refuted, withEverywhere } from './report.pages.js';
import { sited, versioned } from './report.site.js';

const browser = new Browser();
afterAll(() => browser.close());
const index = (folder: string): string => pathToFileURL(join(folder, 'index.html')).href;
const reports = new Map([
  ['right', versioned(passing, '2.0')],
  ['wrong', refuted],
  ['gone', null],
]);
const folder = sited(
  reports,
  new Map([['right', [versioned(refuted, '1.10'), versioned(passing, '1.9'), versioned(refuted, '2.0')]]]),
);
const visit = (reader: Reader = {}) => browser.visit(index(folder), reader);
const heads =
  "[...document.querySelectorAll('#grid thead tr:last-child th')].filter((one) => !one.hidden).map((one) => one.title)";

describe('a site from a folder', () => {
  test('loads itself alone, and shows every implementation and what it differs as, with scripts and without', async () => {
    for (const scripts of [true, false]) {
      const page = await visit({ scripts });
      expect(page.requests).toHaveLength(1);
      expect(page.log).toEqual([]);
      const rows = await page.evaluate(
        "[...document.querySelectorAll('#implementations tbody tr')].map((row) => row.innerText.replace(/\\s+/g, ' '))",
      );
      expect(rows[0]).toContain('right two passes source 2.0 (bnspec 0.1.0) stable');
      expect(rows[1]).toContain('backward.forgets-mean: Leaves out the gradient that flows through the mean.');
      expect(rows[2]).toMatch(/^gone .*not here there is no \.\/b/);
      expect(await page.evaluate("document.getElementById('filters').checkVisibility()")).toBe(scripts);
    }
  });

  test('every mark leads to its law in the report', async () => {
    const page = await visit();
    const links: string[] = await page.evaluate("[...document.querySelectorAll('#grid tbody a')].map((a) => a.href)");
    expect(links.length).toBeGreaterThan(12);
    const [of] = links.filter((link) => link.endsWith('#backward.sum-zero'));
    const report = await browser.visit(of!);
    expect(await report.evaluate("document.querySelector(':target').querySelector('.status').textContent")).toBe(
      'fails',
    );
    expect(await report.evaluate("document.querySelector('header a').href")).toBe(index(folder));
    const there = readdirSync(folder, { recursive: true }).map(
      (name) => pathToFileURL(join(folder, String(name))).href,
    );
    expect(links.filter((link) => !there.includes(link.split('#')[0]!))).toEqual([]);
  });

  test('versions stand in order, and say what each no longer holds', async () => {
    const page = await visit();
    const rows: string[] = await page.evaluate(
      "[...document.querySelectorAll('#versions tbody tr')].map((row) => row.innerText)",
    );
    expect(rows.map((row) => row.split(' ')[0])).toEqual(['1.9', '1.10', '2.0']);
    expect(rows[1]).toContain('fails');
    expect(rows[1]).toContain('backward.forgets-mean');
  });

  test('shows only the laws of a chapter, of an implementation, or on which they differ', async () => {
    const page = await visit();
    const all: string[] = await page.evaluate(heads);
    expect(all).toHaveLength(9);
    const set = (id: string, value: string) =>
      page.evaluate(
        `{ const one = document.getElementById('${id}'); one.value = '${value}'; one.dispatchEvent(new Event('input')) }`,
      );
    await set('filter-chapter', 'corners');
    expect(await page.evaluate(heads)).toEqual(['corners.large', 'corners.nan']);
    await set('filter-chapter', '');
    await page.evaluate("document.getElementById('filter-differing').click()");
    expect(await page.evaluate(heads)).toEqual(['backward.sum-zero', 'backward.dx', 'corners.large', 'corners.nan']);
    const widths =
      "[...document.querySelectorAll('#grid thead tr:first-child th[data-chapter]')].filter((one) => !one.hidden).map((one) => one.colSpan)";
    expect(await page.evaluate(widths)).toEqual([2, 2]);
    await set('filter-name', 'RIGHT');
    expect(await page.evaluate("document.getElementById('shown').textContent")).toBe(
      '0 of 9 laws, 1 of 2 implementations',
    );
  });

  test.each([
    ['light', 1200],
    ['dark', 360],
  ] as const)('%s, %i wide: nothing that axe finds, nothing beside the page', async (scheme, width) => {
    const page = await visit({ scheme, width });
    expect(await page.evaluate('document.scrollingElement.scrollWidth')).toBeLessThanOrEqual(width);
    await page.evaluate(axe.source);
    const found =
      'axe.run().then(({ violations }) => violations.map(({ id, nodes }) => id + nodes[0].html.slice(0, 300)))';
    expect(await page.evaluate(found)).toEqual([]);
  });

  test('what a target or a config wrote stays text, and every file in the folder', async () => {
    const attack = '../../"><img src=x onerror=alert(1)></script><script>alert(1)</script>';
    const hostile = sited(new Map([['wrong', withEverywhere(refuted, attack)]]), new Map(), attack);
    const files = readdirSync(hostile, { recursive: true }).map(String);
    expect(files).toHaveLength(5);
    expect(files.every((name) => /^[a-z0-9./-]+$/.test(name))).toBe(true);
    const page = await browser.visit(index(hostile));
    expect(page.log).toEqual([]);
    expect(await page.evaluate("document.querySelectorAll('img').length + document.scripts.length")).toBe(1);
    expect(await page.evaluate('document.body.textContent')).toContain(attack);
  });
});
