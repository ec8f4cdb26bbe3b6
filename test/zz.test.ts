import { it } from 'vitest';
import { writeFileSync } from 'node:fs';
import { suite } from '../src/suite.js';
import { asked, verdict, wrong } from './judging.js';
it('matrix', async () => {
  const lines: string[] = [];
  const log = (s: string) => { lines.push(s); writeFileSync('/tmp/matrix.txt', lines.join('\n')); };
  const t00 = performance.now();
  const all = await Promise.all(suite.mutants.map(async (m) => ({ m, judged: await wrong(m) })));
  const kills = new Map<string, string[]>();
  const by = new Map<string, number>();
  for (const law of suite.laws) {
    const hits: string[] = []; const bad: string[] = []; const t0 = performance.now(); let pairs = 0;
    for (const { m, judged } of all) {
      if (!m.wrongAt || !law.needs.ops.includes(m.op) || !asked(judged).includes(law)) continue;
      pairs++;
      const v = await verdict(law, judged, 4);
      if (v.status === 'fails') { hits.push(m.id); by.set(m.id, (by.get(m.id) ?? 0) + 1); }
      else if (v.status !== 'holds') bad.push(`${m.id}:${v.status} ${v.broken?.cause.message ?? v.message}`);
    }
    log(`${law.id.padEnd(34)} ${String(hits.length).padStart(3)}/${pairs} ${(performance.now() - t0).toFixed(0)} ms ${law.stays ? 'STAYS' : ''} ${hits.length < 6 ? hits.join(' ') : ''} ${bad.slice(0,3).join(' | ')} ${bad.length}`);
  }
  log(`total ${performance.now() - t00}`);
  for (const { m } of all) log(`${m.id} ${by.get(m.id) ?? 0}`);
}, 3_000_000);
