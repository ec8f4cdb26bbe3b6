import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { bnspec } from './cli.process.js';

const target = (name: string): string => fileURLToPath(new URL(`../targets/${name}`, import.meta.url));
const few = ['--cases', '8'];

/** Real kernels that are development dependencies, and what docs/implementations.md says of them. */
const known: readonly (readonly [name: string, argv: readonly string[], says: RegExp])[] = [
  ['deepbox.mjs', [], /^exit 0: conforms \(stable\) for train, infer, grad, infer_grad/],
  [
    'onnxruntime.mjs',
    [],
    /^exit 0: conforms \(semantic\) for train, infer; grad, infer_grad, grad_grad, sync_train, sync_grad, fold, layer refused/,
  ],
  ['tfjs-cpu.mjs', ['--layout', 'channels_last'], /^exit 0: conforms \(stable\) for train, infer, grad, infer_grad/],
  ['tfjs-wasm.mjs', ['--layout', 'channels_last'], /^exit 0: conforms \(semantic\) for train, infer, grad, infer_grad/],
  ['tfjs-cpu.mjs', ['--layout', 'channels_first'], /^exit 1: does not conform/],
];

it.each(known)('%s %j', async (name, argv, says) => {
  const { last } = await bnspec(['run', target(name), ...few, ...argv]);
  expect(last).toMatch(says);
});
