import { roundTo } from '../src/exact/grid.js';
import { perElement } from '../src/run/answer.js';
import type { Layer, Op } from '../src/run/layer.js';
import type { Check } from './checks.js';
import { widened } from './data.js';
import { reference, type Suspect, type Values } from './suspects.js';

const references = new Map<string, Promise<Suspect>>();
const known = new WeakMap<Layer, Map<string, Values>>();

/** The right answers in float64, kept: every suspect is held to the same ones. */
async function right(op: Op, layer: Layer, profile: string): Promise<Values> {
  if (!references.has(profile)) references.set(profile, reference(profile));
  const kept = known.get(layer) ?? new Map<string, Values>();
  known.set(layer, kept);
  const key = `${op} ${profile}`;
  if (!kept.has(key)) kept.set(key, (await (await references.get(profile)!).answers(op, widened(layer)))!);
  return kept.get(key)!;
}

/** The chain's layers with the running statistics that came out of the step before. */
const carry = (layer: Layer, before: Values | null): Layer =>
  before === null
    ? layer
    : {
        ...layer,
        running_mean: Float64Array.from(before.next_mean!),
        running_var: Float64Array.from(before.next_var!),
      };

const chained = new WeakMap<Layer, Map<string, Layer>>();

/** Whether the check accepts the kernel on these data. */
export async function passes(check: Check, chains: readonly (readonly Layer[])[], suspect: Suspect): Promise<boolean> {
  for (const chain of chains) {
    let [own, theirs] = [null as Values | null, null as Values | null];
    for (const layer of chain) {
      for (const [op, outputs] of Object.entries(check.looks) as [Op, readonly string[]][]) {
        const answers = await suspect.answers(op, op === 'train' ? carry(layer, own) : layer);
        const expected = await right(
          op,
          op === 'train' ? chainOf(layer, theirs, suspect.profile) : layer,
          suspect.profile,
        );
        if (!answers || !outputs.every((output) => close(check, layer, output, answers, expected))) return false;
        if (op === 'train' && chain.length > 1) [own, theirs] = [answers, expected];
      }
    }
  }
  return true;
}

/** One layer object for each step of the right chain, so that its answers are found again. */
function chainOf(layer: Layer, before: Values | null, profile: string): Layer {
  const kept = chained.get(layer) ?? new Map<string, Layer>();
  chained.set(layer, kept);
  if (!kept.has(profile)) kept.set(profile, carry(layer, before));
  return kept.get(profile)!;
}

function close(check: Check, layer: Layer, output: string, answers: Values, expected: Values): boolean {
  const [answered, right] = [answers[output], expected[output]];
  if (right === undefined || ((output === 'mean' || output === 'inv_std') && answered === undefined)) return true; // not every kernel saves them
  if (answered === undefined) return (output === 'dgamma' && !layer.gamma) || (output === 'dbeta' && !layer.beta);
  const format = perElement(output) ? layer.dtype : layer.param;
  for (let i = 0; i < right.length; i++)
    if (!check.close(answered[i]!, roundTo(right[i]!, format), { output, layer })) return false;
  return true;
}
