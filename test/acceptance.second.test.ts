import { expect, it } from 'vitest';
import { search } from './acceptance.second.js';
import { random } from './exact.random.js';

/** More than these few are tried with ROUNDS=4000 in the environment. */
const rounds = Number(process.env.ROUNDS ?? 250);

it('no right second order is rejected, in any form, order and combination of its parts', () => {
  const { checked, open, budget, refuted } = search(random(23), rounds);
  console.info(`${checked} elements of right second orders, ${open} not checkable, budgets ${JSON.stringify(budget)}`);
  expect(refuted).toEqual([]);
  expect(checked).toBeGreaterThan(70_000);
  expect(open).toBeLessThan(checked / 4);
});
