import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { appears, bnspec, folder, start } from './cli.process.js';
import { root } from './fixtures/adapters.js';
import { living } from './fixtures/pages.js';

const laws =
  'forward.output,forward.layout,running.update-*,inference.output,backward.d*,frozen.local,corners.sub*,large.*';
const few = ['--cases', '2', '--laws', laws];
const template = (name: string) => join(root, 'targets', `${name}.browser.mjs`);

describe.concurrent('the templates', () => {
  test.each(['webgpu', 'webgl'])('%s conforms, as far as a few cases tell', async (name) => {
    const { out, last } = await bnspec(['run', template(name), ...few]);
    expect(last, out).toMatch(/^exit 0: conforms \(stable\) for train, infer, grad, infer_grad; /);
    expect(out).toContain(`${name} two-pass 1`);
  });

  test('a plain module for Node and for a browser gives the same bits', async () => {
    const cwd = folder();
    writeFileSync(join(cwd, 'a.browser.mjs'), `export * from './plain.mjs';`);
    writeFileSync(join(cwd, 'plain.mjs'), (await import('./house.modules.js')).file('targets/plain.mjs').text);
    const { out, code } = await bnspec(['doctor', './a.browser.mjs'], { cwd });
    expect(code).toBe(0);
    expect(out.match(/: (the same bits|off by .*)$/gm)).toEqual(Array(5).fill(': the same bits'));
  });
});

describe.concurrent('what is left of a page that loops', () => {
  const looping = (): string => {
    const cwd = folder();
    const train = "export const train = () => { console.log('begun'); for (;;); };";
    writeFileSync(
      join(cwd, 'a.browser.mjs'),
      `export const card = { name: 'l', dtypes: 'f32', profile: 'torch' };\n${train}`,
    );
    mkdirSync(join(cwd, 'tmp'));
    return cwd;
  };

  test.each(['SIGINT', 'SIGKILL'] as const)('nothing, when bnspec gets %s', async (signal) => {
    const cwd = looping();
    const run = start(['run', './a.browser.mjs'], { cwd, env: { TMPDIR: join(cwd, 'tmp') } });
    await appears(join(cwd, '.bnspec', 'inflight.safetensors'));
    expect(living(join(cwd, 'tmp')).length).toBeGreaterThan(3);
    run.child.kill(signal);
    await run.ended;
    await vi.waitFor(() => expect(living(join(cwd, 'tmp'))).toEqual([]), { timeout: 8000, interval: 100 });
    expect(readdirSync(join(cwd, 'tmp'))).toEqual([]);
  });
});

describe.concurrent('without what a page needs', () => {
  test('no browser is a usage error that says how to get one', async () => {
    const env = { BNSPEC_CHROMIUM: '/nowhere/chrome' };
    const { code, err } = await bnspec(['doctor', template('webgl')], { env });
    expect(code).toBe(2);
    expect(err).toMatch(
      /^bnspec: a page needs a browser, and BNSPEC_CHROMIUM=\/nowhere\/chrome cannot be run: .*install/,
    );
  });

  test('a browser that is none is no hello', async () => {
    const { code, out } = await bnspec(['doctor', template('webgl')], { env: { BNSPEC_CHROMIUM: process.execPath } });
    expect(code).toBe(3);
    expect(out).toMatch(/Chromium ended by itself\n[\s\S]*bad option: --headless[\s\S]*^MEND {5}start it by hand/m);
  });

  test('no WebGPU: nothing is concluded about the kernel', async () => {
    const env = { BNSPEC_CHROMIUM_FLAGS: '--disable-gpu --disable-software-rasterizer' };
    const { code, last } = await bnspec(['run', template('webgpu'), ...few], { env });
    expect(code).toBe(3);
    expect(last).toMatch(
      /^exit 3: nothing may be concluded: no hello .*no WebGPU adapter: nothing can be judged here$/,
    );
  });
});
