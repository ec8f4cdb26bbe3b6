import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Settings } from '../src/cli/options.js';
import { folder, judged, merged, sharded } from './sharding.js';

/** The default kernel as a module, but for a layer whose second inference is off. */
function adapter(out: string): string {
  const right = new URL('../dist/src/builtin/catalogue.js', import.meta.url).href;
  const file = join(out, 'adapter.mjs');
  writeFileSync(
    file,
    `import { builtins } from '${right}';
const own = builtins['two-pass'];
export const card = own.card;
export const { train, infer, grad } = own;
export const layer = (made) => {
  const live = own.layer(made);
  const infer = live.infer.bind(live);
  let asked = 0;
  live.infer = (inputs) => {
    const y = infer(inputs);
    asked += 1;
    return asked > 1 ? { y: (y.y ?? y).map((v) => v + 1) } : y;
  };
  return live;
};
`,
  );
  return file;
}

describe('shards, merged, are the run in one piece, but for its times', () => {
  const kinds: Record<
    string,
    [target: (out: string) => string, settings: Settings, code: number, parts: readonly number[]]
  > = {
    'a right kernel': [
      () => 'builtin:two-pass',
      { laws: ['forward.shift', 'running.shift'], cases: 5 },
      0,
      [1, 2, 3, 4],
    ],
    'a naive one, that holds the laxest tier alone': [
      () => 'builtin:one-pass',
      { laws: ['sync.inverse-deviation'], cases: 8 },
      0,
      [1, 2, 3, 4],
    ],
    'a wrong one, with its cause': [
      () => 'mutant:backward.forgets-mean',
      { laws: ['backward.sum-zero', 'backward.scale', 'forward.shift'], cases: 3 },
      1,
      [1, 2, 3, 4],
    ],
    'one held to a strict tier': [
      () => 'builtin:two-pass',
      { laws: ['backward.constant-dy'], cases: 9, require: 'faithful' },
      1,
      [3],
    ],
    'a module with a layer that goes astray': [
      adapter,
      { laws: ['state.two-layers', 'state.count'], cases: 3, dtype: ['f32'] },
      1,
      [3],
    ],
    'one that stops at its first refutation': [
      () => 'mutant:forward.no-epsilon',
      { laws: ['forward.shift', 'forward.output', 'inference.output'], cases: 3, bail: true },
      1,
      [1, 2, 3, 4],
    ],
  };
  for (const [what, [target, settings, code, parts]] of Object.entries(kinds))
    test(what, async () => {
      const out = folder();
      const word = target(out);
      const whole = await judged(word, settings, out);
      expect(whole.code).toBe(code);
      for (const of of parts) {
        const { journal, shards } = await sharded(word, settings, of, out);
        const one = await merged([journal], out);
        expect(one.report, `of ${of}`).toEqual(whole.report);
        expect(one.code).toBe(code);
        if (of === 1) continue;
        for (const [i, { report, code: own }] of shards.entries()) {
          expect(report!.shard).toBe(`${i + 1}/${of}`);
          expect(own).toBe(report!.verdict === 'fails' ? 1 : 0);
          expect(report!.verdict).not.toBe('conforms');
        }
        expect(shards.some((one) => one.code === 1)).toBe(code === 1);
      }
    });
});
