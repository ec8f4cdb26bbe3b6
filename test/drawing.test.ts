import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { pack } from '../src/run/case-file.js';
import { drawn } from '../src/run/drawing.js';
import { mutantKernel } from '../src/run/formula-kernel.js';
import { sizeOf } from '../src/run/layer.js';
import type { Property } from '../src/run/property.js';
import { suite } from '../src/suite.js';
import { write } from '../src/wire/safetensors.js';
import { file, root } from './house.modules.js';
import { asked, judged } from './judging.js';

const place = 'test/fixtures/drawing.json';
const of = await judged(mutantKernel('full', suite.spec, suite.profiles.torch!, 'torch'), 'torch');
const laws = asked(of);

/** A fingerprint of the first cases of a law, as the files that replay them: as many of one that has half as many. */
function fingerprint(law: Property, seed = 1): string {
  const hash = createHash('sha256');
  const about = { law: law.id, target: ['a'], profile: 'torch', tier: 'semantic', path: '', seed } as const;
  for (const one of drawn(law, { terms: of.terms, seed, cases: law.half ? 24 : 12 }))
    if (!one.layer.column && sizeOf(one.layer) <= 4096) hash.update(write(pack({ ...about, drawn: one })));
  return hash.digest('hex').slice(0, 12);
}

const now = Object.fromEntries(laws.map((law) => [law.id, fingerprint(law)]));
const version = JSON.parse(file('package.json').text).version.split('.').slice(0, 2).join('.');
if (process.env.DRAWING === 'write')
  writeFileSync(`${root}${place}`, `${JSON.stringify({ version, laws: now }, null, 2)}\n`);

describe('a seed draws the same cases across patch releases', () => {
  const known = JSON.parse(file(place).text);

  test('of this minor version', () => expect(known.version).toBe(version));

  test('of every law; where they differ raise the minor version, and DRAWING=write npx vitest run test/drawing', () => {
    expect(laws.length).toBeGreaterThan(150);
    expect(now).toEqual(known.laws);
  });

  test('and another seed draws others', () => {
    const moved = laws.filter((law) => fingerprint(law, 2) !== now[law.id]);
    expect(moved.length).toBeGreaterThan(150);
  });
});
