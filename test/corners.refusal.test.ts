import { expect, it } from 'vitest';
import { specKernel } from '../src/run/formula-kernel.js';
import { suite } from '../src/suite.js';
import type { Kernel } from '../src/target/kernel.js';
import { judged, verdict } from './judging.js';

const single = suite.laws.find(({ id }) => id === 'corners.single-element')!;

/** The specification, but that it refuses one element per channel. */
function refusing(profile: string): Kernel {
  const right = specKernel(suite.spec, suite.profiles[profile]!, profile);
  return {
    ...right,
    train(inputs) {
      const channels = inputs.gamma!.data.length;
      if (inputs.x.data.length === channels) throw new Error('more than one value is needed');
      return right.train!(inputs);
    },
  };
}

it.each(Object.entries(suite.profiles).filter(([, { m1 }]) => m1 !== 'undefined'))(
  'to refuse one element per channel is right exactly where %s says so',
  async (name, { m1 }) => {
    const { status, broken } = await verdict(single, await judged(refusing(name), name));
    expect(status).toBe(m1 === 'error' ? 'holds' : 'breaks');
    if (m1 !== 'error') expect(broken!.cause.message).toBe('train answered error: more than one value is needed');
  },
);
