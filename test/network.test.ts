import { describe, expect, it } from 'vitest';
import { suite } from '../src/suite.js';
import { asked, judgedKernel, verdict } from './judging.js';

const laws = suite.laws.filter(({ id }) => id.startsWith('network.'));
const kernels = suite.kernels.filter(({ id }) => id.startsWith('network.'));

describe('a wrong network', () => {
  it.each(kernels)('$id is refuted', async (wrong) => {
    const of = await judgedKernel(wrong);
    const statuses: string[] = [];
    for (const law of asked(of).filter((one) => laws.includes(one)))
      if ((await verdict(law, of)).status === 'fails') statuses.push(law.id);
    console.log(wrong.id, statuses.join(' '));
    expect(statuses).not.toEqual([]);
  });
});
