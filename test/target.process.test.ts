import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openTarget } from '../src/target/open.js';
import { processTarget } from '../src/target/process.js';
import { read } from '../src/wire/safetensors.js';
import { folder, hostile, left, python, suspect, training } from './fixtures/suspects.js';

const usage = (message: RegExp) => ({ name: 'TargetError', kind: 'usage', message: expect.stringMatching(message) });

describe('a command that cannot be run (case 1)', () => {
  const made = (name: string, content: string | Buffer, mode: number) => {
    const path = join(folder(), name);
    writeFileSync(path, content);
    chmodSync(path, mode);
    return path;
  };
  const alien = Buffer.alloc(64);
  alien.write('\x7fELF\x02\x01\x01', 'latin1');
  alien.writeUInt16LE(0xf3, 18);

  test.each([
    [
      'not on PATH',
      'no-such-command-here',
      /^cannot run no-such-command-here: no such command on PATH \(ENOENT\).*bnspec doctor/,
    ],
    ['no such file', './no/such/file', /^cannot run \.\/no\/such\/file: no such file \(ENOENT\)/],
    ['not executable', made('kernel', '#!/bin/sh\n', 0o644), /kernel: not executable \(EACCES\)\. chmod \+x it/],
    ['a folder', folder(), /\(ENOENT\)/],
    ['another machine', made('kernel', alien, 0o755), /kernel: not a program of this machine \(ENOEXEC\)/],
    ['a missing interpreter', made('kernel', '#!/no/such/interpreter\n', 0o755), /kernel: ENOENT/],
    ['a NUL', 'a\0b', /^cannot run a#x0b/],
  ])('%s', async (_, command, message) => {
    const target = processTarget('t', [command]);
    await expect(target.hello()).rejects.toMatchObject(usage(message));
    await target.close();
  });

  test.each([
    [[], /^no command after --$/],
    ['./missing.py', /^there is no file \.\/missing\.py: check the path$/],
    ['kernel', /^there is no file kernel: to run a command, write -- kernel$/],
    [made('notes.md', '', 0o644), /notes\.md is no adapter that can be told by its name \(\.py \.js/],
  ])('%j is refused before anything is started', async (spec, message) => {
    await expect(openTarget(spec)).rejects.toMatchObject(usage(message));
  });
});

describe('paths and arguments (case 66)', () => {
  const names = [
    'two words.py',
    `"quoted" 'twice'.py`,
    'a; touch owned; b.py',
    '$(touch owned).py',
    'größe-数.py',
    '-v.py',
  ];

  test.each(names)('%s: no shell looks at it', async (name) => {
    const place = folder();
    copyFileSync(hostile, join(place, name));
    const script = name.startsWith('-') ? `./${name}` : name;
    const target = await openTarget([python, join(place, script), 'none', '-', '; touch owned', '-x']);
    expect(await target.hello()).toMatchObject({ name: 'hostile' });
    await target.close();
    expect(existsSync(join(place, 'owned')) || existsSync('owned')).toBe(false);
  });
});

describe('a run', () => {
  test('concurrent requests are answered in the order of the calls, each by its own reply', async () => {
    const { target } = suspect('none');
    const extents = [5, 1, 9, 2, 2, 7];
    const replies = await Promise.all(extents.map((extent) => target.ask(training(extent))));
    const sizes = replies.map((reply) => reply.status === 'ok' && reply.tensors.get('y')!.shape[1]);
    expect(sizes).toEqual(extents);
    await target.close();
    await target.close();
    expect(target.warnings).toEqual([]);
  });

  test('a reply that waited while we were busy is not late', async () => {
    const { target } = suspect('none', { caseTimeout: 200 });
    await target.hello();
    const asked = target.ask(training());
    await new Promise((resolve) => setImmediate(resolve));
    for (const end = performance.now() + 500; performance.now() < end; );
    expect(await asked).toMatchObject({ status: 'ok' });
    expect(target.warnings).toEqual([]);
    await target.close();
  });

  test('the environment is an allow-list (case 47)', async () => {
    const env = {
      PATH: process.env.PATH,
      LC_ALL: 'C.UTF-8',
      CUDA_HOME: '/c',
      GITHUB_ENV: '/e',
      NODE_OPTIONS: '-r x',
      MINE: '1',
      XPATH: '2',
    };
    const { target } = suspect('environment', { env, passEnv: ['MINE'] });
    const reply = await target.ask(training());
    const seen = JSON.parse((reply as { message: string }).message) as Record<string, string>;
    expect(seen).toMatchObject({ PATH: process.env.PATH, CUDA_HOME: '/c', MINE: '1', LC_ALL: 'C.UTF-8' });
    expect(Object.keys(seen).filter((name) => ['GITHUB_ENV', 'NODE_OPTIONS', 'XPATH'].includes(name))).toEqual([]);
    await target.close();
  });

  test('closing in mid-request ends it at once: no restart, nothing left', async () => {
    const { target, tag } = suspect('hang', { caseTimeout: 60_000 });
    await target.hello();
    const asked = target.ask(training());
    const queued = target.ask(training());
    const rejected = Promise.all([
      expect(asked).rejects.toMatchObject({
        kind: 'closed',
        message: expect.stringMatching(/was closed while a request/),
      }),
      expect(queued).rejects.toMatchObject({ kind: 'closed' }),
    ]);
    await new Promise((resolve) => setTimeout(resolve, 50));
    await target.close();
    await rejected;
    expect(left(tag)).toEqual([]);
    await expect(target.ask(training())).rejects.toMatchObject({ kind: 'closed' });
  });

  test.each([1, 2, 3])('a restart budget of %i ends a run, naming the last fault (case 37)', async (restartBudget) => {
    const { target, tag } = suspect('segv', { restartBudget });
    // A fault takes one restart to be confirmed; going on after it takes another.
    for (let confirmed = 1; confirmed <= restartBudget; confirmed += 2) {
      expect(await target.ask(training())).toMatchObject({ status: 'breaks' });
    }
    const message = `segv was restarted ${restartBudget} times; last fault: ended without a reply, signal SIGSEGV`;
    await expect(target.ask(training())).rejects.toMatchObject({
      kind: 'budget',
      message,
      detail: 'last words of segv',
    });
    await target.close();
    expect(left(tag)).toEqual([]);
  });

  test('a target that does not come up again ends a run', async () => {
    const place = folder();
    const wrapper = join(place, 'once.py');
    const once = `import os, sys\nif os.path.exists(${JSON.stringify(join(place, 'ran'))}): sys.exit('no device left')\n`;
    writeFileSync(wrapper, `${once}open(${JSON.stringify(join(place, 'ran'))}, 'w')\n${readFileSync(hostile, 'utf8')}`);
    const target = processTarget('once', [python, '-SE', wrapper, 'exit 3', '-', 'tag']);
    await expect(target.ask(training())).rejects.toMatchObject({
      kind: 'hello',
      message: 'no hello from once: ended without a reply, code 1; last fault: ended without a reply, code 3',
      detail: 'no device left',
    });
    await target.close();
  });

  test.runIf(process.platform === 'linux')('--max-memory is the limit of its data segment (case 32)', async () => {
    const greedy = join(folder(), 'greedy.py');
    writeFileSync(greedy, `kept = [bytearray(64 << 20) for _ in range(64)]\n`);
    const target = processTarget('greedy', [python, greedy], { maxMemory: 2 ** 28 });
    const detail = expect.stringMatching(/MemoryError$/);
    await expect(target.hello()).rejects.toMatchObject({ kind: 'hello', detail });
    await target.close();
  });
});

describe('the journal', () => {
  test('the request in flight is on disk, whole, until it is answered', async () => {
    const journal = join(folder(), 'deep', 'er');
    const file = join(journal, 'inflight.safetensors');
    const { target } = suspect('hang', { journal, caseTimeout: 60_000 });
    mkdirSync(journal, { recursive: true });
    const asked = target.ask(training(4, 'the-culprit')).catch(() => {});
    while (!existsSync(file) || readFileSync(file).length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    const { metadata, tensors } = read(readFileSync(file));
    expect(metadata).toMatchObject({ op: 'train', id: 'the-culprit', bnspec: '1' });
    expect(tensors.get('x')).toEqual(training(4).tensors.get('x'));
    await target.close();
    await asked;
    expect(existsSync(file)).toBe(false);
  });

  test('what comes after the end is told so, and nothing is written to a file that is closed', async () => {
    const { target } = suspect('none', { journal: folder() });
    await target.ask(training());
    await target.close();
    const late = Promise.all([target.ask(training()), target.ask(training())]);
    await expect(late).rejects.toMatchObject({ kind: 'closed' });
  });

  test('an answer leaves nothing of its request', async () => {
    const journal = folder();
    const { target } = suspect('none', { journal });
    await target.ask(training(1000));
    expect(readFileSync(join(journal, 'inflight.safetensors'))).toHaveLength(0);
    await target.close();
  });
});
