import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { bnspec } from './cli.process.js';

it('bnspec power as JSON: every mutant with its law, every pair of features, right kernels refused', async () => {
  const file = join(mkdtempSync(join(tmpdir(), 'bnspec-power-')), 'card.json');
  const few = ['--effort', 'quick', '--cases', '1'];
  const { code, out } = await bnspec(['power', ...few, '--reporter', 'terminal', '--reporter', `json=${file}`]);
  const card = JSON.parse(readFileSync(file, 'utf8'));
  const fates = card.profiles.flatMap((one: { fates: { by: string | null }[] }) => one.fates);
  expect(fates.length).toBeGreaterThan(200);
  const survivors = fates.filter(({ by }: { by: string | null }) => by === null);
  // One case a law is too few for some: they are named, and the command says so.
  expect(code).toBe(survivors.length > 0 ? 1 : 0);
  for (const { id } of survivors) expect(out).toContain(id);
  expect(card.coverage.pairs.length).toBeGreaterThan(800);
  expect(card.alarms.refused).toBe(0);
  expect(card.alarms.elements).toBeGreaterThan(1e6);
  expect(out).toMatch(/features of [\d ]+ drawn cases/);
});
