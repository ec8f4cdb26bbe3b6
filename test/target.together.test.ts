import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { most, type Pending, together } from '../src/target/pending.js';
import { framing } from '../src/wire/frame.js';
import { limits } from '../src/wire/header.js';
import { assemble } from '../src/wire/safetensors.js';
import { folder, suspect, training } from './fixtures/suspects.js';

const six = [5, 1, 9, 2, 2, 7];
const asked = (fault: string, options: Parameters<typeof suspect>[1] = {}) => {
  const { target } = suspect(fault, options);
  return { target, replies: Promise.all(six.map((extent) => target.ask(training(extent)))) };
};

describe('requests that are sent at once', () => {
  test('stand on disk one after the other while they are in flight', async () => {
    const journal = folder();
    const { target, replies } = asked('hang', { journal, caseTimeout: 60_000 });
    replies.catch(() => {});
    const file = join(journal, 'inflight.safetensors');
    while (!existsSync(file) || readFileSync(file).length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    const frames = framing({ ...limits, body: 2 ** 20 }).push(readFileSync(file));
    expect(frames.map((frame) => assemble(frame).tensors.get('x')!.shape[1])).toEqual(six);
    await target.close();
  });

  test('are asked one by one after a fault, which does not come again: all are answered, with one warning', async () => {
    const { target, replies } = asked('segv', { once: true });
    const sizes = (await replies).map((reply) => reply.status === 'ok' && reply.tensors.get('y')!.shape[1]);
    expect(sizes).toEqual(six);
    expect(target.warnings).toEqual([
      expect.stringMatching(/^unstable: .*SIGSEGV.*, of 6 requests at once; one by one they were answered$/),
    ]);
    await target.close();
  });

  test.each([
    ['wrong id', /^replied to id "yesterday"/],
    ['segv', /signal SIGSEGV/],
    ['two replies', /^sent 2 replies to one request/],
  ])('%s: a fault that comes again is that of each request by itself', async (fault, reason) => {
    const { target, replies } = asked(fault, { restartBudget: 40 });
    // A second reply is seen where the next request waits for its own: the first one has its answer by then.
    for (const reply of (await replies).slice(1))
      expect(reply).toMatchObject({ status: 'breaks', reason: expect.stringMatching(reason) });
    await target.close();
  });
});

describe('the head of the line', () => {
  const line = (ops: readonly string[], extent = 3): Pending[] =>
    ops.map((op) => {
      const { tensors } = training(extent);
      return { request: { metadata: { op }, tensors }, resolve() {}, reject() {} };
    });
  const taken = (pending: Pending[]): string[] => together(pending).map(({ request }) => request.metadata.op!);

  test('is taken as far as it may be sent at once', () => {
    const pending = line(['train', 'grad', 'layer', 'train']);
    expect([taken(pending), taken(pending), taken(pending), taken(pending)]).toEqual([
      ['train', 'grad'],
      ['layer'],
      ['train'],
      [],
    ]);
  });

  test('is no longer than a target should have waiting, in requests and in bytes, and never empty', () => {
    expect(taken(line(Array.from({ length: 2 * most }, () => 'infer')))).toHaveLength(most);
    expect(taken(line(['infer', 'infer', 'infer'], 2 ** 16))).toHaveLength(1);
    expect(taken(line(['infer', 'infer'], 2 ** 18))).toHaveLength(1);
  });
});
