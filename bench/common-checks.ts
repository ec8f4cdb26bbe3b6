import { wrap } from '../src/report/lines.js';
import { checks } from './checks.js';
import { type Row, rows, wrongs } from './counting.js';

/** Which wrong kernels the checks in common use let through, and which right ones they reject. Prints two tables. */
const all = await rows();
const letter = (i: number): string => String.fromCharCode(97 + i);

console.log(`${wrongs.length} wrong kernels: c caught, . let through, - not looked at\n`);
const widest = Math.max(...wrongs.map(({ id }) => id.length));
console.log(`${' '.repeat(widest)} ${all.map((_, i) => ` ${letter(i)}`).join('')}`);
for (const { id } of wrongs) {
  const mark = ({ through, asked }: Row): string => (!asked.includes(id) ? '-' : through.includes(id) ? '.' : 'c');
  console.log(`${id.padEnd(widest)} ${all.map((row) => ` ${mark(row)}`).join('')}`);
}

const of = (part: readonly string[], whole: readonly string[]): string =>
  `${part.length} of ${whole.length}`.padStart(11);
console.log(`\n${'check'.padEnd(20)}       wrong kernels passed     right ones rejected`);
console.log(`${' '.repeat(22)}      of all   it looks at    own data  1000 sigma`);
for (const [i, row] of all.entries()) {
  const seen = row.through.filter((id) => row.asked.includes(id));
  const figures = [
    of(
      row.through,
      wrongs.map(({ id }) => id),
    ),
    of(seen, row.asked),
    of(row.rejects, row.right),
    of(row.rejectsOffset, row.right),
  ];
  console.log(`${letter(i)}  ${row.name.padEnd(18)}  ${figures.join(' ')}`);
}
console.log();
for (const [i, { name, source }] of checks.entries())
  console.log(wrap(`${letter(i)}  ${name}: ${source}`, 80).join('\n   '));
