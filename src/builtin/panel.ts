import type { Kernel } from '../target/kernel.js';
import { kernel } from './catalogue.js';
import type { Method } from './method.js';
import { direct, folded, inverseRoot } from './normalize.js';
import { pairwise, sequential } from './order.js';
import { type Convention, keras, torch } from './running.js';
import { onePass, shifted, twoPass, welford } from './statistics.js';

/** A textbook kernel that others are measured against. */
export interface Panelist {
  readonly family: string;
  /** Whether its error grows no faster than mean / deviation. */
  readonly stable: boolean;
  readonly kernel: Kernel;
}

/** The families, the most accurate first. */
const families: Readonly<Record<string, Pick<Method, 'estimate' | 'normalize'>>> = {
  'two-pass': { estimate: twoPass, normalize: direct },
  Welford: { estimate: welford, normalize: direct },
  shifted: { estimate: shifted, normalize: direct },
  'folded two-pass': { estimate: twoPass, normalize: folded },
  'one-pass': { estimate: onePass, normalize: folded },
};

/** Every family in two orders of summation, under a dialect. For m > 1 a divisor is m or m - 1. */
export function panel({ update, divisor }: { readonly update: string; readonly divisor: string }): Panelist[] {
  const convention: Convention = {
    ...(update === 'keep' ? keras : torch),
    runningVariance: (divisor === 'm' ? keras : torch).runningVariance,
  };
  return Object.entries(families).flatMap(([family, parts]) =>
    [sequential, pairwise].map((order) => ({
      family,
      stable: parts.estimate !== onePass,
      kernel: kernel(family, { ...parts, order, convention, invert: inverseRoot, saved: [] }),
    })),
  );
}
