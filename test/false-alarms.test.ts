import { expect, it } from 'vitest';
import { algorithms, nameOf, pairs, streamOf, textbook } from '../bench/textbook.js';
import { published } from './evidence.js';

it.each(pairs)('no textbook algorithm is refused in $storage over $accumulator', (pair) => {
  const alarms: string[] = [];
  let judged = 0;
  for (const [a, name] of algorithms.entries()) {
    const counts = textbook(name, pair, 3, streamOf(21, a, pairs.indexOf(pair)), (why) => alarms.push(why));
    for (const { elements } of counts.values()) judged += elements;
  }
  expect(alarms).toEqual([]);
  expect(judged).toBeGreaterThan(4000);
  published(`| ${nameOf(pair)} |`);
});

it('one that sums in less than it claims is', () => {
  const alarms: string[] = [];
  const pair = { storage: 'f32', accumulator: 'f16', claimed: 'f32' } as const;
  textbook('two-pass', pair, 3, streamOf(21, 0, 0), (why) => alarms.push(why));
  expect(alarms.length).toBeGreaterThan(3);
});
