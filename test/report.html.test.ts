import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { html as markup } from '../src/report/markup.js';
import { report } from './report.example.js';
import { figure, paged, passing, refuted } from './report.pages.js';

describe('markup', () => {
  test.each([
    ['<b>&"\'', '&lt;b&gt;&amp;&quot;&#39;'],
    ['</script><!-- ]]>', '&lt;/script&gt;&lt;!-- ]]&gt;'],
    ['a\u2028b\u202ec\u0000d\ud800', 'a#x2028b#x202Ec#x0d#xD800'],
    ['&lt;', '&amp;lt;'],
  ])('%j is text', (text, shown) => {
    expect(String(markup`<p title="${text}">${[text]}</p>`)).toBe(`<p title="${shown}">${shown}</p>`);
  });

  test('only templates go in as they are', () => {
    expect(String(markup`${markup`<b>${1}</b>`}${null}${['<']}`)).toBe('<b>1</b>&lt;');
  });
});

describe('the page', () => {
  const text = paged(refuted);

  test('says the verdict, both sides, the bound, the case and the command', () => {
    for (const said of [
      'Does not conform',
      '2.8284270',
      '4.1e-6',
      'dx[:,0]',
      'dy = [[1],[0]]',
      'bnspec replay .bnspec/',
    ])
      expect(text).toContain(said);
    expect(text).toContain('Leaves out the gradient that flows through the mean.');
    expect(text).toContain('<math><mo>∑</mo>');
  });

  test('lets nothing be loaded, and nothing run but its own script', () => {
    const [, policy] = /Content-Security-Policy" content="([^"]*)"/.exec(text)!;
    const [, script] = /<script>(.*?)<\/script>/s.exec(text)!;
    const hash = createHash('sha256').update(script!).digest('base64');
    expect(policy).toContain(`script-src 'sha256-${hash}'`);
    expect(policy).toMatch(/^default-src 'none'; /);
    expect(text.match(/<script/g)).toHaveLength(1);
    expect(text).not.toMatch(/ (?:style|on\w+)=/);
  });

  test('is drawn from the JSON alone', () => {
    expect(paged(JSON.parse(JSON.stringify(refuted)))).toBe(text);
  });

  test('of an earlier version has no pictures, and all else', () => {
    const { figures: _, ...old } = passing;
    expect(paged(old)).toContain('forward.shift');
    expect(paged(old)).not.toContain('id="accuracy"');
    expect(paged(passing)).toContain('id="accuracy"');
  });

  test('of a law that is no formula shows its text', () => {
    const [first, ...others] = report().laws;
    const odd = report({ laws: [{ ...first!, law: 'x = = <y>' }, ...others] });
    expect(paged(odd)).toContain('<code>x = = &lt;y&gt;</code>');
  });

  test('of the most that a run may hold is below 2 MB', () => {
    const laws = Array.from({ length: 200 }, (_, i) => ({ ...refuted.laws.at(i % 9)!, id: `forward.law-${i}` }));
    const outputs = Array.from({ length: 16 }, (_, i) => figure(`out${i}`, 190));
    const most = paged({ ...refuted, laws, figures: { ...passing.figures!, outputs } });
    expect(most.length).toBeGreaterThan(500_000);
    expect(Buffer.byteLength(most)).toBeLessThan(2_000_000);
  });
});
