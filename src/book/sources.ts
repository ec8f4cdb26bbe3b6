import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Claim } from '../docs/claims.js';
import type { Published } from '../published.js';

/** What the book is made of besides the suite. */
export interface Sources {
  /** Documents by their path in docs/, those that are generated left out. */
  readonly documents: ReadonlyMap<string, string>;
  readonly published: Published;
  /** null: there are none yet. */
  readonly claims: readonly Claim[] | null;
  /** Plots by the name of their file. */
  readonly plots: ReadonlyMap<string, string>;
}

/** Documents that say in words what the book takes from the suite itself. */
export const generated = [
  ...['spec.md', 'laws.md', 'mutants.md', 'profiles.md', 'bounds.md', 'theorems.md', 'claims.md'],
];

/** Reads them from docs/: `docs` is the folder's URL. Throws Error for claims of another form. */
export function sources(docs: URL, published: Published): Sources {
  const read = (path: string): string => readFileSync(new URL(path, docs), 'utf8');
  const all = readdirSync(docs, { recursive: true, encoding: 'utf8' })
    .map((path) => path.replaceAll('\\', '/'))
    .sort();
  return {
    documents: new Map(
      all.filter((path) => path.endsWith('.md') && !generated.includes(path)).map((path) => [path, read(path)]),
    ),
    published,
    claims: existsSync(fileURLToPath(new URL('claims/claims.json', docs)))
      ? claimsIn(read('claims/claims.json'))
      : null,
    plots: new Map(
      all
        .filter((path) => path.startsWith('claims/') && path.endsWith('.svg'))
        .map((path) => [path.slice('claims/'.length), read(path)]),
    ),
  };
}

function claimsIn(text: string): readonly Claim[] {
  const { schema, claims } = JSON.parse(text);
  if (schema !== 'bnspec-claims/1')
    throw new Error(`docs/claims/claims.json has the schema ${schema}; the book reads bnspec-claims/1`);
  return claims;
}
