import { beforeAll, describe, expect, it } from 'vitest';
import type { Format } from '../src/exact/format.js';
import { Oracle } from '../src/oracle/oracle.js';
import { all, compared } from './oracle.compare.js';
import { drawn } from './oracle.drawn.js';
import { byMpfr } from './oracle.whole.mpfr.js';

describe('every output is what MPFR rounds to', () => {
  let right: Awaited<ReturnType<typeof byMpfr>>;
  beforeAll(async () => {
    right = await byMpfr();
  });

  it.each(['f64', 'f32', 'f16', 'bf16'] as Format[])('%s', (format) => {
    const found = compared([new Oracle()], drawn(77, 40, format), right);
    expect(found.wrong.slice(0, 5)).toEqual([]);
    expect(all(found)).toBeGreaterThan(5000);
  });
});
