import { it } from 'vitest';
import { writeFileSync } from 'node:fs';
import { suite } from '../src/suite.js';
import { asked, verdict, wrong } from './judging.js';
it('explore', async () => {
  const lines: string[] = [];
  const log = (s: string) => { lines.push(s); writeFileSync('/tmp/explore.txt', lines.join('\n')); };
  const t00 = performance.now();
  for (const mutant of suite.mutants) {
    const t0 = performance.now();
    let judged;
    try { judged = await wrong(mutant); } catch (e) { log(`STALE ${mutant.id} ${e}`); continue; }
    let n = 0, hit = 'NONE';
    for (const law of asked(judged).filter((l) => l.needs.ops.includes(mutant.op))) {
      if (law.few && mutant.wrongAt) continue;
      n++;
      const v = await verdict(law, judged);
      if (v.status !== 'holds') { hit = `${law.id} ${v.status} after ${v.cases} ${v.broken?.cause.message ?? ''}`; break; }
    }
    log(`${mutant.id.padEnd(36)} ${hit}  laws ${n} ${(performance.now() - t0).toFixed(0)} ms`);
  }
  log(`total ${performance.now() - t00}`);
}, 3_000_000);
