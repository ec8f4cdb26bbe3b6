import type { Blob } from '../wire/safetensors.js';
import { type Tensor, tensor } from '../wire/tensor.js';
import { perElement } from './answer.js';
import type { Expected } from './expected.js';
import { data, request } from './layer.js';
import type { Profile } from './profile.js';
import type { Tier } from './report.js';
import type { Vector } from './vectors.js';

const wireName: Readonly<Record<string, string>> = { next_mean: 'running_mean', next_var: 'running_var' };

/** What is expected of one output, as tensors of its own dtype and layout. */
export interface Answer {
  readonly name: string;
  readonly expected: Tensor;
  readonly within: ReadonlyMap<Tier, { readonly least: Tensor; readonly most: Tensor }>;
}

export const answers = ({ layer, expected }: Vector): Answer[] =>
  expected.map(({ output, format, values, within }: Expected) => {
    const stored = (all: Float64Array): Tensor =>
      perElement(output) ? data(layer, all) : tensor(format, [layer.C], all);
    const ends = [...within].map(
      ([tier, { least, most }]) => [tier, { least: stored(least), most: stored(most) }] as const,
    );
    return { name: wireName[output] ?? output, expected: stored(values), within: new Map(ends) };
  });

/** The request of the question, as a target would be asked it, and beside its tensors those of the right answers. */
export function vectorBlob(vector: Vector, profile: Profile, profileName: string): Blob {
  const { metadata, tensors } = request(vector.op, vector.layer, profile, vector.id);
  const all = new Map(tensors);
  for (const { name, expected, within } of answers(vector)) {
    all.set(`expected.${name}`, expected);
    for (const [tier, { least, most }] of within) {
      if (tier === 'exact') continue; // the expected value itself
      all.set(`${tier}.least.${name}`, least);
      all.set(`${tier}.most.${name}`, most);
    }
  }
  return { metadata: { ...metadata, profile: profileName, law: vector.law }, tensors: all };
}
