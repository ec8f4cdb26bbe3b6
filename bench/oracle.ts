import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { encode } from '../src/exact/bits.js';
import type { Format } from '../src/exact/format.js';
import { type Elements, extents, type Tensor } from '../src/oracle/batch.js';
import { Oracle } from '../src/oracle/oracle.js';
import { random } from '../test/exact.random.js';
import { families, stored } from '../test/oracle.drawn.js';
import { oracle as mpfr } from '../test/oracle.mpfr.js';
import { fromText } from '../test/oracle.text.js';
import { randn } from './data.js';
import { naiveBackward, naiveForward } from './naive.js';
import { median, type Race, type Row, race } from './rounds.js';
import { shares } from './share.js';

/**
 * What exactness costs: the oracle's time as a multiple of the loop that one writes by hand, in float64, over the same
 * values as f32 (as f64 where they are f64), in turn, in this process. Medians of ROUNDS rounds (7). `--only TEXT` leaves
 * out rows without that text in their names, `--json FILE` writes the rows.
 */
const { json, only } = parseArgs({ options: { json: { type: 'string' }, only: { type: 'string' } } }).values;
const rounds = Number(process.env.ROUNDS ?? 7);
const [wasm, js] = [new Oracle('wasm'), new Oracle('js')];
const from = random(7);
const draw = randn(from);
const epsilon = 1e-5;

/** A tensor with its gradient and layer, and what the naive loop reads. */
function subject(
  format: Format,
  shape: readonly number[],
  x: () => number = () => 0.3 + draw(),
  dy: () => number = draw,
) {
  const size = shape.reduce((a, b) => a * b, 1);
  const single = format === 'f64' ? Float64Array : Float32Array;
  const [a, b] = [new single(size).map(x), new single(size).map(dy)];
  const tensor = (values: Elements): Tensor => ({
    ...{ format, shape, layout: 'channels_first' },
    data: format === 'f64' || format === 'f32' ? values : new Uint16Array(encode(values, format).buffer),
  });
  const [xs, gs] = [tensor(a), tensor(b)];
  const C = shape[1]!;
  const layer = {
    gamma: Float64Array.from({ length: C }, () => Math.fround(draw())),
    beta: Float64Array.from({ length: C }, () => Math.fround(draw())),
    epsilon,
  };
  const to = new single(size);
  const size3 = extents(xs, 'x');
  return {
    ...{ x: xs, dy: gs, layer, sums: wasm.sums(xs), into: xs.data.slice(), plain: a, to, size },
    forward: () => naiveForward(a, to, size3, layer.gamma, layer.beta, epsilon),
    backward: () => naiveBackward(a, b, to, size3, layer.gamma, epsilon),
  };
}

const rows: Row[] = [];
const show = (row: Row): void => {
  const limit = (value: number | null): string => (value === null ? '' : value.toFixed(2)).padStart(7);
  console.log(`${row.name.padEnd(52)} ${row.ratio.toFixed(2).padStart(9)} ${limit(row.must)} ${limit(row.reach)}`);
  rows.push(row);
};
const compare = (entry: Race, times = rounds): void => {
  if (!only || entry.name.includes(only)) show(race(entry, times));
};

console.log(`${'time over that of the naive float64 loop'.padEnd(52)} ${'ratio'.padStart(9)}    must   reach`);
const large = [32, 64, 56, 56];
{
  const s = subject('f32', large);
  compare({
    name: 'f32 forward 32x64x56x56',
    base: s.forward,
    run: () => wasm.train(s.x, s.layer, { into: s.into }),
    must: 0.8,
    reach: 0.6,
  });
  compare({
    name: 'f32 backward 32x64x56x56, sums known',
    base: s.backward,
    run: () => wasm.grad(s.x, s.dy, s.layer, { sums: s.sums, into: s.into }),
    must: 0.8,
    reach: 0.65,
  });
  compare({
    name: 'f32 backward 32x64x56x56, alone',
    base: s.backward,
    run: () => wasm.grad(s.x, s.dy, s.layer, { into: s.into }),
    must: 1.05,
    reach: 0.85,
  });
  compare({
    name: 'f32 forward 32x64x56x56, plain JavaScript',
    base: s.forward,
    run: () => js.train(s.x, s.layer, { into: s.into }),
    must: 2,
    reach: 1.4,
  });
  compare({ name: 'a copy of the tensor', base: s.forward, run: () => s.to.set(s.plain) });
  if (!only && existsSync('.venv/bin/python')) numpy(() => wasm.train(s.x, s.layer, { into: s.into }));
}
for (const format of ['f16', 'bf16'] as const) {
  const s = subject(format, large);
  compare({
    name: `${format} forward 32x64x56x56`,
    base: s.forward,
    run: () => wasm.train(s.x, s.layer, { into: s.into }),
    must: 1.2,
    reach: 0.9,
  });
}
{
  const s = subject('f64', large);
  compare(
    {
      name: 'f64 forward 32x64x56x56',
      base: s.forward,
      run: () => wasm.train(s.x, s.layer, { into: s.into }),
      must: 3.5,
      reach: 2,
    },
    3,
  );
  compare(
    {
      name: 'f64 backward 32x64x56x56',
      base: s.backward,
      run: () => wasm.grad(s.x, s.dy, s.layer, { into: s.into }),
      must: 5,
      reach: 3,
    },
    3,
  );
}
const small = [
  { shape: [8, 16, 16, 16], forward: [1, 0.7], backward: [1.5, 1] },
  { shape: [32, 256, 7, 7], forward: [1.5, 1], backward: [] },
  { shape: [128, 512], forward: [], backward: [] },
  { shape: [4, 1024], forward: [], backward: [] },
] as const;
for (const { shape, forward, backward } of small) {
  const s = subject('f32', shape);
  const limits = ([must, reach]: readonly number[]) => (must ? { must, reach: reach! } : {});
  compare({
    name: `f32 forward ${shape.join('x')}`,
    base: s.forward,
    run: () => wasm.train(s.x, s.layer, { into: s.into }),
    ...limits(forward),
  });
  compare({
    name: `f32 backward ${shape.join('x')}`,
    base: s.backward,
    run: () => wasm.grad(s.x, s.dy, s.layer, { into: s.into }),
    ...limits(backward),
  });
}
if (!only) adversarial();
if (!only) await others();
if (!only || 'share of a run'.includes(only)) for (const row of await shares()) show(row);
if (json) writeFileSync(json, `${JSON.stringify(rows, null, 2)}\n`);

