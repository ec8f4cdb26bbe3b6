import { readdirSync, readFileSync } from 'node:fs';
import type { Matrix } from './report/matrix.js';

/** What docs/implementations.md is written from: the results of the matrix, and the findings, which people write. */
export interface Published {
  readonly matrix: Matrix;
  readonly findings: readonly { readonly name: string; readonly text: string }[];
}

/** Reads both from docs/: `docs` is the folder's URL. */
export function published(docs: URL): Published {
  const read = (path: string): string => readFileSync(new URL(path, docs), 'utf8');
  const names = readdirSync(new URL('findings/', docs))
    .filter((name) => name.endsWith('.md') && name !== 'README.md')
    .sort();
  return {
    matrix: JSON.parse(read('matrix.json')),
    findings: names.map((name) => ({ name, text: read(`findings/${name}`) })),
  };
}
