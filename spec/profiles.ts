import type { Profile } from '../src/run/profile.js';

/**
 * What each key of a profile means. Every framework read is a point of this normal form: the entries stand in the files
 * beside this one, by family, each with the same keys. Only the last five may be left out.
 */
export const keys = {
  title: 'The framework, in words.',
  ops: 'The operations that it defines in this form. Laws on others are not asked.',
  divisor: 'What the running variance divides by: m or m - 1. Frameworks differ, and neither is a mistake.',
  update:
    'How it averages: momentum is what to `take` of the new batch or to `keep` of the old value; `cumulative`, `debias` and `copy` count the batches (spec.md, averages); `none` leaves averaging to the caller.',
  m1: 'Training with one element per channel: `error`, `nan` in the running variance, `zero` variance, `identity` (y = x, dx = dy, statistics untouched), or `undefined`.',
  momentum: 'The default momentum, in the words of the framework.',
  epsilon: 'The default epsilon.',
  initial: 'The running mean and variance of a fresh layer.',
  saved: 'The batch statistics that training hands out.',
  affine: 'Whether gamma and beta may be absent.',
  tracking: 'Whether training may go without running statistics.',
  scalars: 'The format in which epsilon and momentum reach the kernel: f32 where they are single-precision attributes.',
  source: 'Where this was read.',
  positive: 'That epsilon must be above 0: its training refuses 0, or is not made for it.',
  reads: 'Where its mathematics departs: what stands in place of some parts of formulas, bounds and laws.',
  formulas: 'Formulas and bounds of its own.',
  waives: 'Laws that are not so in this dialect; they are not asked.',
  note: 'What an adapter has to know, and what no key can say.',
} as const satisfies Readonly<Record<keyof Profile, string>>;
