import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { stated, verdict } from '../bench/claims/claim.js';
import { demonstrations } from '../bench/claims/demonstrations.js';
import { condition } from '../bench/claims/eigen.js';
import { figure, spread } from '../bench/claims/words.js';
import { theorems } from '../spec/theorems.js';
import { type Claims, claims } from '../src/docs/claims.js';
import { suite } from '../src/suite.js';
import { root } from './house.modules.js';

const folder = `${root}docs/claims/`;
const read = (name: string): string => readFileSync(`${folder}${name}`, 'utf8');
const book: Claims = JSON.parse(read('claims.json'));

describe('what was measured', () => {
  test('is every demonstration, once, in their order', () => {
    expect(book.claims.map(({ id }) => id)).toEqual(demonstrations.map(({ id }) => id));
    expect(new Set(book.claims.map(({ id }) => id)).size).toBe(book.claims.length);
  });

  test.each(demonstrations.map((one) => [one.id, one] as const))('%s says what it says today', (id, one) => {
    const { title, claim, source, setup, laws, theorems } = book.claims.find((claim) => claim.id === id)!;
    const now = { title: one.title, claim: one.claim, source: one.source, laws: one.laws, theorems: one.theorems };
    expect({ title, claim, source, laws, theorems }).toEqual(now);
    expect(setup).toBe(one.setup(one.full));
  });

  test('names laws and theorems that there are', () => {
    const laws = suite.laws.map(({ id }) => id);
    expect(book.claims.flatMap((claim) => claim.laws).filter((id) => !laws.includes(id))).toEqual([]);
    expect(book.claims.flatMap((claim) => claim.theorems).filter((id) => !(id in theorems))).toEqual([]);
  });

  test('has its plots beside it, and no others', () => {
    const named = book.claims.flatMap(({ plots }) => plots);
    const there = readdirSync(folder).filter((name) => name.endsWith('.svg'));
    expect(named.map(({ file }) => file).toSorted()).toEqual(there.toSorted());
    for (const { file, title, says } of named) {
      expect(read(file)).toContain(`>${title}</title>`);
      expect(read(file)).toContain(`>${says.replaceAll("'", '&#39;')}</desc>`);
      expect(read(file)).not.toMatch(/NaN|Infinity|undefined/);
    }
  });

  test('is what the page prints', () => {
    expect(readFileSync(`${root}docs/claims.md`, 'utf8')).toBe(claims(book));
    for (const { seen } of book.claims) expect(claims(book)).toContain(seen);
  });
});

describe.each(demonstrations.map((one) => [one.id, one] as const))('%s, small', (_, one) => {
  const found = one.measure(one.small, 1);

  test('finds the same again, byte by byte, and something else with another seed', () => {
    const says = (seed: number): string => JSON.stringify(one.measure(one.small, seed));
    expect(says(1)).toBe(JSON.stringify(found));
    expect(says(2)).not.toBe(says(1));
  });

  test('is a claim in full', () => {
    const claim = stated(one, one.small, found);
    expect(claim.plots.length).toBeGreaterThan(0);
    expect(claim.figures.length).toBeGreaterThan(0);
    expect(JSON.stringify(claim)).not.toMatch(/NaN|undefined|null/);
  });
});

describe('the words', () => {
  test('follow from what held', () => {
    expect([[true, true], [true, false], [false]].map(verdict)).toEqual(['yes', 'partly', 'no']);
    expect(() => verdict([])).toThrow('nothing was asked');
  });

  test.each([
    [0, '0'],
    [0.996, '1'],
    [1234, '1200'],
    [1.5e-7, '1.5 × 10⁻⁷'],
    [1e12, '10¹²'],
    [Infinity, 'without bound'],
  ])('%d is %s', (value, says) => expect(figure(value)).toBe(says));

  test('give the middle and the ends', () => {
    expect(spread([3, 1, 2])).toBe('2 (1 to 3)');
    expect(spread([2, 2])).toBe('2');
  });
});

test('the eigenvalues of a matrix, by hand', () => {
  const { values, number } = condition([Float64Array.of(2, 1), Float64Array.of(1, 2)]);
  expect([...values].toSorted().map((v) => v.toFixed(12))).toEqual(['1.000000000000', '3.000000000000']);
  expect(number).toBeCloseTo(3, 12);
});