/** Data made to miss the fast path, 16 channels of 8192. */
function adversarial(): void {
  const worst = { forward: 0, backward: 0 };
  const shape = [8, 16, 32, 32];
  const measured = (name: string, x: () => number, dy: () => number): void => {
    const s = subject('f32', shape, x, dy);
    for (const way of ['forward', 'backward'] as const) {
      const run =
        way === 'forward'
          ? () => wasm.train(s.x, s.layer, { into: s.into })
          : () => wasm.grad(s.x, s.dy, s.layer, { into: s.into });
      const row = race({ name: `f32 ${way}, ${name}`, base: s[way], run }, 3);
      worst[way] = Math.max(worst[way], row.ratio);
      show(row);
    }
  };
  for (const [name, family] of Object.entries(families)) {
    const values = family(from, 8192, 'f32');
    let i = 0;
    measured(name, () => values[i++ % values.length]!, draw);
  }
  const own = Array.from({ length: 8 * 16 * 1024 }, () => 0.3 + draw());
  let [i, j] = [0, 0];
  measured(
    'dy = x',
    () => own[i++ % own.length]!,
    () => own[j++ % own.length]!,
  );
  for (const way of ['forward', 'backward'] as const)
    show({ name: `f32 ${way}, the worst of these`, ratio: worst[way], must: 10, reach: 4 });
}

/** Our time over numpy's, which times itself: the same in float64, in turn. */
function numpy(run: () => void): void {
  const script = `
import numpy as n, time
x = n.random.default_rng(1).standard_normal((32, 64, 56, 56)).astype(n.float32)
g = n.ones((1, 64, 1, 1)); b = n.zeros((1, 64, 1, 1))
def forward():
    t = time.perf_counter()
    w = x.astype(n.float64)
    mean = w.mean((0, 2, 3), keepdims=True); var = w.var((0, 2, 3), keepdims=True)
    y = ((w - mean) / n.sqrt(var + 1e-5) * g + b).astype(n.float32)
    return 1000 * (time.perf_counter() - t)
forward(); print(forward())`;
  const ratios: number[] = [];
  for (let round = 0; round < 3; round++) {
    const { stdout, status } = spawnSync('.venv/bin/python', ['-c', script], { encoding: 'utf8' });
    const start = performance.now();
    run();
    if (status === 0) ratios.push((performance.now() - start) / Number(stdout));
  }
  if (ratios.length > 0)
    show({ name: 'f32 forward, over numpy in float64', ratio: median(ratios), must: 0.5, reach: 1 / 3 });
}

/** Other ways to be exact, on one channel of 512: far slower than the loop. */
async function others(): Promise<void> {
  const values = (): number[] => [...stored(Array.from({ length: 512 }, draw), 'f32')];
  const channel = {
    x: values(),
    dy: values(),
    gamma: 1.5,
    beta: 0.5,
    epsilon,
    alpha: 0.1,
    divisor: 511,
    running_mean: 0,
    running_var: 1,
  };
  const tensor = (data: number[]): Tensor => ({
    format: 'f32',
    shape: [512, 1],
    layout: 'channels_first',
    data: Float32Array.from(data),
  });
  const [x, dy, layer] = [tensor(channel.x), tensor(channel.dy), { gamma: [1.5], beta: [0.5], epsilon }];
  const right = await mpfr(128);
  const base = (): unknown => [wasm.train(x, layer), wasm.grad(x, dy, layer)];
  const text = (): void => {
    const of = fromText(channel, 'train');
    of('y', 'f32');
    of('dx', 'f32');
  };
  compare({ name: 'the exact text over the oracle, m = 512, y and dx', base, run: text }, 3);
  compare({ name: 'MPFR at 128 bits over the oracle, m = 512, all', base, run: () => right(channel, () => 'f32') }, 3);
}
