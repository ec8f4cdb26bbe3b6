import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { mend } from '../src/cli/mend.js';
import { bnspec, fixture, folder } from './cli.process.js';

describe('doctor', () => {
  test('shows the card, the bytes both ways, and every output beside the exact one', async () => {
    const cwd = folder();
    const { code, out, last } = await bnspec(['doctor', 'builtin:two-pass'], { cwd });
    expect(code).toBe(0);
    expect(out).toMatch(/^HELLO {4}builtin:two-pass\n {9}name {10}two-pass\n/);
    expect(out).toMatch(
      /^ASKED {4}\d+ bytes; header length (\d+): [0-9a-f]{2}( [0-9a-f]{2}){7}\n {9}\{"__metadata__":\{"bnspec":"1","op":"train"/m,
    );
    expect(out).toContain('epsilon       F64 [1]      00 00 00 00 00 00 d0 3f');
    expect(out).toMatch(/^ANSWER {3}as it was read:\n {9}y {13}F32 \[3, 2\] {3}/m);
    expect(out).toMatch(/^ {9}mean: the same bits\n {11}got {3}2\.33333325 {2}23\.333334$/m);
    expect(last).toBe('exit 0: hello and one case were answered in form; bnspec run builtin:two-pass judges it');
    expect(out.split('\n').filter((line) => line.length > 80 && !line.startsWith('exit'))).toEqual([]);
    expect(readdirSync(cwd)).toEqual([]);
  });

  test('a kernel that is right to the last bit reads so, one that is wrong does not', async () => {
    expect((await bnspec(['doctor', 'spec'])).out.match(/: (the same bits|off by .*)$/gm)).toEqual(
      Array(6).fill(': the same bits'),
    );
    expect((await bnspec(['doctor', fixture('cli-liar.mjs')])).out).toMatch(
      /y: off by \S+ units of the last place\n {11}got {3}0 {2}0 {2}0 {2}0 …\n {11}exact /,
    );
  });

  test('a card without a profile is asked all the same, as a run does', async () => {
    const cwd = folder();
    writeFileSync(
      join(cwd, 'a.mjs'),
      "export const card = { name: 'a', dtypes: ['f32'] };\nexport const infer = ({ x }) => ({ y: x.data });\n",
    );
    const { code, out } = await bnspec(['doctor', './a.mjs'], { cwd });
    expect(out.replace(/\s+/g, ' ')).toContain('PROFILE none on the card: asked as torch; bnspec run tells');
    expect(code).toBe(0);
  });

  test('says what is wrong, shows the last words, and how to mend it', async () => {
    const { code, out } = await bnspec(['doctor', '--', 'sh', '-c', 'echo loading >&2; echo ready']);
    expect(code).toBe(3);
    expect(out).toMatch(/^WRONG {4}no hello from sh[\s\S]*something printed to stdout:\s+"ready\\n"\n {9}\| loading$/m);
    expect(out).toMatch(/^MEND {5}standard output carries replies and nothing else/m);
    expect(out).toMatch(/\nexit 3: nothing may be concluded[^\n]*\n$/);
  });
});

test.each([
  ['a.mjs', 'export const card = { name: 1 2 };', /does not parse/],
  ['a.mjs', 'export const train = 1;', /export const card/],
  ['a.mjs', "import 'not-there-at-all';", /with npm beside a module/],
  ['a.py', 'import not_there_at_all', /with pip in the python3/],
  ['a.py', 'def f(:', /does not parse/],
])('%s with %j: what to mend', async (name, text, cure) => {
  const cwd = folder();
  writeFileSync(join(cwd, name), text);
  const { code, out } = await bnspec(['doctor', `./${name}`], { cwd });
  expect(out.slice(out.indexOf('\nMEND')).replace(/\s+/g, ' ')).toMatch(cure);
  expect(code).toBe(3);
});

test.each([
  ['ended without a reply, signal SIGKILL: killed, probably out of memory', /memory/],
  ['ended without a reply, code 3', /must stay/],
  ['no hello from ./k.so: it answered status error Failed to load shared library: undefined symbol: sqrt', /-lm/],
  ['ended without a reply, Error: no WebGPU adapter: nothing can be judged here', /BNSPEC_CHROMIUM/],
  ['ended without a reply, the tab crashed (oom)', /memory/],
  ['ended without a reply, the page never called bnspec.serve; it failed: Error: a', /once/],
  ['ended without a reply, the page was loaded anew, or left for /a', /stay/],
  ['ended without a reply, TypeError: Failed to resolve module specifier "a".', /npm install/],
  ['ended without a reply, TypeError: Failed to fetch dynamically imported module: /a.mjs', /not there/],
  ['ended without a reply, Chromium ended by itself', /no-sandbox/],
  ['no reply within 10 s: 90 of 93 bytes came, 3 bytes short', /the reply was cut/],
  ['no reply within 10 s', /--timeout/],
  ['the card says layouts = "nchw"; allowed is one of channels_first channels_last', /that key of the card/],
  ['replied to id "3", asked was id "4"', /copy `id`/],
  ['sent 2 replies to one request', /exactly one reply/],
  ['y: expected F32 [3, 2], got F64 [3, 2]', /x's dtype and shape/],
  ['answers unsupported to train, which its card names', /take the op off/],
  ['status: expected ok, unsupported or error, got none', /set `status`/],
  ['header length 0 is below 2; the bytes are 00 00', /one safetensors blob/],
  ['closed its stdin (EPIPE)', /keep reading/],
  ['something new', /compare with an adapter that works/],
])('mends: %s', (fault, cure) => expect(mend(fault)).toMatch(cure));
