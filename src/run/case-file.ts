import { createHash } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Format } from '../exact/format.js';
import { makeFolder } from '../target/folder.js';
import { type Blob, read, write } from '../wire/safetensors.js';
import { type Tensor, tensor, values } from '../wire/tensor.js';
import { columns } from './columns.js';
import { mostHeld } from './large.js';
import { data, inputOf, type Layer, positions, sizeOf } from './layer.js';
import type { Drawn } from './property.js';
import type { Tier } from './report.js';
import { readSteps, spelled, written } from './step.js';
import { UsageError } from './usage.js';

/** Everything needed to ask one case of one law again: nothing else, no seed, no configuration. */
export interface SavedCase {
  readonly law: string;
  readonly target: readonly string[];
  readonly profile: string;
  readonly tier: Tier;
  readonly seed: number;
  readonly path: string;
  readonly drawn: Drawn;
}

const perChannel = ['gamma', 'beta', 'running_mean', 'running_var', 'vgamma', 'vbeta'] as const;

/** The case as one blob; numbers that matter to the last bit are F64 tensors. */
export function pack({ drawn, ...about }: SavedCase): Blob {
  const { layer, steps, ...rest } = drawn;
  const tensors = new Map<string, Tensor>();
  const stored = { ...layer, layout: 'channels_first' } as const;
  tensors.set('x', inputOf(stored, 'x'));
  tensors.set('dy', inputOf(stored, 'dy'));
  if (layer.vx) tensors.set('vx', data(stored, layer.vx));
  for (const name of perChannel) if (layer[name]) tensors.set(name, tensor(layer.param, [layer.C], layer[name]));
  for (const name of ['epsilon', 'alpha'] as const) tensors.set(name, tensor('f64', [1], [layer[name]]));
  if (layer.count !== null) tensors.set('count', tensor('i64', [1], [layer.count]));
  for (const [name, value] of Object.entries(rest)) tensors.set(`drawn.${name}`, tensor('f64', [1], [value as number]));
  const { target, seed, ...texts } = about;
  const metadata = {
    bnspec: '1',
    ...texts,
    seed: String(seed),
    target: JSON.stringify(target),
    param: layer.param,
    layout: layer.layout,
    ...(steps ? { steps: written(steps) } : {}),
  };
  return { metadata, tensors };
}

/** Reads what `pack` wrote. Throws UsageError naming the file and what it lacks. */
export function unpack({ metadata, tensors }: Blob, file: string): SavedCase {
  const need = (name: string): Tensor => {
    const found = tensors.get(name);
    if (!found) throw new UsageError(`${file} is no saved case of bnspec: it has no ${name}`);
    return found;
  };
  const { law, profile, tier, seed, path, target } = metadata;
  if (!law || !profile || !tier || !target)
    throw new UsageError(`${file} is no saved case of bnspec: its metadata name no law`);
  const x = need('x');
  const [N, C, ...spatial] = x.shape as [number, number, ...number[]];
  const optional = (name: string): Float64Array | null => (tensors.has(name) ? values(tensors.get(name)!) : null);
  const layer: Layer = {
    dtype: x.dtype as Format,
    param: metadata.param as Format,
    layout: metadata.layout as Layer['layout'],
    ...{ N, C, spatial, ...numbers(x, need('dy')) },
    gamma: optional('gamma'),
    beta: optional('beta'),
    running_mean: optional('running_mean'),
    running_var: optional('running_var'),
    ...(tensors.has('vx') ? { vx: values(need('vx')), vgamma: optional('vgamma'), vbeta: optional('vbeta') } : {}),
    epsilon: values(need('epsilon'))[0]!,
    alpha: values(need('alpha'))[0]!,
    count: tensors.has('count') ? values(tensors.get('count')!)[0]! : null,
  };
  const rest = [...tensors]
    .filter(([name]) => name.startsWith('drawn.'))
    .map(([name, t]) => [name.slice(6), values(t)[0]!] as const);
  const steps = metadata.steps === undefined ? {} : { steps: readSteps(metadata.steps) };
  const drawn = { ...Object.fromEntries(rest), ...steps, layer } as Drawn;
  return {
    law,
    target: JSON.parse(target) as string[],
    profile,
    tier: tier as Tier,
    seed: Number(seed),
    path: path ?? '',
    drawn,
  };
}

