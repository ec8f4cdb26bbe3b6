import picocolors from 'picocolors';
import type { Colors } from 'picocolors/types.js';
import type { Report } from '../run/report.js';
import { differences, known } from './baseline.js';
import { causes, worth } from './causes.js';
import { chapters } from './chapters.js';
import { count, counted, percent, seconds } from './figures.js';
import { breaks, fails, next, refuses, vacuous } from './findings.js';
import { flow, hang, margin, wrap } from './lines.js';
import { visible } from './visible.js';

/** How the reader sees it: characters per line, whether colours show, and whether only findings and the exit are wanted. */
export interface Look {
  readonly width: number;
  readonly colour: boolean;
  readonly quiet?: boolean;
}

/** What no run of this effort proves. */
const unproved: Readonly<Record<string, string>> = {
  quick:
    'quick is a smoke test: three cases a law and none of more than 512 elements by design, so rare shapes and long sums may pass unseen; neither power nor accuracy is measured',
  standard: 'standard draws samples: it proves nothing about what it did not draw',
  thorough: 'thorough draws more and larger samples, and still proves nothing beyond them',
};

/** The report of a run for a person, ending in the line that spells the exit code. Words carry the meaning, colour repeats it. */
export function terminal(report: Report, look: Look): string {
  const colour = picocolors.createColors(look.colour);
  const width = Math.max(40, look.width);
  const summary = look.quiet ? [] : [...header(report, width), '', ...table(report, width, colour)];
  const news = report.laws.filter((law) => !law.expected);
  const findings = [
    ...fails(news, width, colour),
    ...causes(report, width, colour),
    ...[breaks, vacuous].flatMap((tell) => tell(news, width, colour)),
    ...differences(report, width, colour),
  ];
  const remarks = look.quiet
    ? []
    : [
        ...known(report, width, colour),
        ...refuses(report.laws, width, colour),
        ...next(report, width, colour),
        ...warns(report, width, colour),
      ];
  const lines = [
    ...summary,
    ...findings,
    ...remarks,
    ...(look.quiet ? [] : footing(report, width, colour)),
    ...ending(report, width, colour),
  ];
  return `${lines.join('\n')}\n`;
}

function header(report: Report, width: number): string[] {
  const { card, id } = report.target;
  const named = [card.name, card.version].filter((word) => word !== undefined && word !== '').join(' ');
  const profile = `profile ${report.profile}${report.profileInferred === null ? '' : ' (inferred)'}`;
  const layouts = report.layouts.join(' ');
  const items = [
    `bnspec ${report.bnspec}`,
    id,
    named,
    profile,
    report.dtypes.join(' '),
    layouts,
    ...promised(card),
    `seed ${report.seed}`,
  ];
  return flow(items.map(visible), width);
}

/** What a card narrows the run to, or promises: the bounds depend on it, so a reader must see it. */
function promised(card: Report['target']['card']): string[] {
  const ranks =
    card.ranks === undefined || card.ranks === '2,3,4,5' ? [] : [`ranks ${card.ranks.replaceAll(',', ' ')}`];
  const claims = Object.entries(card).filter(([key]) => claimed.has(key));
  return [...ranks, ...claims.map(([key, value]) => `${key} ${value}`)];
}

/** Claims that change how a run judges (docs/acceptance.md). */
const claimed = new Set(
  'accumulator chain algo shift sums form rsqrt_ulp ftz save_format fold_format store deterministic'.split(' '),
);

function table(report: Report, width: number, colour: Colors): string[] {
  const rows = chapters(report, width, colour);
  return rows.length === 0 ? [] : [...rows, ''];
}

function warns(report: Report, width: number, colour: Colors): string[] {
  const lines = report.warnings.flatMap((text) => hang('WARNS', wrap(visible(text), width - margin), colour.yellow));
  return lines.length === 0 ? [] : [...lines, ''];
}

function footing(report: Report, width: number, colour: Colors): string[] {
  const sum = (key: 'cases' | 'elements' | 'notCheckable') => report.laws.reduce((all, law) => all + law[key], 0);
  const blind = sum('notCheckable');
  const rounded = { elements: 0, exact: 0 };
  for (const { oracle } of report.laws) {
    rounded.elements += oracle?.elements ?? 0;
    rounded.exact += oracle?.exact ?? 0;
  }
  const items = [
    `${counted(sum('cases'), 'case')} in ${seconds(report.durationMs)}`,
    `${count(sum('elements'))} elements compared`,
    ...(rounded.elements > 0
      ? [`${count(rounded.elements)} rounded by the oracle, ${count(rounded.exact)} of them in integers`]
      : []),
    `${percent(blind, sum('elements'))} not checkable${blind > 0 ? ': no honest bound there' : ''}`,
  ];
  const limits = unproved[report.effort];
  const accuracy = report.panel ? wrap(visible(`accuracy: ${report.panel.says}`), width) : [];
  return [
    ...worth(report, width),
    ...accuracy,
    ...flow(items, width),
    ...(limits ? wrap(limits, width).map(colour.dim) : []),
  ];
}

function ending(report: Report, width: number, colour: Colors): string[] {
  const [reason, ...words] = (report.incompleteBecause ?? 'the run was cut short').split('\n').map(visible);
  const told = [
    ...wrap(reason, width - 12),
    ...words.flatMap((line) => wrap(line, width - 14).map((piece) => `| ${piece}`)),
  ];
  const why = report.complete ? [] : hang('INCOMPLETE', told);
  const paint = report.exit.code === 0 ? colour.green : report.exit.code === 3 ? colour.yellow : colour.red;
  return [...why, colour.bold(paint(`exit ${report.exit.code}: ${visible(report.exit.says)}`))];
}
