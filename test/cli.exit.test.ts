import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { Report } from '../src/run/report.js';
import { alive, appears, bnspec, fixture, folder, start } from './cli.process.js';

const few = ['--laws', 'inference.output', '--cases', '3'];
const liar = fixture('cli-liar.mjs');
const sleeper = fixture('cli-sleeper.mjs');
const json = ['--reporter', 'terminal', '--reporter', 'json=r.json'];
const saved = (cwd: string): Report => JSON.parse(readFileSync(join(cwd, 'r.json'), 'utf8'));

describe('exit 2: a slip, and nothing is started', () => {
  const slips: [string[], string][] = [
    [['rnu'], "unknown command 'rnu' - did you mean run?"],
    [['--verbose'], "unknown option '--verbose'"],
    [['run', '--casse', '3'], "unknown option '--casse' - did you mean --cases?"],
    [['run', '--cases', '1e9'], '--cases 1e9: not a whole number'],
    [['run', '--shard', '0/3'], '--shard 0/3: not a shard'],
    [['run', '--shard', '4/3'], '--shard 4/3: not a shard'],
    [['run', '--shard', 'a/b'], '--shard a/b: not a shard'],
    [['merge'], 'merge takes journals'],
    [['run', '--laws', 'forward.shfit'], "unknown law 'forward.shfit' - did you mean forward.shift?"],
    [['run', '--laws', 'nothing.*', '--', 'touch', 'started'], "unknown law 'nothing.*'"],
    [['run', '--skip', '*'], 'leave no law'],
    [['run', '--profile', 'pytorch', '--', 'touch', 'started'], "unknown profile 'pytorch' - did you mean torch?"],
    [['run', 'builtin:twopass'], "unknown target 'builtin:twopass' - did you mean builtin:two-pass?"],
    [['run', 'two-pass'], 'did you mean builtin:two-pass?'],
    [['run', 'mutant:nobody'], "unknown target 'mutant:nobody'"],
    [['run', './nowhere.py'], 'there is no file ./nowhere.py'],
    [['run', '--', 'no-such-command'], 'cannot run no-such-command'],
    [['run', '--'], 'no command after --'],
    [['run', 'spec', 'builtin:keras'], 'one target at a time'],
    [['run', 'spec', '--', 'sh'], 'two targets'],
    [['explain', 'forward.shfit'], 'did you mean forward.shift?'],
    [['explain'], 'explain takes one id'],
    [['list', 'law'], 'did you mean laws?'],
    [['doctor'], 'doctor needs a target'],
    [['replay', 'nowhere.safetensors'], 'cannot read nowhere.safetensors'],
  ];
  test.each(slips)('%j', async (argv, message) => {
    const cwd = folder();
    const { code, out, err } = await bnspec(argv, { cwd });
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(message);
    expect(err).toMatch(/\nexit 2: usage; nothing was judged\n$/);
    expect(readdirSync(cwd)).toEqual([]);
  });
});

describe('exit 3: nothing may be concluded', () => {
  test('a target that never says hello: its last words, in every report', async () => {
    const cwd = folder();
    const { code, out, last } = await bnspec(['run', ...json, '--', 'sh', '-c', 'echo sorry >&2; exit 7'], { cwd });
    expect(code).toBe(3);
    expect(out).toMatch(/^INCOMPLETE {2}no hello from sh -c [\s\S]*code 7\n {9}\| sorry$/m);
    expect(last).toMatch(/^exit 3: nothing may be concluded: no hello/);
    expect(saved(cwd)).toMatchObject({ complete: false, verdict: 'incomplete', laws: [], exit: { code: 3 } });
  });

  test('a card that leaves everything out', async () => {
    const { code, last } = await bnspec(['run', fixture('cli-nothing.mjs')]);
    expect({ code, last }).toEqual({ code: 3, last: 'exit 3: nothing may be concluded: nothing was checked' });
  });

  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    '%s: the target is ended, the reports are written, incomplete',
    async (signal) => {
      const cwd = folder();
      const env = { BNSPEC_TEST_MARK: join(cwd, 'mark') };
      const run = start(['run', sleeper, ...few, ...json, '--pass-env', 'BNSPEC_TEST_MARK'], { cwd, env });
      const pid = Number(await appears(env.BNSPEC_TEST_MARK));
      run.child.kill(signal);
      const { code, last } = await run.ended;
      expect({ code, last }).toEqual({ code: 3, last: `exit 3: nothing may be concluded: interrupted by ${signal}` });
      expect(saved(cwd)).toMatchObject({
        complete: false,
        incompleteBecause: `interrupted by ${signal}`,
        exit: { code: 3 },
      });
      expect(alive(pid)).toBe(false);
    },
  );

  test('a target in our own process can be interrupted too', async () => {
    const cwd = folder();
    const run = start(['run', '--effort', 'thorough', ...json], { cwd });
    await sleep(1500);
    run.child.kill('SIGINT');
    expect(await run.ended).toMatchObject({ code: 3, last: 'exit 3: nothing may be concluded: interrupted by SIGINT' });
    expect(saved(cwd).complete).toBe(false);
  });

  test('a second Ctrl-C ends at once, without reports, and still ends the target', async () => {
    const cwd = folder();
    const env = { BNSPEC_TEST_MARK: join(cwd, 'mark') };
    const run = start(['run', sleeper, ...few, ...json, '--pass-env', 'BNSPEC_TEST_MARK'], { cwd, env });
    const pid = Number(await appears(env.BNSPEC_TEST_MARK));
    run.child.kill('SIGINT');
    await sleep(300);
    run.child.kill('SIGINT');
    const { code, err } = await run.ended;
    expect({ code, err }).toEqual({ code: 3, err: '\nexit 3: ended by a second SIGINT; no report was written\n' });
    expect(existsSync(join(cwd, 'r.json'))).toBe(false);
    await sleep(100);
    expect(alive(pid)).toBe(false);
  });

  test('--max-time', async () => {
    const cwd = folder();
    const env = { BNSPEC_TEST_MARK: join(cwd, 'mark') };
    const { code, last } = await bnspec(['run', sleeper, ...few, '--max-time', '1', '--pass-env', 'BNSPEC_TEST_MARK'], {
      cwd,
      env,
    });
    expect({ code, last }).toEqual({ code: 3, last: 'exit 3: nothing may be concluded: --max-time 1 s is spent' });
  });
});