/** x and dy as numbers; where they are large, as bytes that numbers are made of, channel by channel. */
function numbers(x: Tensor, dy: Tensor): Pick<Layer, 'x' | 'dy' | 'column'> {
  const [N, C, ...spatial] = x.shape as [number, number, ...number[]];
  const S = spatial.reduce((a, b) => a * b, 1);
  if (N * C * S <= mostHeld) return { x: values(x), dy: values(dy) };
  const nothing = new Float64Array(0);
  const by = ({ data }: Tensor) => columns(x.dtype as Format, 'channels_first', [N, C, S], data);
  const all = { x: by(x), dy: by(dy) };
  return { x: nothing, dy: nothing, column: (c, name) => all[name].get(c, c + 1) };
}

/** Writes the case under `folder`, named by its law and its bytes; the same case is one file. Returns the path. */
export function save(saved: SavedCase, folder: string): string {
  const bytes = write(pack(saved));
  const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 8);
  const file = join(folder, `${saved.law}-${hash}.safetensors`);
  makeFolder(folder);
  writeFileSync(`${file}.part`, bytes);
  renameSync(`${file}.part`, file);
  return file;
}

export function load(file: string): SavedCase {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (cause) {
    throw new UsageError(`cannot read ${file}: ${(cause as Error).message}`);
  }
  try {
    return unpack(read(bytes), file);
  } catch (cause) {
    if (cause instanceof UsageError) throw cause;
    throw new UsageError(`${file} is no saved case of bnspec: ${(cause as Error).message}`);
  }
}

/** The case as lines to read: `x = [[0], [1]]`; long tensors are cut and say so. */
export function described({ layer, steps, ...rest }: Drawn): string[] {
  const lines = [`x = ${nested(layer.x, layer)}`];
  if (layer.column || layer.dy.some((v) => v !== 0)) lines.push(`dy = ${nested(layer.dy, layer)}`);
  if (layer.vx) lines.push(`vx = ${nested(layer.vx, layer)}`);
  for (const name of perChannel)
    if (layer[name] !== undefined) lines.push(`${name} = ${layer[name] ? listed(layer[name]) : 'absent'}`);
  lines.push(`epsilon = ${layer.epsilon}`, `alpha = ${layer.alpha}`);
  if (layer.count !== null) lines.push(`count = ${layer.count}`);
  for (const [name, value] of Object.entries(rest)) lines.push(`${name} = ${value as number}`);
  if (steps) lines.push(`steps = ${steps.map((step) => spelled(step, layer)).join(', ')}`);
  lines.push(`${layer.dtype}, ${layer.layout}, shape [${[layer.N, layer.C, ...layer.spatial].join(', ')}]`);
  return lines;
}

const listed = (v: Float64Array): string =>
  v.length > 24 ? `${v.length} values` : `[${[...v].map(short).join(', ')}]`;
const short = (v: number): string => (Object.is(v, -0) ? '-0' : String(v));

/** Samples, channels, positions in brackets, however many axes the positions have. */
function nested(v: Float64Array, layer: Layer): string {
  if (layer.column) return `${sizeOf(layer)} values`;
  if (v.length > 64)
    return `${v.length} values from ${Math.min(...v.subarray(0, 65536))} to ${Math.max(...v.subarray(0, 65536))}`;
  const S = positions(layer);
  const cell = (i: number): string => {
    const row = [...v.subarray(i, i + S)].map(short).join(', ');
    return layer.spatial.length === 0 ? row : `[${row}]`;
  };
  const sample = (n: number): string =>
    `[${Array.from({ length: layer.C }, (_, c) => cell((n * layer.C + c) * S)).join(', ')}]`;
  return `[${Array.from({ length: layer.N }, (_, n) => sample(n)).join(', ')}]`;
}
