import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { builtins } from '../src/builtin/catalogue.js';
import { check, lawOf } from '../src/run/check.js';
import { Log } from '../src/run/log.js';
import { suite } from '../src/suite.js';
import { openTarget } from '../src/target/open.js';
import type { Target } from '../src/target/target.js';
import { folder } from './fixtures/suspects.js';
import { judged } from './judging.js';

const law = suite.laws.find(({ id }) => id === 'state.two-layers')!;

describe('a target that dies in the midst of a sequence', () => {
  const right = new URL('../dist/src/builtin/catalogue.js', import.meta.url).href;
  /** The default kernel, whose layer dies at its third inference, once, or at its first, always. */
  async function dying(always: boolean): Promise<Target> {
    const place = folder();
    const file = join(place, 'dying.mjs');
    writeFileSync(
      file,
      `import { existsSync, writeFileSync } from 'node:fs';
import { builtins } from '${right}';
const { layer: make } = builtins['two-pass'];
let steps = 0;
export const card = { ...builtins['two-pass'].card, ops: 'layer' };
export const layer = (made) => {
  const own = make(made);
  const infer = own.infer.bind(own);
  own.infer = (inputs) => {
    steps += 1;
    if (${always} || (steps === 3 && !existsSync('${place}/died'))) { writeFileSync('${place}/died', ''); process.exit(3); }
    return infer(inputs);
  };
  return own;
};
`,
    );
    return openTarget(file);
  }
  const judge = async (target: Target) => {
    const of = await judged(builtins['two-pass'], 'torch');
    const options = {
      required: 'semantic',
      seed: 1,
      cases: 3,
      log: new Log(),
      signal: new AbortController().signal,
    } as const;
    const counted = await check(law, lawOf(law, of.subject)!, {
      ...of,
      ...options,
      target,
    });
    await target.close();
    return counted;
  };

  it('once, is asked all of it again: its answers count, and a warning says unstable', async () => {
    const target = await dying(false);
    expect(await judge(target)).toMatchObject({ status: 'holds', cases: 3 });
    expect(target.warnings).toEqual([
      expect.stringMatching(/^unstable: state\.two-layers: ended without a reply, code 3; its sequence/),
    ]);
  });

  it('always, breaks the law', async () => {
    const target = await dying(true);
    const { status, broken } = await judge(target);
    expect(status).toBe('breaks');
    expect(broken!.cause.message).toBe('ended without a reply, code 3');
    expect(target.warnings).toEqual([]);
  });
});