describe('exit 1 is a verdict, and survives', () => {
  test('a reader that goes away', async () => {
    const run = start(['run', liar, '--laws', 'inference.*', '--cases', '3']);
    run.child.stdout!.destroy();
    expect(await run.ended).toMatchObject({ code: 1, err: '' });
  });

  test('a card full of controls: visible escapes, and the terminal stays as it was', async () => {
    const { code, out } = await bnspec(['run', liar, ...few]);
    expect(code).toBe(1);
    expect(out).toContain('liar #x1B[31m1#xD#x202E');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: finding control characters is the purpose
    expect(out).not.toMatch(/[\x00-\x09\x0b-\x1f\u202e]/);
  });

  test('colours are for terminals, or for those who force them', async () => {
    const paint = '\u001b[1m\u001b[31mexit 1';
    expect((await bnspec(['run', liar, ...few], { env: { FORCE_COLOR: '1' } })).out).toContain(paint);
    expect((await bnspec(['run', liar, ...few, '--no-color'], { env: { FORCE_COLOR: '1' } })).out).not.toContain(
      '\u001b',
    );
  });
});

describe("exit 4: bnspec's own failure is never a verdict", () => {
  const planted = (code: string) => ({ NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(code)}` });

  test('an error of ours in the middle of a run', async () => {
    const env = planted(`performance.now = () => { throw new TypeError('planted'); }`);
    const { code, err } = await bnspec(['run', ...few, '--seed', '7'], { env });
    expect(code).toBe(4);
    expect(err).toMatch(
      /^this is a bug in bnspec, not in the target[^\n]*\nbnspec \d+\.\d+\.\d+, node v[^\n]*, seed 7\nTypeError: planted\n/,
    );
    expect(err).toMatch(/\nexit 4: a bug in bnspec\n$/);
  });

  const late = (fault: string) => `const t = setInterval(() => {
    if (process.listenerCount('SIGINT') === 0) return;
    clearInterval(t);
    ${fault};
  }, 10);`;
  test.each([
    ['an error that nobody caught', `throw new Error('planted')`],
    ['a rejection that nobody handled', `Promise.reject(new Error('planted'))`],
  ])('%s', async (_, fault) => {
    const cwd = folder();
    const env = { BNSPEC_TEST_MARK: join(cwd, 'mark'), ...planted(late(fault)) };
    const { code, err } = await bnspec(['run', sleeper, ...few, '--pass-env', 'BNSPEC_TEST_MARK'], { cwd, env });
    expect(code).toBe(4);
    expect(err).toMatch(
      /^this is a bug in bnspec[\s\S]*seed 1[\s\S]*Error: planted[\s\S]*\nexit 4: a bug in bnspec\n$/,
    );
    if (existsSync(env.BNSPEC_TEST_MARK)) expect(alive(Number(readFileSync(env.BNSPEC_TEST_MARK, 'utf8')))).toBe(false);
  });

  test('a report that cannot be written: the other reporters have had their turn', async () => {
    const cwd = folder();
    const reporters = ['json=/dev/full', 'json=good.json', 'terminal'].flatMap((name) => ['--reporter', name]);
    const { code, out, last } = await bnspec(['run', liar, ...few, ...reporters], { cwd });
    expect(code).toBe(4);
    expect(out).toMatch(/^FAILS {4}inference.output\b/m);
    expect(last).toMatch(/^exit 4: could not write \/dev\/full \(ENOSPC\)$/);
    expect(JSON.parse(readFileSync(join(cwd, 'good.json'), 'utf8')).exit.code).toBe(1);
    expect(readdirSync(cwd).sort()).toEqual(['.bnspec', 'good.json']);
  });
});
