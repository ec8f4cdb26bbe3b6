import picocolors from 'picocolors';
import { brief, count, counted, seconds } from './figures.js';
import { flow, hang, wrap } from './lines.js';
import type { Judged, Matrix, MatrixRow } from './matrix.js';
import type { Look } from './terminal.js';
import { visible } from './visible.js';

/** One line as soon as a row is done, for whoever waits. */
export function matrixLine(row: MatrixRow): string {
  const mark = row.state === 'absent' ? 'not here' : row.differs.length > 0 ? 'DIFFERS' : 'as expected';
  return visible(`${row.name.padEnd(28)} ${word(row).padEnd(9)} ${mark.padEnd(12)} ${seconds(row.durationMs)}`);
}

/** The grade, or what stands in its place. */
const word = ({ state, judged }: MatrixRow): string => {
  if (judged === null) return state === 'absent' ? '-' : 'LOST';
  return judged.verdict === 'conforms' ? judged.grade : judged.verdict.toUpperCase();
};

/** The matrix for a person: two lines a row, more where something is to be said, the last line spells the exit code. */
export function matrixTable({ rows, exit, durationMs, bnspec }: Matrix, { width, colour }: Look): string {
  const paint = picocolors.createColors(colour);
  const widest = Math.max(0, ...rows.map(({ name }) => name.length));
  const wide = Math.max(60, width);
  const body = rows.flatMap((row) => {
    const items = [word(row), ...(row.judged ? facts(row.judged) : [row.says ?? '']), seconds(row.durationMs)];
    const [first = '', ...rest] = flow(items.map(visible), wide - widest - 2).flatMap((line) =>
      wrap(line, wide - widest - 2),
    );
    const tint = row.state === 'absent' ? paint.dim : row.differs.length > 0 ? paint.red : (text: string) => text;
    const beside = [...rest, ...remarks(row, wide - widest - 2)].map((line) => ' '.repeat(widest + 2) + line);
    return [`${tint(row.name.padEnd(widest))}  ${first}`, ...beside];
  });
  const counts = (state: MatrixRow['state']) => rows.filter((row) => row.state === state).length;
  const kinds = new Set(rows.filter(({ judged }) => judged).map(({ kind }) => kind));
  const sum = [
    `bnspec ${bnspec} matrix`,
    counted(counts('judged'), 'row'),
    counted(new Set(rows.filter(({ judged }) => judged).map(({ of }) => of)).size, 'implementation'),
    counted(kinds.size, 'kind'),
    seconds(durationMs),
  ];
  const tint = exit.code === 0 ? paint.green : exit.code === 3 ? paint.yellow : paint.red;
  return `${[...body, '', ...flow(sum, wide), paint.bold(tint(`exit ${exit.code}: ${exit.says}`))].join('\n')}\n`;
}

function facts(judged: Judged): string[] {
  const { laws, budget } = judged;
  const bad = (['fails', 'breaks', 'vacuous', 'refuses'] as const).filter((status) => laws[status] > 0);
  return [
    judged.version,
    `profile ${judged.profile}${judged.inferred ? ' (inferred)' : ''}`,
    judged.dtypes.join(' '),
    [`${laws.holds} laws hold`, ...bad.map((status) => `${laws[status]} ${status}`)].join(', '),
    ...(budget ? [`budget ${brief(budget.share)} (${budget.output} in ${budget.law})`] : []),
    `${count(judged.cases)} cases`,
  ];
}

function remarks({ judged, differs, findings }: MatrixRow, width: number): string[] {
  const say = (label: string, texts: readonly string[]) =>
    texts.flatMap((text) => hang(label, wrap(visible(text), Math.max(20, width - 9))));
  const causes = (judged?.causes ?? []).map(({ kind, id, op, explains, of }) =>
    kind === 'unknown' ? `unknown, in ${op}` : `${id} (${op}, ${explains} of ${of})`,
  );
  return [
    ...say('FAILS', judged && judged.refuted.length > 0 ? [judged.refuted.join(' ')] : []),
    ...say('CAUSE', causes),
    ...say('WARNS', judged?.warnings ?? []),
    ...say('SEE', findings.length > 0 && judged && judged.refuted.length > 0 ? [findings.join(' ')] : []),
    ...say('DIFFERS', differs),
  ];
}
