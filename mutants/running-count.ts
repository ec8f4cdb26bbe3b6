import type { Mutant } from '../src/run/mutant.js';

const train = { op: 'train', wrongAt: 'semantic', dtypes: ['f64', 'f32', 'f16', 'bf16'] } as const;
const counting = { ...train, profile: 'haiku' } as const;

export const ignoresMomentum = {
  id: 'running.ignores-momentum',
  says: 'Weighs the new batch by the default, whatever momentum says.',
  edits: [{ formula: 'take', from: 'momentum', to: '1 / 10' }],
  seen: ['textbook'],
  ...train,
  profile: 'torch',
} as const satisfies Mutant;

export const takesForKeep = {
  id: 'running.takes-for-keep',
  says: 'Reads momentum as the weight of the new batch, where it is that of the old value.',
  edits: [{ formula: 'keep', from: '1 - momentum', to: 'momentum' }],
  seen: ['Oneflow-Inc/oneflow#6055', 'd2l-ai/d2l-en#2213'],
  ...train,
  profile: 'keras3',
} as const satisfies Mutant;

export const countsTwice = {
  id: 'running.counts-twice',
  says: 'Counts the batch before it divides by the count plus one: no batch is ever the first.',
  edits: [{ formula: 'cumulative', from: 'count + 1', to: '(count + 2)' }],
  seen: ['textbook'],
  ...train,
  profile: 'paper2015',
} as const satisfies Mutant;

export const countsLate = {
  id: 'running.counts-late',
  says: 'Divides by the batches before this one, so that the second batch replaces the first.',
  edits: [{ formula: 'cumulative', from: 'count + 1', to: 'max(count, 1)' }],
  seen: ['textbook'],
  ...train,
  profile: 'paper2015',
} as const satisfies Mutant;

export const debiasesLate = {
  id: 'running.debiases-late',
  says: 'Divides by the weights of the batches before this one: by 0 in the first.',
  edits: [{ formula: 'debias', from: 'count + 1', to: 'count' }],
  seen: ['textbook'],
  ...counting,
} as const satisfies Mutant;

export const debiasesTwice = {
  id: 'running.debiases-twice',
  says: 'Divides by the weights of one batch more than there were.',
  edits: [{ formula: 'debias', from: 'count + 1', to: '(count + 2)' }],
  seen: ['textbook'],
  ...counting,
} as const satisfies Mutant;

export const neverDebiases = {
  id: 'running.never-debiases',
  says: 'Leaves the division by the weights out, so that the zeros of the start stay in the average.',
  edits: [{ formula: 'debias', from: '(1 - momentum) / (1 - momentum^(count + 1))', to: '1 - momentum' }],
  seen: ['textbook'],
  ...counting,
} as const satisfies Mutant;

export const averagesFirst = {
  id: 'running.averages-first',
  says: 'Averages the first batch with whatever stood there, where it must be taken whole.',
  edits: [{ formula: 'copy', from: 'count == 0 ? 1 : 1 - momentum', to: '1 - momentum' }],
  seen: ['textbook'],
  ...train,
  profile: 'equinox-ema',
} as const satisfies Mutant;

export const neverCounts = {
  id: 'running.never-counts',
  says: 'Hands the count back as it came.',
  edits: [{ formula: 'next_count', from: 'count + 1', to: 'count' }],
  seen: ['textbook'],
  ...counting,
} as const satisfies Mutant;
