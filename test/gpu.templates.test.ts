import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { bnspec, fixture, folder } from './cli.process.js';
import { compilers } from './fixtures/compiled.js';
import { root } from './house.modules.js';

/** As a compiler for a CPU reads it: `kernel<<<blocks, threads>>>(...)` is a call. */
const launched = (text: string): string =>
  text.replace(/(\w+<T>)<<<(.*), threads>>>\((.*)\);/g, 'launch($2, threads, [&] { $1($3); });');

/** Builds a CUDA kernel over fixtures/cuda_runtime.h, whose threads are fibres. */
function onCpu(text: string): string {
  const cwd = folder();
  writeFileSync(join(cwd, 'kernel.cpp'), launched(text));
  const include = [`-I${join(root, 'targets')}`, `-I${fixture('.')}`];
  const argv = ['-O2', '-std=c++17', '-shared', '-fPIC', ...include, '-o', 'kernel.so', 'kernel.cpp'];
  execFileSync('g++', argv, { cwd, stdio: 'pipe' });
  return join(cwd, 'kernel.so');
}

describe.skipIf(!compilers('g++'))('the template for CUDA, where there is no GPU', () => {
  const template = readFileSync(join(root, 'targets/kernel.cu'), 'utf8');
  const few = ['--effort', 'quick', '--laws', 'forward.*,inference.*,backward.*,frozen.*', '--dtype', 'f32'];

  test('every launch of it is read', () => {
    expect(template.match(/<<</g)!.length).toBe(launched(template).match(/ launch\(/g)!.length);
    expect(launched(template)).not.toContain('<<<');
  });

  test('is right, its threads taking turns', async () => {
    const { last, out } = await bnspec(['run', onCpu(template), ...few]);
    expect(last, out).toMatch(/^exit 0: conforms \((?:stable|faithful|exact)\) for train, infer, grad, infer_grad;/);
  });

  test.each([
    ['no barrier in the tree', '    __syncthreads();\n    if (', '    if ('],
    ['half of the threads left out of the tree', 'threads / 2; half > 0', 'threads / 4; half > 0'],
  ])('%s is seen', async (_, from, to) => {
    const wrong = template.replace(from, to);
    expect(wrong).not.toBe(template);
    const { code } = await bnspec([
      'run',
      onCpu(wrong),
      '--effort',
      'quick',
      '--laws',
      'sizes.forward',
      '--dtype',
      'f32',
    ]);
    expect(code).toBe(1);
  });
});
