import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { ProcessOptions } from '../src/target/process-options.js';
import type { Reply } from '../src/target/target.js';
import { ok, root } from './fixtures/adapters.js';
import { module_, page, visit } from './fixtures/pages.js';
import { training } from './fixtures/suspects.js';

const y = '{ y: x.data }';
const forever = 'await new Promise(() => {});';
const kernel = "{ card: { name: 'p', dtypes: ['f32'] }, train: ({ x }) => ({ y: x.data }) }";

describe.concurrent('a page that answers', () => {
  test.each([
    ['page with a script of its own', page(`bnspec.serve(${kernel})`)],
    [
      'module that asks for a person, and prints',
      module_(`alert('hi'); confirm('sure?'); prompt('name?'); console.log('a', { b: 1 }, null, 2n); return ${y};`),
    ],
  ])('a %s', async (what, text) => {
    const { reply, log, warnings } = await visit(text);
    expect(ok(reply as Reply).get('y')).toEqual(training().tensors.get('x'));
    expect(log).toBe(what.includes('person') ? 'alert: hi\nconfirm: sure?\nprompt: name?\na Object null 2n' : '');
    expect(warnings).toEqual([]);
  });
});

/** What keeps a page from its hello: the reason, and what its log shows. */
const mute: readonly (readonly [string, readonly [string, string], RegExp, RegExp])[] = [
  ['throws at load', module_('', 'throw new Error("no driver");'), /Error: no driver$/, /at \/.*a\.browser\.mjs:1:7/],
  ['does not parse', ['a.browser.mjs', 'export const card = {\n name: 1 2 };'], /SyntaxError: /, /browser\.mjs:2:10$/m],
  ['imports what is not there', module_('', "import './gone.mjs';"), /Failed to fetch dynamically/, /404.*\/gone\.mjs/],
  [
    'has no card',
    ['a.browser.mjs', 'export const train = 1;'],
    /a\.browser\.mjs exports no card: export const/,
    /page\.js/,
  ],
  [
    'throws, as a page',
    page("throw Error('no GPU today')"),
    /never called bnspec\.serve; .* no GPU/,
    /at \/.*a\.html:1:/,
  ],
];

describe.concurrent('a page that does not begin', () => {
  test.each(mute)('%s: no hello, and why', async (_, text, reason, log) => {
    const { reply } = await visit(text, { helloTimeout: 30_000 });
    expect(reply).toMatchObject({ kind: 'hello', message: expect.stringMatching(reason) });
    expect(reply).toMatchObject({ detail: expect.stringMatching(log) });
  });
});

const [gpu, gl] = ['webgpu', 'webgl'].map((name) => readFileSync(join(root, `targets/${name}.browser.mjs`), 'utf8'));
const lose = "gl.getExtension('WEBGL_lose_context')?.loseContext(); gl.drawArrays(";
const post = (body: string) => `await fetch('/bnspec/replies', { method: 'POST', body: ${body} }); ${forever}`;
const again = `{ card: { name: 'p', dtypes: ['f32'] }, train: async () => { bnspec.serve(kernel); ${forever} } }`;
const stranger = "'\\x32' + '\\0'.repeat(7) + JSON.stringify({ __metadata__: { id: 'yesterday' } }).padEnd(50)";

/** What happens to a page in the middle of a question, and the reason that is given. */
const breaking: readonly (readonly [string, readonly [string, string], RegExp, ProcessOptions])[] = [
  ['loops', module_('for (;;);'), /^no reply within 0.6 s$/, { caseTimeout: 600 }],
  ['leaves', module_(`location.href = '/a'; ${forever}`), /^ended without a reply, the page .* left for \/a/, {}],
  ['serves twice', page(`const kernel = ${again}; bnspec.serve(kernel)`), /serves a ker/, {}],
  ['replies to another id', module_(post(stranger)), /^replied to id "yesterday", asked was id "1"$/, {}],
  [
    'loses its GPU',
    ['a.browser.mjs', gpu!.replace('pass.end();', 'pass.end(); device.destroy();')],
    /device was los/,
    {},
  ],
  ['loses its context', ['a.browser.mjs', gl!.replace('gl.drawArrays(', lose)], /, the WebGL context was lost$/, {}],
];

describe.concurrent('a page that breaks', () => {
  test.each(breaking)('%s: breaks after a second try, and leaves nothing behind', async (_, text, reason, options) => {
    const { reply } = await visit(text, options);
    expect(reply).toMatchObject({ status: 'breaks', reason: expect.stringMatching(reason) });
  });

  test('runs out of memory', async () => {
    process.env.BNSPEC_CHROMIUM_FLAGS = '--js-flags=--max-old-space-size=64';
    const target = visit(module_('const all = []; for (;;) all.push(new Array(1e6).fill(1.5));'));
    const { reply } = await target.finally(() => delete process.env.BNSPEC_CHROMIUM_FLAGS);
    expect(reply).toMatchObject({ status: 'breaks', reason: expect.stringMatching(/, the tab crashed \(\w+\)$/) });
  });
});
