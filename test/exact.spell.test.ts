import { expect, test } from 'vitest';
import { add, column, equal, integer, multiply, ratio, sqrt } from '../src/exact/column.js';
import { spell, spellAll } from '../src/exact/spell.js';
import { evaluate } from '../src/formula/evaluate.js';
import { exacts } from '../src/formula/exact.js';
import { parse } from '../src/formula/parse.js';
import { random } from './exact.random.js';

test('what is spelled reads back as the same number', () => {
  const from = random(11);
  const fraction = () => ratio(BigInt(from.whole(-30, 30)), BigInt(from.whole(1, 12)));
  for (let round = 0; round < 400; round += 1) {
    const value = add(fraction(), multiply(fraction(), sqrt(integer(BigInt(from.whole(0, 80))))));
    const read = evaluate(parse(spell(value)), exacts(1), () => integer(0n));
    expect(equal(read, value), spell(value)).toBe(true);
  }
});

test.each([
  [integer(-3n), '-3'],
  [ratio(6n, 8n), '3/4'],
  [sqrt(ratio(5n, 4n)), 'sqrt(5) / 2'],
  [multiply(integer(-2n), sqrt(integer(18n))), '-6 sqrt(2)'],
  [add(ratio(1n, 2n), multiply(ratio(-3n, 2n), sqrt(integer(2n)))), '1/2 - 3 sqrt(2) / 2'],
  [column([0, 0.5]), '[0, 1/2]'],
])('%o is %s', (value, text) => {
  expect(spellAll(value)).toBe(text);
});
