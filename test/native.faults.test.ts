import { readFileSync } from 'node:fs';
import { describe, expect, test, vi } from 'vitest';
import { openTarget } from '../src/target/open.js';
import type { Target } from '../src/target/target.js';
import type { Blob } from '../src/wire/safetensors.js';
import { tensor } from '../src/wire/tensor.js';
import { fixture } from './cli.process.js';
import { compilers, inC, ways } from './fixtures/compiled.js';
import { left } from './fixtures/suspects.js';

/** A request whose x begins with the number of a fault. */
const asking = (fault: number): Blob => ({
  metadata: { op: 'train', layout: 'channels_first' },
  tensors: new Map([
    ['x', tensor('f32', [2, 3], [fault, 1, 2, 3, 4, 5])],
    ['epsilon', tensor('f64', [1], [0.25])],
  ]),
});

const spoilt = (why: string) => ({ status: 'breaks', reason: `y: expected F32 [2, 3], got no such output: ${why}` });
const ended = (how: string) => ({ status: 'breaks', reason: `ended without a reply, ${how}` });
const faults: Readonly<Record<string, [number, object]>> = {
  'reads where nothing is': [1, ended('signal SIGSEGV')],
  aborts: [2, ended('signal SIGABRT')],
  'exits as if all were well': [3, ended('code 0')],
  'never returns': [4, { status: 'breaks', reason: 'no reply within 0.7 s' }],
  'writes past the end': [5, spoilt('it wrote 4 bytes past the end of y')],
  'writes before the beginning': [6, spoilt('it wrote 4 bytes before the beginning of y')],
  'writes far past the end': [7, { status: 'breaks' }],
  'leaves an element unwritten': [
    8,
    { status: 'breaks', reason: expect.stringMatching(/: 1 of 6 elements of y were never written, the first /) },
  ],
  prints: [9, { status: 'ok' }],
  'overwrites its input': [10, { status: 'ok', overwritten: ['x'] }],
  'allocates more than there is': [11, ended('signal SIGSEGV')],
  'points elsewhere in place of writing': [
    12,
    { status: 'breaks', reason: expect.stringMatching(/no such output: it changed \*?out.* itself: write to where/) },
  ],
  refuses: [13, { status: 'error', message: 'no such device: "gpu"#xA' }],
  'fails without a word': [14, { status: 'error', message: 'bnspec_train returned 7' }],
  'calls itself without end': [15, ended('signal SIGSEGV')],
  'says that it has no such operation': [
    16,
    { status: 'breaks', reason: expect.stringMatching(/^answers unsupported to train.*BNSPEC_UNSUPPORTED$/) },
  ],
  'writes before the beginning and refuses': [18, spoilt('it wrote 4 bytes before the beginning of y')],
  'writes bytes to standard output': [19, { status: 'ok' }],
  'has 4 MiB on its stack, as a program may': [21, { status: 'ok' }],
  'writes before its input': [20, spoilt('it wrote 4 bytes before the beginning of x')],
};
describe.skipIf(!compilers('gcc')).each(ways)('a kernel in C as a %s', (way) => {
  const spec = inC(way, readFileSync(fixture('hostile.c'), 'utf8'));
  const path = [spec].flat()[0]!;
  const opened = (): Promise<Target> => openTarget(spec, { caseTimeout: 700, grace: 3000 });

  test.each(Object.entries(faults))('that %s', async (_, [fault, expected]) => {
    const target = await opened();
    try {
      expect(await target.ask(asking(0))).toMatchObject({ status: 'ok' });
      expect(await target.ask(asking(fault))).toMatchObject(expected);
      expect(await target.ask(asking(0))).toMatchObject({ status: 'ok' });
      if (fault === 9) expect(target.log!()).toContain('a banner');
    } finally {
      await target.close();
    }
    // Who has written all over the memory of its process may bring it down later.
    if (fault !== 7) expect(target.warnings).toEqual([]);
    await vi.waitFor(() => expect(left(path)).toEqual([]), 5000);
  });

  test('one fault among sixteen questions costs no other its answer', async () => {
    const target = await opened();
    const replies = await Promise.all(Array.from({ length: 16 }, (_, i) => target.ask(asking(i === 9 ? 2 : 0))));
    expect(replies.map(({ status }) => status)).toEqual(replies.map((_, i) => (i === 9 ? 'breaks' : 'ok')));
    await target.close();
  });

  test.runIf(process.platform === 'linux')('is held to --max-memory', async () => {
    const target = await openTarget(spec, { maxMemory: 2 ** 31 });
    expect(await target.ask(asking(11))).toMatchObject(ended('signal SIGSEGV'));
    await target.close();
  });
});
