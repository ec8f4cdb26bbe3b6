import { afterAll, describe, expect, test, vi } from 'vitest';
import type { ProcessOptions } from '../src/target/process-options.js';
import type { Reply, Target } from '../src/target/target.js';
import { left, suspect, training } from './fixtures/suspects.js';

const before = process.memoryUsage().rss;

/** Asks one request, closes, and proves that nothing is left running. */
async function interrogate(fault: string, options?: ProcessOptions & { once?: boolean }) {
  const { target, tag } = suspect(fault, options);
  const reply = await target.ask(training());
  await target.close();
  // A process that was killed is there until the system gets round to it.
  await vi.waitFor(() => expect(left(tag)).toEqual([]), 5000);
  return { reply, warnings: target.warnings!, target };
}

const soon = { caseTimeout: 600 };
const y = { status: 'ok', tensors: expect.objectContaining({}) };

/** Number in the list of fault cases, fault, what the reply says. */
const breaking: readonly (readonly [number, string, RegExp, ProcessOptions])[] = [
  [3, 'exit 0', /^ended without a reply, code 0$/, {}],
  [4, 'exit 3', /^ended without a reply, code 3$/, {}],
  [5, 'segv', /^ended without a reply, signal SIGSEGV$/, {}],
  [6, 'abort', /^ended without a reply, signal SIGABRT$/, {}],
  [7, 'hang', /^no reply within 0.6 s$/, soon],
  [8, 'stubborn', /^no reply within 0.6 s$/, { ...soon, grace: 300 }],
  [9, 'stopped', /^no reply within 0.6 s$/, { ...soon, grace: 300 }],
  [
    11,
    'banner',
    /something printed to stdout: "loading model weights.*header length \d+ is over the limit of 1048576/,
    {},
  ],
  [11, 'short print', /^no reply within 0.6 s: 3 bytes came of a header, something printed to stdout: "hi\\n"$/, soon],
  [12, 'length 2^62', /^header length 4611686018427387904 is over the limit of 1048576/, {}],
  [12, 'length of ones', /^header length 18446744073709551615 is over .*; the bytes are ff ff ff/, {}],
  [13, 'length 0', /^header length 0 is below 2; the bytes are 00 00/, {}],
  [14, 'truncated', /^ended without a reply, code 0: \d+ of \d+ bytes came, 3 bytes short$/, {}],
  [15, 'drip', /^no reply within 0.6 s: \d+ bytes came of a header/, soon],
  [16, 'offset 2^64', /^tensor "y": ends at byte 18446744073709551620, over the limit of/, {}],
  [16, 'offset negative', /^tensor "y": offset -4 is not a whole number/, {}],
  [16, 'offset fractional', /^tensor "y": offset 4.5 is not a whole number/, {}],
  [16, 'offset string', /^tensor "y": offset "4" is not a whole number/, {}],
  [17, 'overlap', /^tensor "z": begins at 2 and overlaps the tensor before it, which ends at 4/, {}],
  [17, 'hole', /^tensor "z": begins at 6 and leaves a hole: the tensor before it ends at 4/, {}],
  [18, 'size', /^tensor "y": F32 \[2,3\] needs 24 bytes, data_offsets give 20/, {}],
  [
    19,
    'product',
    /^tensor "y": F32 \[8589934592,8589934592\] needs 295147905179352825856 bytes, data_offsets give 4/,
    {},
  ],
  [20, 'duplicate', /^header: the name "y" stands twice/, {}],
  [22, 'not utf-8', /^header: not UTF-8/, {}],
  [23, 'nested', /^header: nested deeper than 16/, {}],
  [24, 'wrong id', /^replied to id "yesterday", asked was id "1"$/, {}],
  [24, 'no id', /^replied to no id, asked was id "1"$/, {}],
  [25, 'two replies', /^sent 2 replies to one request$/, {}],
  [26, 'endless', /^something printed to stdout: "xxx.*header length/, {}],
  [26, 'endless blobs', /^(sent \d+ replies to one request|wrote on after its reply)/, {}],
  [
    26,
    'too large',
    /^tensor "y": ends at byte 4194304, over the limit of 1048576 \(--max-reply\)/,
    { maxReply: 2 ** 20 },
  ],
  [33, 'killed', /^ended without a reply, signal SIGKILL: killed, probably out of memory$/, {}],
];

describe.concurrent('a target that breaks', () => {
  test.each(breaking)(
    'case %i, %s: breaks after a second try, and leaves nothing behind',
    async (_, fault, reason, options) => {
      const { reply, warnings } = await interrogate(fault, options);
      expect(reply).toMatchObject({ status: 'breaks', reason: expect.stringMatching(reason) });
      expect(warnings).toEqual([]);
    },
  );

  test.each(breaking.filter(([, fault]) => /exit 0|segv|hang|banner|overlap|wrong id|two/.test(fault)))(
    'case %i, %s, once: the answer of the restarted target counts, and a warning says so',
    async (_, fault, reason, options) => {
      const { reply, warnings } = await interrogate(fault, { ...options, once: true });
      expect(reply).toEqual(y);
      expect(warnings).toEqual([
        expect.stringMatching(/^unstable: request 1: .*; asked again after a restart, it answered$/),
      ]);
      expect(warnings[0].replace(/^unstable: request 1: |; asked again after.*/g, '')).toMatch(reason);
    },
  );

  test('the last words on stderr come with it, escapes visible', async () => {
    const { reply } = await interrogate('exit 3');
    expect(reply).toMatchObject({ detail: 'goodbye#x1B[2J' });
  });

  test('case 10, never reads stdin: a request beyond the pipe does not block us', async () => {
    const { target, tag } = suspect('deaf', soon);
    const reply = await target.ask(training(2 ** 20));
    expect(reply).toMatchObject({ status: 'breaks', reason: 'no reply within 0.6 s' });
    await target.close();
    await vi.waitFor(() => expect(left(tag)).toEqual([]), 5000);
  });
});

/** Replies that arrive whole, but are not what was asked for: no restart would change them. */
const wrong: readonly (readonly [number, string, string])[] = [
  [39, 'wrong dtype', 'y: expected F32 [2, 3], got F64 [2, 3]'],
  [39, 'foreign dtype', 'y: expected F32 [2, 3], got I32 [2,3]'],
  [39, 'wrong shape', 'y: expected F32 [2, 3], got F32 [3, 2]'],
  [39, 'missing', 'y: expected F32 [2, 3], got no such output'],
  [40, 'unsupported', 'answers unsupported to train, which its card names: not today'],
  [0, 'strange status', 'status: expected ok, unsupported or error, got "PASS"'],
];

describe.concurrent('a whole reply', () => {
  test.each(wrong)('case %i, %s: breaks without a restart', async (_, fault, reason) => {
    const { reply, warnings } = await interrogate(fault, { restartBudget: 0 });
    expect(reply).toEqual({ status: 'breaks', reason });
    expect(warnings).toEqual([]);
  });

  test.each([
    [21, 'prototype'],
    [39, 'extra'],
  ])('case %i, %s: unknown outputs are ignored, whatever their names', async (_, fault) => {
    const { reply, warnings } = await interrogate(fault, { restartBudget: 0 });
    expect(reply).toEqual(y);
    expect(warnings).toEqual([]);
    expect([...(reply as Extract<Reply, { status: 'ok' }>).tensors.keys()]).toEqual(['y']);
    expect(({} as Record<string, unknown>).dtype).toBeUndefined();
  });

  test('case 38: NaN is handed on bit for bit; judging it is a law', async () => {
    const { reply } = await interrogate('nan');
    const [, values] = [...(reply as Extract<Reply, { status: 'ok' }>).tensors][0];
    expect(values.data).toEqual(new Uint8Array(24).fill(255));
  });

  test('case 42: a message is made visible, and cut at 2 KiB', async () => {
    const [ugly, long] = await Promise.all([interrogate('error'), interrogate('long message')]);
    expect(ugly.reply).toEqual({ status: 'error', message: 'bad #x1B[2J#xD#x202E#xD800 day' });
    expect(long.reply).toEqual({ status: 'error', message: `${'a'.repeat(2048)} … (97952 more characters)` });
  });

  test('case 42: a message of 10 MB is a header beyond the limit', async () => {
    const { reply } = await interrogate('huge message');
    expect(reply).toMatchObject({
      reason: expect.stringMatching(/^header length 100000\d\d is over the limit of 1048576/),
    });
  });
});

/** A second request finds the process dead or its stream dirty: the innocent request is asked of a fresh one. */
const afterwards: readonly (readonly [number, string, RegExp])[] = [
  [28, 'closes stdin', /closed its stdin \((EPIPE|ECONNRESET)\)/],
  [34, 'dies idle', /ended while idle, signal SIGSEGV/],
  [34, 'ends idle', /ended while idle, code 0/],
];

describe.concurrent('between two requests', () => {
  test.each(afterwards)(
    'case %i, %s: the answer counts; the next one too, with a warning',
    async (_, fault, reason) => {
      const { target, tag } = suspect(fault);
      expect(await target.ask(training())).toEqual(y);
      await new Promise((resolve) => setTimeout(resolve, 600));
      expect(await target.ask(training())).toEqual(y);
      expect(target.warnings).toEqual([expect.stringMatching(reason)]);
      await target.close();
      await vi.waitFor(() => expect(left(tag)).toEqual([]), 5000);
    },
  );

  test.each([
    [25, 'second reply late', 'wrote after its last reply: a second reply'],
    [11, 'words after', 'wrote after its last reply: something printed to stdout: "done!\\n"'],
  ])('case %i, %s: breaks at the next request, and is found again', async (_, fault, reason) => {
    const { target, tag } = suspect(fault);
    expect(await target.ask(training())).toEqual(y);
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect(await target.ask(training())).toMatchObject({ status: 'breaks', reason });
    await target.close();
    await vi.waitFor(() => expect(left(tag)).toEqual([]), 5000);
  });

  test('what follows the very last reply is told at the end', async () => {
    const { target } = suspect('words after');
    await target.ask(training());
    await new Promise((resolve) => setTimeout(resolve, 600));
    await target.close();
    expect(target.warnings).toEqual([expect.stringMatching(/^unstable: wrote after its last reply: .*"done!/)]);
  });
});

describe.concurrent('at the end', () => {
  test.each([
    [29, 'leaves a child', 'LEAK: it left a process behind that holds its output open'],
    [30, 'leaves 50 children', 'LEAK: it left a process behind'],
    [0, 'outlives stdin', 'did not end within 0.5 s of the end of its stdin, and was killed'],
  ])('case %i, %s: the verdict stands, a warning, and the group is gone', async (_, fault, warning) => {
    const { reply, warnings } = await interrogate(fault, fault === 'outlives stdin' ? { grace: 500 } : {});
    expect(reply).toEqual(y);
    expect(warnings).toEqual([warning]);
  });

  test('case 31, the known exception: a child in a session of its own, without our pipes, is neither seen nor ended', async () => {
    const { target, tag } = suspect('leaves a setsid child');
    expect(await target.ask(training())).toEqual(y);
    await target.close();
    const orphans = left(tag);
    for (const pid of orphans) process.kill(pid, 'SIGKILL');
    expect(orphans).toHaveLength(1);
    expect(target.warnings).toEqual([]);
  });
});

describe('memory', () => {
  test('case 27: 250 MB on stderr: the run goes on, and the tail is kept', async () => {
    const { target } = suspect('stderr flood', { caseTimeout: 60_000 });
    expect(await target.ask(training())).toEqual(y);
    expect((target as Required<Target>).log()).toMatch(/^… .*#x1B\[31mnoise/);
    expect((target as Required<Target>).log().length).toBeLessThan(3000);
    await target.close();
  });

  afterAll(() => {
    const peak = process.resourceUsage().maxRSS * 1024;
    expect(peak - before).toBeLessThan(100 * 2 ** 20);
  });
});
