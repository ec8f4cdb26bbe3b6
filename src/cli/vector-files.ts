import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Format } from '../exact/format.js';
import { request } from '../run/layer.js';
import type { Profile } from '../run/profile.js';
import { type Answer, answers, vectorBlob } from '../run/vector-blob.js';
import type { Vector } from '../run/vectors.js';
import { suite } from '../suite.js';
import { makeFolder } from '../target/folder.js';
import { modelProto, type Port, tensorProto } from '../wire/onnx.js';
import { write } from '../wire/safetensors.js';
import { scalar, type Tensor, values } from '../wire/tensor.js';
import { shelf } from './templates.js';
import { version } from './version.js';

/** The vectors of one dialect. */
export interface Corpus {
  readonly profile: string;
  readonly dialect: Profile;
  readonly seed: number;
  readonly vectors: readonly Vector[];
  /** Mistakes that none of them tells. */
  readonly left: readonly string[];
}

const readers = ['README.md', 'read.py', 'read.c'];

/** Writes everything under `folder`: the vectors twice, the tests of ONNX, the index, and how to read them. */
export function writeCorpus(folder: string, own: Corpus, onnx: Corpus): void {
  for (const part of ['safetensors', 'json', 'onnx']) makeFolder(join(folder, part));
  for (const vector of own.vectors) {
    writeFileSync(
      join(folder, 'safetensors', `${vector.id}.safetensors`),
      write(vectorBlob(vector, own.dialect, own.profile)),
    );
    writeJson(join(folder, 'json', `${vector.id}.json`), described(vector, own));
  }
  for (const vector of onnx.vectors) writeNode(join(folder, 'onnx', `test_bnspec_${nodeName(vector)}`), vector, onnx);
  writeJson(join(folder, 'vectors.json'), index(own, onnx));
  for (const name of readers) copyFileSync(join(shelf, 'vectors', name), join(folder, name));
}

const writeJson = (file: string, value: unknown): void => writeFileSync(file, `${JSON.stringify(value, null, 1)}\n`);

const nodeName = ({ id }: Vector): string => id.replaceAll('-', '_');

function index(own: Corpus, onnx: Corpus): object {
  const told = new Set([...own.vectors, ...onnx.vectors].flatMap(({ kills }) => [...kills.keys()]));
  const mistakes = [...suite.mutants, ...suite.kernels].filter(({ id }) => told.has(id));
  const entry = ({ id, op, layer, law, kills }: Vector) => ({
    ...{ id, op, dtype: layer.dtype, param_dtype: layer.param, layout: layer.layout },
    ...{ shape: [layer.N, layer.C, ...layer.spatial], law, kills: Object.fromEntries(kills) },
  });
  return {
    schema: 'bnspec-vectors/1',
    ...{ bnspec: version, profile: own.profile, seed: own.seed },
    vectors: own.vectors.map((vector) => ({
      ...entry(vector),
      files: [`safetensors/${vector.id}.safetensors`, `json/${vector.id}.json`],
    })),
    onnx: onnx.vectors.map((vector) => ({ ...entry(vector), folder: `onnx/test_bnspec_${nodeName(vector)}` })),
    mistakes: Object.fromEntries(mistakes.map(({ id, op, says, seen }) => [id, { op, says, seen }])),
    untold: own.left,
  };
}

/** A number as JSON has it; what JSON has no number for is text that every language reads as one. */
const spelled = (value: number): number | string =>
  Object.is(value, -0) ? '-0' : Number.isFinite(value) ? value : String(value);

const numbers = (all: Tensor): (number | string)[] => [...values(all)].map(spelled);

function described(vector: Vector, { dialect, profile }: Corpus): object {
  const { id, op, layer, law, kills } = vector;
  const inputs = [...request(op, layer, dialect, id).tensors].map(
    ([name, of]) => [name, { dtype: of.dtype, shape: of.shape, values: numbers(of) }] as const,
  );
  const outputs = answers(vector).map(({ name, expected, within }: Answer) => {
    const ends = [...within].filter(([tier]) => tier !== 'exact');
    const intervals = ends.map(([tier, { least, most }]) => [tier, { least: numbers(least), most: numbers(most) }]);
    const { dtype, shape } = expected;
    return [name, { dtype, shape, expected: numbers(expected), ...Object.fromEntries(intervals) }] as const;
  });
  return {
    ...{ id, op, profile, layout: layer.layout, law, kills: Object.fromEntries(kills) },
    ...{ inputs: Object.fromEntries(inputs), outputs: Object.fromEntries(outputs) },
  };
}

/** One folder of the layout of ONNX's backend tests; the ends of the intervals lie beside the outputs. */
function writeNode(folder: string, vector: Vector, { dialect }: Corpus): void {
  const { op, layer } = vector;
  const { tensors } = request(op, layer, dialect, vector.id);
  const inputs = [
    ['X', tensors.get('x')!],
    ['scale', tensors.get('gamma')!],
    ['B', tensors.get('beta')!],
    ['input_mean', tensors.get('running_mean')!],
    ['input_var', tensors.get('running_var')!],
  ] as const;
  const outputs = answers(vector);
  const data = join(folder, 'test_data_set_0');
  makeFolder(data);
  const put = (file: string, name: string, value: Tensor): void =>
    writeFileSync(join(data, `${file}.pb`), tensorProto(name, value));
  for (const [i, [name, value]] of inputs.entries()) put(`input_${i}`, name, value);
  for (const [i, { name, expected, within }] of outputs.entries()) {
    put(`output_${i}`, outputName(name), expected);
    for (const [tier, { least, most }] of within) {
      if (tier === 'exact') continue;
      put(`${tier}_least_${i}`, outputName(name), least);
      put(`${tier}_most_${i}`, outputName(name), most);
    }
  }
  const port = ([name, { dtype, shape }]: readonly [string, Tensor]): Port => ({ name, dtype: dtype as Format, shape });
  const momentum = tensors.get('momentum');
  writeFileSync(
    join(folder, 'model.onnx'),
    modelProto({
      name: nodeName(vector),
      inputs: inputs.map(port),
      outputs: outputs.map(({ name, expected }) => port([outputName(name), expected])),
      real: { epsilon: layer.epsilon, ...(momentum ? { momentum: scalar(momentum) } : {}) },
      whole: { training_mode: op === 'train' ? 1 : 0 },
    }),
  );
}

const outputName = (name: string): string => (name === 'y' ? 'Y' : name);
