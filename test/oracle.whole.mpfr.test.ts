import { beforeAll, describe, expect, it } from 'vitest';
import type { Format } from '../src/exact/format.js';
import { Oracle } from '../src/oracle/oracle.js';
import { figure, published } from './evidence.js';
import { all, compared } from './oracle.compare.js';
import { drawn } from './oracle.drawn.js';
import { byMpfr, bySureMpfr } from './oracle.whole.mpfr.js';

describe('every output is what MPFR rounds to', () => {
  let right: Awaited<ReturnType<typeof byMpfr>>;
  let count = 0;
  beforeAll(async () => {
    right = await byMpfr();
  });

  it.each(['f64', 'f32', 'f16', 'bf16'] as Format[])('%s', (format) => {
    const found = compared([new Oracle()], drawn(77, format === 'f64' ? 17 : 40, format), right);
    expect(found.wrong.slice(0, 5)).toEqual([]);
    count += all(found);
  });

  it('with few bits, too, where those tell: of most elements, and never otherwise', async () => {
    const sure = await bySureMpfr();
    for (const format of ['f64', 'f32', 'f16', 'bf16'] as const) {
      let [told, all] = [0, 0];
      for (const channel of drawn(78, 30, format)) {
        const [few, many] = [sure(channel), right(channel)];
        for (const [name, values] of Object.entries(few))
          for (const [i, value] of values.entries()) {
            all += 1;
            if (value === undefined) continue;
            told += 1;
            expect(value, `${format} ${channel.family} ${name}[${i}]`).toBe(many[name]![i]);
          }
      }
      expect(told / all).toBeGreaterThan(0.5);
    }
  });

  it('in as many elements as are published', () => {
    published(`${figure(count)} elements, 0 differ`);
  });
});
