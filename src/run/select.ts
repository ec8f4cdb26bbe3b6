import type { Format } from '../exact/format.js';
import { formats } from '../exact/format.js';
import { roundTo } from '../exact/grid.js';
import type { Layout, Op, Question } from '../wire/protocol.js';
import { lawOf } from './check.js';
import { optimizers } from './network.js';
import { counts, type Profile } from './profile.js';
import type { Grid, Property, Terms } from './property.js';
import type { Subject } from './subject.js';

const grid = (name: Format): Grid => {
  const { p, emin, emax } = formats[name];
  return { name, p, emin, emax, round: (value) => roundTo(value, name) };
};

/** The optimizers that a card names; undefined for all. */
const served = ({ claims }: Subject['card']): string[] | undefined => claims.optimizers?.split(',');

/** The most elements of any case but those of a thorough run. */
export const usual = 2 ** 18;

/** What the laws may ask of this target. */
export function terms(
  { card, profile }: Subject,
  dtypes: readonly Format[],
  layouts: readonly Layout[],
  longest = usual,
): Terms {
  const beside = (dtype: Format): Format =>
    card.paramDtype === 'f32' && formats[dtype].p < formats.f32.p ? 'f32' : dtype;
  return {
    dtypes: dtypes.map((dtype) => ({ data: grid(dtype), param: grid(beside(dtype)) })),
    layouts,
    ranks: card.ranks,
    profile,
    running: profile.update !== 'none' && card.ops.includes('train'),
    optimizers: optimizers.filter((name) => served(card)?.includes(name) ?? true),
    longest,
  };
}

/** The operation whose formulas a question is held to; folding is inference, a network trains. */
export const formulasOf = (question: Exclude<Question, 'layer'>): Op =>
  question === 'steps' ? 'train' : question === 'fold' ? 'infer' : (question.replace('sync_', '') as Op);

/**
 * Whether a dialect says what is asked: of a layer what its statistics start at. The second order follows from the first,
 * where that is not the dialect's own.
 */
function defined(question: Question, { ops, reads, formulas, initial, update }: Profile): boolean {
  if (question === 'layer') return initial !== null && update !== 'none';
  const op = formulasOf(question);
  return op === 'grad_grad' ? ops.includes('grad') && !reads?.grad && !formulas?.grad : ops.includes(op);
}

/** Why a law cannot be asked of this target; null if it can. */
export function refusal(property: Property, subject: Subject, asked: Terms): string | null {
  const { card, profile } = subject;
  const missing = property.needs.ops.filter((op) => !card.ops.includes(op));
  if (missing.length > 0) return `op ${missing.join(', ')} is not on the card`;
  const wanted: readonly Question[] = [...property.needs.ops, ...(property.needs.defines ?? [])];
  const foreign = wanted.filter((op) => !defined(op, profile));
  if (foreign.length > 0) return `the profile does not define ${foreign.join(', ')}`;
  if (profile.waives?.includes(property.id)) return 'not so in this dialect';
  const { saved, running, update, counted, layouts, optional, untracked, dtype, bits, large } = property.needs;
  if (property.needs.ops.includes('steps') && !asked.dtypes.some(({ data }) => data.p >= 24))
    return 'neither f64 nor f32 is asked, and of narrower formats no network can be judged';
  if (property.needs.ops.includes('steps') && asked.optimizers.length === 0)
    return `the card has no optimizer but ${card.claims.optimizers}`;
  if (property.needs.optimizer && !asked.optimizers.includes(property.needs.optimizer))
    return `the card leaves out the optimizer ${property.needs.optimizer}`;
  if (large && asked.longest < Infinity) return 'asked by --effort thorough alone: its cases are large';
  if (saved && !card.saved.includes(saved)) return `the card does not save ${saved}`;
  if (running && profile.update === 'none') return 'the profile leaves the running statistics to the caller';
  const otherwise = `the profile averages in another way: ${profile.update}`;
  if (update && !update.includes(profile.update)) return otherwise;
  if (counted && !counts(profile)) return otherwise;
  if (untracked && profile.tracking !== 'optional') return 'the profile has no layers without running statistics';
  if (layouts && asked.layouts.length < layouts) return 'the target has one layout';
  if (dtype && !asked.dtypes.some(({ data }) => data.name === dtype)) return `${dtype} is not asked`;
  const most = Math.max(...asked.dtypes.map((of) => precision(of, card)));
  if (bits && most < bits) return `sums of ${most} bits cannot tell a slope from its roundings`;
  if (optional && profile.affine !== 'optional') return 'the profile requires gamma and beta';
  if (lawOf(property, subject) === null) return 'the profile demands nothing here';
  return null;
}

/** The bits that a target sums a dtype in. */
export const precision = ({ param }: Terms['dtypes'][number], { claims }: Subject['card']): number =>
  formats[(claims.accumulator as Format | undefined) ?? param.name].p;

/** Laws whose id matches one of the globs (`*` is any text; commas separate). */
export function matching(laws: readonly Property[], globs: string): Property[] {
  const patterns = globs.split(',').map((glob) => new RegExp(`^${glob.trim().split('*').map(escaped).join('.*')}$`));
  return laws.filter(({ id }) => patterns.some((pattern) => pattern.test(id)));
}

const escaped = (text: string): string => text.replace(/[.+?^${}()|[\]\\]/g, '\\$&');
