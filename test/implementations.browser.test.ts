import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { openTarget } from '../src/target/open.js';
import { tensor, values } from '../src/wire/tensor.js';
import { bnspec } from './cli.process.js';
import { ok } from './fixtures/adapters.js';

const target = (name: string): string => fileURLToPath(new URL(`../targets/${name}.browser.mjs`, import.meta.url));

/** Real kernels in a browser, and what docs/implementations.md says of them. */
const known: readonly (readonly [name: string, laws: string, says: RegExp])[] = [
  ['tfjs-webgl', 'inference.far-mean', /^exit 0: conforms \(stable\) for infer; /],
  ['tfjs-webgpu', 'inference.far-mean,running.update-mean', /^exit 0: conforms \(stable\) for train, infer; /],
  ['onnxruntime-web', 'inference.output,running.update-*', /^exit 0: conforms \(\w+\) for train, infer; /],
];

describe.concurrent('in a browser', () => {
  it.each(known)('%s %s', async (name, laws, says) => {
    const { last, out } = await bnspec(['run', target(name), '--cases', '2', '--laws', laws]);
    expect(last, out).toMatch(says);
  });

  it('onnxruntime-webgpu: O4, an even number of channels in rank 2 has the parameters of its first ones', async () => {
    const opened = await openTarget(target('onnxruntime-webgpu'));
    const infer = async (shape: readonly number[]) => {
      const list = (of: (c: number) => number) =>
        tensor(
          'f32',
          [shape[1]!],
          Array.from({ length: shape[1]! }, (_, c) => of(c)),
        );
      const inputs = {
        x: tensor('f32', shape, new Float64Array(shape[1]!)),
        gamma: list(() => 1),
        beta: list((c) => c + 1),
        running_mean: list(() => 0),
        running_var: list(() => 1),
        epsilon: tensor('f64', [1], [0.25]),
      };
      const metadata = { op: 'infer', layout: 'channels_first' };
      return [...values(ok(await opened.ask({ metadata, tensors: new Map(Object.entries(inputs)) })).get('y')!)];
    };
    expect(await infer([1, 2])).toEqual([1, 1]);
    expect(await infer([1, 3])).toEqual([1, 2, 3]);
    expect(await infer([1, 2, 1])).toEqual([1, 2]);
    await opened.close();
  });
});
