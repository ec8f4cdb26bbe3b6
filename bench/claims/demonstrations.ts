import type { Demonstration } from './claim.js';
import { coupling } from './coupling.js';
import { internalShift } from './internal-shift.js';
import { vanishing } from './vanishing.js';

/** All of them, in the order of the page. */
export const demonstrations: readonly Demonstration<unknown>[] = [internalShift, coupling, vanishing];
