import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { type Claim, type Claims, claims } from '../src/docs/claims.js';
import { type Demonstration, stated } from './claims/claim.js';
import { demonstrations } from './claims/demonstrations.js';

/**
 * `npm run claims`: measures what is said of batch normalization, and writes docs/claims and docs/claims.md.
 * `-- --only ID` measures one anew and leaves the others; `-- --seed N` draws other data and other networks.
 */
const { values } = parseArgs({ options: { seed: { type: 'string', default: '1' }, only: { type: 'string' } } });
const seed = Number(values.seed);
const docs = new URL('../../docs/', import.meta.url);
const folder = new URL('claims/', docs);
const book = new URL('claims.json', folder);
mkdirSync(folder, { recursive: true });

const before: Claims | null = existsSync(book) ? JSON.parse(readFileSync(book, 'utf8')) : null;
const chosen = demonstrations.filter(({ id }) => values.only === undefined || id === values.only);
if (chosen.length === 0 || !Number.isInteger(seed)) {
  console.error(`claims: --seed is a whole number, --only one of ${demonstrations.map(({ id }) => id).join(' ')}`);
  process.exit(2);
}
if (values.only !== undefined && before && before.seed !== seed) {
  console.error(`claims: the others were measured with seed ${before.seed}: leave --only out, or take that`);
  process.exit(2);
}

function measured<O>(demonstration: Demonstration<O>): Claim {
  const start = process.cpuUsage();
  const found = demonstration.measure(demonstration.full, seed);
  for (const { file, svg } of found.plots) writeFileSync(new URL(file, folder), svg);
  const claim = stated(demonstration, demonstration.full, found);
  console.log(
    `${claim.id}: ${claim.agrees} (${(process.cpuUsage(start).user / 1e6).toFixed(1)} s of a core)\n  ${claim.seen}`,
  );
  return claim;
}

const fresh = new Map(chosen.map((one) => [one.id, measured(one)]));
const kept = new Map(before?.claims.map((claim) => [claim.id, claim]));
const all: Claims = {
  ...{ schema: 'bnspec-claims/1', command: 'npm run claims', seed },
  claims: demonstrations.flatMap(({ id }) => fresh.get(id) ?? kept.get(id) ?? []),
};
writeFileSync(book, `${JSON.stringify(all, null, 2)}\n`);
writeFileSync(new URL('claims.md', docs), claims(all));
const shown = all.claims.flatMap(({ plots }) => plots.map(({ file }) => file));
for (const file of readdirSync(folder))
  if (file.endsWith('.svg') && !shown.includes(file)) rmSync(new URL(file, folder));
