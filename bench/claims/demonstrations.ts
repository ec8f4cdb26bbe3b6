import type { Demonstration } from './claim.js';
import { vanishing } from './vanishing.js';

/** All of them, in the order of the page. */
export const demonstrations: readonly Demonstration<unknown>[] = [vanishing];
