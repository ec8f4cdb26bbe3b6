import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { bnspec } from './cli.process.js';

const torch = fileURLToPath(new URL('../targets/torch.py', import.meta.url));

it('PyTorch conforms in float32 and float64, both layouts', async () => {
  const { last } = await bnspec(['run', torch, '--effort', 'quick', '--dtype', 'f32,f64']);
  expect(last).toMatch(/^exit 0: conforms \(semantic\) for train, infer, grad, infer_grad, layer$/);
});

it('PyTorch does not in bfloat16 with channels last: the sums of the backward pass are rounded to bfloat16', async () => {
  const argv = ['--dtype', 'bf16', '--layout', 'channels_last', '--laws', 'backward.*'];
  const { code, out } = await bnspec(['run', torch, ...argv]);
  expect(code).toBe(1);
  expect(out).toMatch(/FAILS {4}backward\.dx/);
});
