import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { type Row, readMatrix } from '../src/cli/matrix-config.js';
import { bnspec } from './cli.process.js';

const target = (name: string): string => fileURLToPath(new URL(`../targets/${name}`, import.meta.url));
const few = ['--cases', '8'];

/** Real kernels that are development dependencies, and what docs/implementations.md says of them. */
const known: readonly (readonly [name: string, argv: readonly string[], says: RegExp])[] = [
  ['deepbox.mjs', [], /^exit 0: conforms \(stable\) for train, infer, grad, infer_grad/],
  [
    'onnxruntime.mjs',
    [],
    /^exit 0: conforms \(semantic\) for train, infer; grad, infer_grad, grad_grad, sync_train, sync_grad, fold, layer, steps refused/,
  ],
  ['tfjs-cpu.mjs', ['--layout', 'channels_last'], /^exit 0: conforms \(stable\) for train, infer, grad, infer_grad/],
  ['tfjs-wasm.mjs', ['--layout', 'channels_last'], /^exit 0: conforms \(semantic\) for train, infer, grad, infer_grad/],
  ['tfjs-cpu.mjs', ['--layout', 'channels_first'], /^exit 1: does not conform/],
];

it.each(known)('%s %j', async (name, argv, says) => {
  const { last } = await bnspec(['run', target(name), ...few, ...argv]);
  expect(last).toMatch(says);
});

describe('targets/matrix.json', () => {
  const { rows, folder } = readMatrix(target('matrix.json'));

  it('is a config, and its targets are there, but for those that are built', () => {
    const built = ({ target, needs }: Row): boolean => needs.includes(target);
    const gone = rows.filter(
      (row) => typeof row.target === 'string' && !built(row) && !existsSync(join(folder, row.target)),
    );
    expect(gone).toEqual([]);
  });

  it('has as many implementations and kinds as docs/implementations.md says', () => {
    expect(new Set(rows.map((row) => row.of)).size).toBeGreaterThanOrEqual(16);
    expect(new Set(rows.map(({ kind }) => kind)).size).toBeGreaterThanOrEqual(6);
  });

  it('expects of a light row what comes', async () => {
    const argv = ['matrix', target('matrix.json'), '--only', 'plain-template,deepbox', '--cases', '4', '--out', 'out'];
    const { last, err } = await bnspec(argv);
    expect(last, err).toBe('exit 0: 2 rows, all as expected');
  });
});
