import { describe, expect, it } from 'vitest';
import { builtins } from '../src/builtin/catalogue.js';
import { Log } from '../src/run/log.js';
import { outliers } from '../src/run/outliers.js';
import { suite } from '../src/suite.js';
import type { Inputs, Kernel, Outputs } from '../src/target/kernel.js';
import { asked, judged, verdict } from './judging.js';

/** What is warned of in a kernel, and the laws that refute it, asked in float32. */
async function odd(kernel: Kernel) {
  const of = await judged(kernel, String(kernel.card.profile), ['f32']);
  const log = new Log();
  const refuted: string[] = [];
  for (const law of asked(of).filter(({ id }) => /^(forward\.(output|order|negate)|backward\.dx|sizes\.)/.test(id)))
    if ((await verdict(law, of, { cases: 16, log })).status !== 'holds') refuted.push(law.id);
  return { warned: await outliers(log, of.subject, suite.panel(of.subject.profile)), refuted };
}

const twoPass = builtins['two-pass']!;

/** Scales y by a little more than 1 in large batches: within the bounds of so long a sum. */
const lossy = (share: number): Kernel => ({
  ...twoPass,
  async train(inputs: Inputs): Promise<Outputs> {
    const outputs = (await twoPass.train!(inputs)) as Record<string, Float32Array>;
    const long = inputs.x.data.length > 3000;
    return long ? { ...outputs, y: outputs.y!.map((v) => v * (1 + share)) } : outputs;
  },
});

describe('an answer far beyond the target itself', () => {
  it('is warned of, with what such answers share, though every law holds', async () => {
    const { warned, refuted } = await odd(lossy(2 ** -16));
    expect(refuted).toEqual([]);
    expect(warned).toHaveLength(1);
    expect(warned[0]).toMatch(
      /answers err up to \d+ times more, beside a textbook kernel, than the target does elsewhere/,
    );
    expect(warned[0]).toMatch(/it is true that .*(?:number of|size of|m, the elements)/);
  });

  it.each(Object.keys(builtins).filter((name) => name !== 'cumulative'))('is not found in %s', async (name) => {
    expect((await odd(builtins[name]!)).warned).toEqual([]);
  });

  it('nor in one that is right everywhere', async () => {
    expect((await odd(lossy(0))).warned).toEqual([]);
  });
});
