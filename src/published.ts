import { readdirSync, readFileSync } from 'node:fs';
import type { Claims } from './docs/claims.js';
import type { Matrix } from './report/matrix.js';

/** What documents are written from: the results of the matrix, the findings, which people write, and the measured claims. */
export interface Published {
  readonly matrix: Matrix;
  readonly findings: readonly { readonly name: string; readonly text: string }[];
  readonly claims: Claims;
}

/** Reads them from docs/: `docs` is the folder's URL. */
export function published(docs: URL): Published {
  const read = (path: string): string => readFileSync(new URL(path, docs), 'utf8');
  const names = readdirSync(new URL('findings/', docs))
    .filter((name) => name.endsWith('.md') && name !== 'README.md')
    .sort();
  return {
    matrix: JSON.parse(read('matrix.json')),
    claims: JSON.parse(read('claims/claims.json')),
    findings: names.map((name) => ({ name, text: read(`findings/${name}`) })),
  };
}
