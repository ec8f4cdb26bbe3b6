import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { type Claim, type Claims, claims } from '../src/docs/claims.js';
import { demonstrations } from './claims/demonstrations.js';
import { measuring } from './claims/measuring.js';

/**
 * `npm run claims`: measures what is said of batch normalization, and writes docs/claims and docs/claims.md.
 * `-- --only ID` measures one anew and leaves the others; `-- --seed N` draws other data and other networks.
 */
const { values } = parseArgs({ options: { seed: { type: 'string', default: '1' }, only: { type: 'string' } } });
const seed = Number(values.seed);
const docs = new URL('../../docs/', import.meta.url);
const folder = new URL('claims/', docs);
const book = new URL('claims.json', folder);
const before: Claims | null = existsSync(book) ? JSON.parse(readFileSync(book, 'utf8')) : null;
const ids = demonstrations.map(({ id }) => id);
const chosen = ids.filter((id) => values.only === undefined || id === values.only);

function refuse(why: string): never {
  console.error(`claims: ${why}`);
  process.exit(2);
}
if (!Number.isInteger(seed)) refuse(`--seed ${values.seed} is no whole number`);
if (chosen.length === 0) refuse(`--only ${values.only} is none of ${ids.join(' ')}`);
if (values.only !== undefined && before && before.seed !== seed)
  refuse(`the others were measured with seed ${before.seed}: leave --only out, or take that`);

mkdirSync(folder, { recursive: true });
const fresh = new Map<string, Claim>();
const start = performance.now();
await measuring(chosen, seed, Math.min(2, availableParallelism()), ({ claim, plots, seconds }) => {
  for (const { file, svg } of plots) writeFileSync(new URL(file, folder), svg);
  fresh.set(claim.id, claim);
  console.log(`${claim.id}: ${claim.agrees} (${seconds.toFixed(1)} s)\n  ${claim.seen}\n`);
});
console.log(`${chosen.length} claims in ${((performance.now() - start) / 1000).toFixed(0)} s`);

const kept = new Map(before?.claims.map((claim) => [claim.id, claim]));
const all: Claims = {
  ...{ schema: 'bnspec-claims/1', command: 'npm run claims', seed },
  claims: ids.flatMap((id) => fresh.get(id) ?? kept.get(id) ?? []),
};
writeFileSync(book, `${JSON.stringify(all, null, 2)}\n`);
writeFileSync(new URL('claims.md', docs), claims(all));
const shown = all.claims.flatMap(({ plots }) => plots.map(({ file }) => file));
for (const file of readdirSync(folder))
  if (file.endsWith('.svg') && !shown.includes(file)) rmSync(new URL(file, folder));
