import { wrap } from '../src/report/lines.js';
import { checks } from './checks.js';
import { figures, type Row, rows, wrongs } from './counting.js';

/** Which wrong kernels the checks in common use let through, and which right ones they reject. Prints two tables. */
const all = await rows();
const letter = (i: number): string => String.fromCharCode(97 + i);

console.log(
  `${wrongs.length} wrong kernels: c caught, . let through, - not looked at\n(none of the second order, which no check asks)\n`,
);
const widest = Math.max(...wrongs.map(({ id }) => id.length));
console.log(`${' '.repeat(widest)} ${all.map((_, i) => ` ${letter(i)}`).join('')}`);
for (const { id } of wrongs) {
  const mark = ({ through, asked }: Row): string => (!asked.includes(id) ? '-' : through.includes(id) ? '.' : 'c');
  console.log(`${id.padEnd(widest)} ${all.map((row) => ` ${mark(row)}`).join('')}`);
}

console.log(`\n${'check'.padEnd(20)}       wrong kernels passed     right ones rejected`);
console.log(`${' '.repeat(22)}      of all   it looks at    own data  1000 sigma`);
for (const [i, row] of all.entries()) {
  const cells = figures(row).map((cell) => cell.padStart(11));
  console.log(`${letter(i)}  ${row.name.padEnd(18)}  ${cells.join(' ')}`);
}
console.log();
for (const [i, { name, source }] of checks.entries())
  console.log(wrap(`${letter(i)}  ${name}: ${source}`, 77).join('\n   '));
console.log(
  '\nright kernels: the embedded ones and textbook algorithms in float32, none with a\none-pass variance. 1000 sigma: the same data, moved that far from 0',
);
