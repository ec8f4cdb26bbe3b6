import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openTarget } from '../src/target/open.js';
import type { Target } from '../src/target/target.js';
import type { Blob } from '../src/wire/safetensors.js';
import { tensor } from '../src/wire/tensor.js';
import { median } from './rounds.js';

/**
 * What a question costs, by the way to the kernel: milliseconds per small case, as many asked at once as a run does, and
 * that as a multiple of the kernel in a shared library. Medians of ROUNDS rounds (9), in turn. `--must` fails above
 * the limits. Needs gcc; the templates of targets/ are the kernels, compiled here.
 */
const { must } = parseArgs({ options: { must: { type: 'boolean' } } }).values;
const rounds = Number(process.env.ROUNDS ?? 9);
const each = 1600;

const folder = mkdtempSync(join(tmpdir(), 'bnspec-bench-'));
const made = (name: string): string => join(folder, name);
const run = (command: string, ...given: string[]) => execFileSync(command, given, { stdio: 'inherit' });
run('gcc', '-O2', '-shared', '-fPIC', '-o', made('kernel.so'), 'targets/kernel.c', '-lm');
run('gcc', '-O2', '-o', made('kernel'), 'targets/kernel.c', 'targets/bnspec.c', '-lm');
run('npx', 'asc', 'targets/kernel.as.ts', '-O', '--runtime', 'stub', '-o', made('kernel.wasm'));

/** A batch of 24 elements in three channels, with all that a training layer has. */
const row = (values: number[]) => tensor('f32', [values.length], values);
const request: Blob = {
  metadata: { op: 'train', layout: 'channels_first' },
  tensors: new Map([
    [
      'x',
      tensor(
        'f32',
        [4, 3, 2],
        Array.from({ length: 24 }, (_, i) => Math.sin(i)),
      ),
    ],
    ['gamma', row([1, 2, 3])],
    ['beta', row([0, 1, 2])],
    ['running_mean', row([0, 0, 0])],
    ['running_var', row([1, 1, 1])],
    ['epsilon', tensor('f64', [1], [0.25])],
    ['momentum', tensor('f64', [1], [0.125])],
  ]),
};

const ways: readonly (readonly [name: string, spec: string | readonly string[], most?: number])[] = [
  ['shared library', made('kernel.so'), 0.03],
  ['WebAssembly module', made('kernel.wasm'), 0.03],
  ['pipe, C kit', [made('kernel')], 0.1],
  ['JavaScript module', 'targets/plain.mjs'],
];

async function timed(target: Target, cases: number): Promise<number> {
  const start = performance.now();
  for (let asked = 0; asked < cases; asked += target.ahead!) {
    const replies = await Promise.all(Array.from({ length: target.ahead! }, () => target.ask(request)));
    const wrong = replies.find(({ status }) => status !== 'ok');
    if (wrong) throw new Error(`${target.id}: ${JSON.stringify(wrong)}`);
  }
  return (performance.now() - start) / cases;
}

const targets = await Promise.all(ways.map(([, spec]) => openTarget(spec)));
for (const target of targets) await timed(target, 4 * each);
const times: number[][] = ways.map(() => []);
for (let round = 0; round < rounds; round++) {
  for (const [i, target] of targets.entries()) times[i]!.push(await timed(target, each));
}
await Promise.all(targets.map((target) => target.close()));
rmSync(folder, { recursive: true });

console.log(`${'one small case, sixty-four at once'.padEnd(34)} ${'ms'.padStart(8)} ${'ratio'.padStart(7)}    must`);
let missed = false;
for (const [i, [name, , most]] of ways.entries()) {
  const ratio = median(times[i]!.map((time, round) => time / times[0]![round]!));
  const ms = median(times[i]!);
  missed ||= ms > (most ?? Number.POSITIVE_INFINITY);
  const limit = most === undefined ? '' : most.toFixed(2).padStart(7);
  console.log(`${name.padEnd(34)} ${ms.toFixed(4).padStart(8)} ${ratio.toFixed(2).padStart(7)} ${limit}`);
}
if (must && missed) process.exitCode = 1;
