import { beforeAll, describe, expect, it } from 'vitest';
import type { Format } from '../src/exact/format.js';
import { Oracle } from '../src/oracle/oracle.js';
import { figure, published } from './evidence.js';
import { all, compared } from './oracle.compare.js';
import { drawn } from './oracle.drawn.js';
import { byMpfr } from './oracle.whole.mpfr.js';

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

  it('in as many elements as are published', () => {
    published(`${figure(count)} elements, 0 differ`);
  });
});
