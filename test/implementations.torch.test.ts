import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { bnspec } from './cli.process.js';

const torch = fileURLToPath(new URL('../targets/torch.py', import.meta.url));

it('PyTorch conforms in float32 and float64, both layouts, but for the second order', async () => {
  const { last } = await bnspec(['run', torch, '--cases', '8', '--dtype', 'f32,f64', '--skip', 'second.*']);
  expect(last).toMatch(
    /^exit 0: conforms \(semantic\) for train, infer, grad, infer_grad, fold, layer, steps; sync_train, sync_grad refused; \d+ of \d+ laws asked$/,
  );
});

it('PyTorch has no second order where beta is there and gamma is not', async () => {
  const argv = ['--dtype', 'f64', '--laws', 'second.input-gradient'];
  const { code, out } = await bnspec(['run', torch, ...argv]);
  expect(code).toBe(1);
  expect(out).toMatch(/BREAKS[\s\S]*Expected a proper Tensor/);
});

it('with gamma there it has one in float32 and float64', async () => {
  const argv = ['--cases', '8', '--dtype', 'f32,f64', '--laws', 'second.linear,second.shift'];
  const { last } = await bnspec(['run', torch, ...argv]);
  expect(last).toMatch(/^exit 0: conforms \(\w+\) for grad_grad/);
});

it('PyTorch does not in bfloat16 with channels last: the sums of the backward pass are rounded to bfloat16', async () => {
  const argv = ['--dtype', 'bf16', '--layout', 'channels_last', '--laws', 'backward.*'];
  const { code, out } = await bnspec(['run', torch, ...argv]);
  expect(code).toBe(1);
  expect(out).toMatch(/FAILS {4}backward\.dx/);
});
