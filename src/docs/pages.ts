import type { Published } from '../published.js';
import type { Suite } from '../suite.js';
import { claims } from './claims.js';
import { bounds, spec } from './formulas.js';
import { implementations } from './implementations.js';
import { laws } from './laws.js';
import { misconceptions } from './misconceptions.js';
import { mutants } from './mutants.js';
import { profiles } from './profiles.js';
import { theorems } from './theorems.js';

/** The generated documents by the names of their files in docs/. */
export const pages = (suite: Suite, published: Published): Readonly<Record<string, string>> => ({
  'spec.md': spec(suite),
  'laws.md': laws(suite),
  'mutants.md': mutants(suite),
  'misconceptions.md': misconceptions(suite),
  'theorems.md': theorems(suite),
  'profiles.md': profiles(suite),
  'bounds.md': bounds(suite),
  'implementations.md': implementations(published),
  'claims.md': claims(published.claims),
});
