import { parseArgs } from 'node:util';
import type { Format } from '../src/exact/format.js';
import { Oracle } from '../src/oracle/oracle.js';
import { compared } from '../test/oracle.compare.js';
import { drawn } from '../test/oracle.drawn.js';
import { byMpfr, bySureMpfr } from '../test/oracle.whole.mpfr.js';

/**
 * Every output of the oracle beside another's, bit for bit, on data made to hurt, until so many elements of y and of dx were
 * compared: MPFR with a bound on its error, which leaves out what its bits do not tell (ties, sums of zero); MPFR with bits
 * for all; or the exact text. `oracle-bits [--against mpfr|mpfr-wide|text] [--elements N] [--dtypes f32,f16] [--seed S]`.
 * Exits 1 where one differs.
 */
const { values } = parseArgs({
  options: {
    against: { type: 'string', default: 'mpfr' },
    elements: { type: 'string', default: '10000000' },
    dtypes: { type: 'string', default: 'f64,f32,f16,bf16' },
    seed: { type: 'string', default: '1' },
  },
});
const [goal, first] = [Number(values.elements), Number(values.seed)];
const others = { mpfr: bySureMpfr, 'mpfr-wide': byMpfr, text: async () => undefined };
const right = await others[values.against as keyof typeof others]();
const oracle = new Oracle();
const batch = 60;
let differ = 0;

for (const format of values.dtypes.split(',') as Format[]) {
  const total: Record<string, number> = {};
  let [wrong, left] = [0, 0];
  for (let seed = first; (total['train dx'] ?? 0) < goal || (total['train y'] ?? 0) < goal; seed++) {
    const found = compared([oracle], drawn(seed, batch, format), right);
    for (const [name, count] of Object.entries(found.count)) total[name] = (total[name] ?? 0) + count;
    wrong += found.wrong.length;
    left += found.left;
    for (const line of found.wrong.slice(0, 3)) console.log(`seed ${seed}: ${line}`);
  }
  const all = Object.values(total).reduce((a, b) => a + b, 0);
  console.log(`${format}: ${all} elements against ${values.against}, ${wrong} differ, ${left} left out`, total);
  differ += wrong;
}
process.exitCode = differ === 0 ? 0 : 1;
