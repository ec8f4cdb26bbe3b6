import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { dirname, join, posix } from 'node:path';
import { PassThrough } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { chromium } from '../src/target/browser/command.js';
import { importMap } from '../src/target/browser/packages.js';
import { type Server, serve } from '../src/target/browser/server.js';
import { folder } from './fixtures/suspects.js';
import { file } from './house.modules.js';
import { importsOf } from './house.scan.js';

const home = folder();
const write = (path: string, text = path): void => {
  mkdirSync(dirname(join(home, path)), { recursive: true });
  writeFileSync(join(home, path), text);
};
const manifest = (name: string, fields: object) =>
  write(`project/node_modules/${name}/package.json`, JSON.stringify({ name, ...fields }));

write('secret.txt');
write('project/package.json', '{}');
write('project/.env');
write('project/data/w.bin');
write('project/kernels/a.browser.mjs');
write('project/kernels/a.html', '<!doctype html><html><head><title>a</title></head></html>');
write('project/kernels/own.html', '<script type="importmap">{}</script>');
symlinkSync('../secret.txt', join(home, 'project/link.txt'));
manifest('old', { main: 'lib/main.js', module: 'lib/module.js' });
manifest('prebuilt', { module: 'src/index.js', unpkg: 'dist/p.min.js' });
write('project/node_modules/prebuilt/dist/p.fesm.min.js');
manifest('@scope/new', {
  exports: {
    '.': {
      types: './t.d.ts',
      node: './node.js',
      import: { special: './s.js', default: './web.js' },
      require: './c.cjs',
    },
    './sub': ['./sub.js'],
    './dist/*': './build/*',
    './*.css': './css/*.css',
    './none': null,
  },
});
manifest('plain', { exports: './only.js' });
write('project/node_modules/.bin/tool');
write('project/node_modules/stray.txt');

const start = (name: string): Promise<Server> =>
  serve(join(home, 'project/kernels', name), new PassThrough(), {
    connected() {},
    reply() {},
    stopped() {},
    left() {},
    missed() {},
  });

/** What a path gives; sent as it stands, where a client would tidy it. */
function get({ url, cookie: { name, value } }: Server, path: string, cookie = `${name}=${value}`) {
  const { hostname, port } = new URL(url);
  return new Promise<{ status: number; type: string; text: string }>((resolve, reject) => {
    const asked = request({ hostname, port, path, headers: { cookie } }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk) => (text += chunk));
      response.on('end', () =>
        resolve({ status: response.statusCode!, type: response.headers['content-type']!, text }),
      );
    });
    asked.on('error', reject).end();
  });
}

describe('what a page can read', () => {
  test.each([
    ['/kernels/a.browser.mjs', 'text/javascript; charset=utf-8'],
    ['/data/w.bin', 'application/octet-stream'],
    ['/bnspec/packages/prebuilt/dist/p.fesm.min.js', 'text/javascript; charset=utf-8'],
    ['/node_modules/prebuilt/dist/p.fesm.min.js?v=1', 'text/javascript; charset=utf-8'],
  ])('%s', async (path, type) => {
    expect(await get(await start('a.browser.mjs'), path)).toMatchObject({ status: 200, type });
  });

  test.each([
    ...[
      '/../secret.txt',
      '/%2e%2e/secret.txt',
      '/kernels/..%2f..%2fsecret.txt',
      '/kernels/..\\..\\secret.txt',
      '/link.txt',
    ],
    ...[
      '/.env',
      '/bnspec/packages/../../secret.txt',
      '/bnspec/packages/%2e%2e/package.json',
      '/bnspec/packages/.bin/tool',
    ],
    ...[
      '/bnspec/src/cli/run.js',
      '/bnspec/src/target/../cli/run.js',
      '/bnspec/packages/',
      '/kernels',
      '/%00',
      '/%zz',
      '//',
    ],
  ])('not %s', async (path) => {
    expect(await get(await start('a.browser.mjs'), path)).toMatchObject({ status: 404, text: '' });
  });

  test('nothing, without the cookie that its browser was given', async () => {
    const server = await start('a.browser.mjs');
    for (const cookie of ['', 'bnspec=guess', `x${server.cookie.value}`])
      expect(await get(server, '/kernels/a.browser.mjs', cookie)).toMatchObject({ status: 403, text: '' });
  });
});

describe('what names mean', () => {
  const at = (path: string) => `/bnspec/packages/${path}`;

  test('packages of the nearest node_modules', () => {
    expect(importMap(join(home, 'project/node_modules')).imports).toEqual({
      '@scope/new': at('@scope/new/web.js'),
      '@scope/new/sub': at('@scope/new/sub.js'),
      '@scope/new/dist/': at('@scope/new/build/'),
      old: at('old/lib/module.js'),
      'old/': at('old/'),
      plain: at('plain/only.js'),
      prebuilt: at('prebuilt/dist/p.fesm.min.js'),
      'prebuilt/': at('prebuilt/'),
    });
    expect(importMap(null)).toEqual({ imports: {} });
  });

  test('a page is told, unless it says so itself', async () => {
    const server = await start('a.html');
    expect((await get(server, new URL(server.url).pathname)).text).toMatch(
      /^<!doctype html><html><head><script type="importmap">\{.*"old":.*\}<\/script><title>/,
    );
    const own = await start('own.html');
    expect((await get(own, new URL(own.url).pathname)).text).toBe('<script type="importmap">{}</script>');
  });
});

test('what a page runs of ours needs nothing of Node', () => {
  const seen = new Set<string>();
  const visit = (path: string): void => {
    if (seen.has(path)) return;
    seen.add(path);
    const { text } = file(path);
    expect(text.match(/\b(?:Buffer|process|require|__dirname)\b(?=[.(])/g) ?? [], path).toEqual([]);
    for (const { from, type } of importsOf(text)) {
      if (type) continue;
      expect(from, path).toMatch(/^\.|^\(computed\)$/);
      if (from.startsWith('.')) visit(posix.join(posix.dirname(path), from.replace(/\.js$/, '.ts')));
    }
  };
  visit('src/target/browser/page.ts');
  expect(seen.size).toBeGreaterThan(10);
});

test('no browser at all is said with the names that were tried', () => {
  expect(() => chromium({ PATH: home })).toThrow(/no chromium, chromium-browser, google-chrome.* on the PATH/);
});
