import { spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from './house.modules.js';

const folder = mkdtempSync(join(tmpdir(), 'bnspec-prebuild-'));
const spy = join(folder, 'spy.cjs');
writeFileSync(
  spy,
  `process.on('exit', () => process.stderr.write(Object.keys(require.cache).some((file) => file.includes('mathjs')) ? 'loaded' : 'spared'));`,
);

/** Whether a script of the build loads mathjs, which takes most of a second. */
function mathjsIn(...args: string[]): string {
  const { stderr } = spawnSync(process.execPath, ['--require', spy, ...args], { encoding: 'utf8', cwd: folder });
  return stderr.slice(-6);
}

// Dialects with formulas of their own: for nothing, for the average, for what y reads, for gamma.
test.each(['torch', 'keras', 'equinox-ema', 'inplace_abn'])('no run under %s needs it', (profile) => {
  const few = [
    '--profile',
    profile,
    '--laws',
    'forward.a*,running.*,backward.sum*,sizes.forward,sizes.inference,sizes.backward,sizes.frozen',
    '--cases',
    '1',
  ];
  expect(mathjsIn(`${root}dist/src/cli.js`, 'run', 'builtin:two-pass', ...few)).toBe('spared');
});

test('a text that the suite does not have needs it', () => {
  const script = `import(${JSON.stringify(`${root}dist/src/formula/parse.js`)}).then(({ parse }) => parse('x - 12345'))`;
  expect(mathjsIn('-e', script)).toBe('loaded');
});
