import { describe, expect, it } from 'vitest';
import type { Format } from '../src/exact/format.js';
import { Oracle } from '../src/oracle/oracle.js';
import { figure, published } from './evidence.js';
import { all, compared } from './oracle.compare.js';
import { drawn } from './oracle.drawn.js';

describe('every output is that of the exact text, from WebAssembly and from JavaScript, bit for bit', () => {
  const oracles = [new Oracle('wasm'), new Oracle('js')];
  let count = 0;
  it.each(['f64', 'f32', 'f16', 'bf16'] as Format[])('%s', (format) => {
    const found = compared(oracles, drawn(41, 120, format));
    expect(found.wrong.slice(0, 5)).toEqual([]);
    count += all(found);
  });

  it('in as many elements as are published', () => {
    published(`${figure(count)} elements, 0 differ`);
  });
});
