import type { Format } from '../src/exact/format.js';
import type { Layer, Op } from '../src/run/layer.js';
import type { Subject } from '../src/run/subject.js';
import { claiming } from './acceptance.case.js';
import { type Algorithm, type Answers, answersOf, updates } from './algorithms.kernel.js';
import { backwards, forwards, roots } from './algorithms.outputs.js';
import { computing, divisions, estimators, sums } from './algorithms.statistics.js';
import type { Random } from './exact.random.js';

/** An algorithm put together at random, around an estimator if one is named, with the names of its parts. */
export function drawn(from: Random, estimator?: string): { readonly names: string; readonly algorithm: Algorithm } {
  const names: string[] = [];
  const pick = <T>(of: Readonly<Record<string, T>>, name = from.pick(Object.keys(of))): T => {
    names.push(name);
    return of[name]!;
  };
  const parts = { estimator: pick(estimators, estimator), sum: pick(sums), over: pick(divisions), root: pick(roots) };
  const algorithm = { ...parts, forward: pick(forwards), backward: pick(backwards), update: from.pick(updates) };
  return { names: names.join(', '), algorithm };
}

/** The tier that an algorithm may claim. */
export const tierOf = ({ estimator, backward }: Algorithm): 'semantic' | 'stable' =>
  estimator.kind === 'onepass' || backward.crossed ? 'semantic' : 'stable';

/** What the kernel may claim of an operation, beside nothing. */
export function claimsOf({ estimator, forward, backward }: Algorithm, op: Op): Readonly<Record<string, string>>[] {
  const folded = op === 'train' || op === 'infer' ? forward.folded : op === 'grad' && backward.folded;
  const form = folded ? {} : { form: 'direct' };
  return [
    {},
    form,
    ...(estimator.kind === 'twopass' ? [{ ...form, algo: 'twopass', shift: 'none', sums: 'true' }] : []),
  ];
}

const subjects = new Map<string, Subject>();

/** Who claims this; one subject for equal claims, since what is compiled is kept by it. */
export const subjectOf = (claims: Readonly<Record<string, string>>): Subject => {
  const key = JSON.stringify(claims);
  const known = subjects.get(key) ?? claiming(claims);
  subjects.set(key, known);
  return known;
};

/** What the algorithm answers where every operation rounds to this format. */
export const answersIn = (format: Format, layer: Layer, algorithm: Algorithm): Answers =>
  computing(format, () => answersOf(layer, algorithm));
