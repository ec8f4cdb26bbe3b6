import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { bnspec, fixture, folder } from './cli.process.js';

const wrong = ['run', 'mutant:backward.forgets-mean', '--laws', 'backward.*', '--effort', 'quick'];
const right = ['run', 'builtin:two-pass', ...wrong.slice(2)];
const keep = ['--baseline', 'known.jsonl'];

test('write it, hold to it, mend the kernel, take the entries out', async () => {
  const cwd = folder();
  const file = join(cwd, 'known.jsonl');
  const written = await bnspec([...wrong, ...keep, '--update-baseline'], { cwd });
  expect(written).toMatchObject({ code: 0, last: 'exit 0: exactly as the baseline says: 5 laws expected to fail' });
  expect(written.err).toMatch(
    /^baseline known.jsonl: written, 5 laws expected to fail\n {2}\+ backward\.constant-dy fails for backward\.forgets-mean\n/,
  );

  writeFileSync(file, readFileSync(file, 'utf8').replace('{"law":"backward.dx"', '# ours\r\n{"law":"backward.dx"'));
  const kept = await bnspec([...wrong, ...keep, '--seed', '3'], { cwd });
  expect(kept).toMatchObject({ code: 0, err: '' });
  expect(kept.out).toMatch(/^EXPECTED {2}backward.dx {3}fails, as expected: backward.forgets-mean$/m);
  expect(kept.out).not.toMatch(/^FAILS/m);

  const mended = await bnspec([...right, ...keep], { cwd });
  expect(mended.code).toBe(1);
  expect(mended.out).toContain('BASELINE  known.jsonl:6: backward.dx holds now: take the entry out\n');
  expect(mended.last).toBe(
    'exit 1: not as the baseline says: known.jsonl:4: backward.constant-dy holds now: take the entry out, and 4 more',
  );

  const updated = await bnspec([...right, ...keep, '--update-baseline', '--quiet'], { cwd });
  expect(updated).toMatchObject({ code: 0 });
  expect(updated.err).toContain('  - backward.dx fails for backward.forgets-mean (line 6, and the comment above it)\n');
  expect(readFileSync(file, 'utf8').match(/^\{/gm)).toHaveLength(1);
  const unexpected = await bnspec([...wrong, ...keep, '--quiet'], { cwd });
  expect(unexpected.last).toMatch(
    /^exit 1: not as the baseline says: not expected to fail for backward.forgets-mean: backward.constant-dy, backward.dx, /,
  );
});

test('slips are told before anything is started', async () => {
  const cwd = folder();
  writeFileSync(
    join(cwd, 'known.jsonl'),
    '{"baseline":"bnspec-baseline/1","grade":"none","ops":[],"dtypes":[],"layouts":[]}\n{"law":"backward.dxx","cause":"unknown"}\n',
  );
  writeFileSync(join(cwd, 'latin.jsonl'), Buffer.from([0x7b, 0xe9]));
  const touch = ['--', 'touch', 'started'];
  const slips: [string[], string][] = [
    [keep, "unknown law in known.jsonl:2: 'backward.dxx' - did you mean backward.dx?"],
    [['--baseline', 'nowhere.jsonl'], 'cannot read the baseline nowhere.jsonl (ENOENT)'],
    [['--baseline', 'latin.jsonl'], 'cannot read the baseline latin.jsonl (ERR_ENCODING_INVALID_ENCODED_DATA)'],
    [['--baseline', '/dev/zero'], 'cannot read the baseline /dev/zero (it is no file)'],
    [['--update-baseline'], 'say which: --baseline FILE --update-baseline'],
    [['--bail', ...keep], '--bail stops at a failure that the baseline may expect'],
  ];
  for (const [words, message] of slips) {
    const { code, err } = await bnspec(['run', ...words, ...touch], { cwd });
    expect([code, err]).toEqual([2, expect.stringContaining(message)]);
  }
  expect(existsSync(join(cwd, 'started'))).toBe(false);
});

test('of a run that says nothing no baseline is written, and an old one stays', async () => {
  const cwd = folder();
  const silent = ['run', ...keep, '--update-baseline', fixture('cli-nothing.mjs')];
  const { code, err } = await bnspec(silent, { cwd });
  expect(code).toBe(3);
  expect(err).toMatch(/^bnspec: known.jsonl is not written: nothing may be concluded: nothing was checked\n/);
  expect(existsSync(join(cwd, 'known.jsonl'))).toBe(false);
});

test('one that cannot be written is exit 4, and the old one is whole', async () => {
  const cwd = folder();
  const file = join(cwd, 'known.jsonl');
  expect(await bnspec([...right, ...keep, '--update-baseline'], { cwd })).toMatchObject({ code: 0 });
  const old = readFileSync(file, 'utf8');
  const full = `import fs from 'node:fs';
    import { syncBuiltinESMExports } from 'node:module';
    const write = fs.writeFileSync;
    fs.writeFileSync = (file, text) => {
      if (!String(file).includes('known.jsonl')) return write(file, text);
      write(file, String(text).slice(0, 20));
      throw Object.assign(new Error('planted'), { code: 'ENOSPC' });
    };
    syncBuiltinESMExports();`;
  const env = { NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(full)}` };
  const { code, last } = await bnspec([...wrong, ...keep, '--update-baseline'], { cwd, env });
  expect([code, last]).toEqual([4, 'exit 4: could not write known.jsonl (ENOSPC)']);
  expect(readFileSync(file, 'utf8')).toBe(old);
  expect(readdirSync(cwd).sort()).toEqual(['.bnspec', 'known.jsonl']);
});
