import { tmpdir } from 'node:os';
import { expect, it } from 'vitest';
import { builtins, local, run, suite } from '../src/index.js';

it('judges a kernel from a program in a dozen lines', async () => {
  const target = local('mine', builtins.welford!);
  const report = await run({
    target,
    card: await target.hello(),
    suite,
    laws: 'forward.zero-mean,forward.unit-variance',
    require: 'stable',
    effort: 'quick',
    seed: 1,
    out: tmpdir(),
    command: ['builtin:welford'],
    signal: new AbortController().signal,
    now: () => 0,
    version: '0',
    environment: { node: '', platform: '' },
  });
  expect(report.exit).toEqual({ code: 0, says: `conforms (exact) for train; 2 of ${suite.laws.length} laws asked` });
  expect(report.laws.map(({ id, status }) => [id, status])).toEqual([
    ['forward.unit-variance', 'holds'],
    ['forward.zero-mean', 'holds'],
  ]);
});
