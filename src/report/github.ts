import type { Report } from '../run/report.js';
import { account, blamed, ending, headed, untold } from './account.js';
import { visible } from './visible.js';

/** The runner shows ten annotations of a kind for a step, and cuts their texts at 4096 characters. */
const most = { annotations: 10, characters: 4000 };

interface Annotation {
  readonly kind: 'error' | 'warning';
  readonly title: string;
  readonly lines: readonly string[];
}

/** Workflow commands for GitHub Actions, one line each: an annotation for every cause, with the name of a law in its title. */
export function github(report: Report): string {
  const all = annotations(report);
  const lines = (['error', 'warning'] as const).flatMap((kind) => {
    const own = all.filter((one) => one.kind === kind);
    const shown = own.length > most.annotations ? own.slice(0, most.annotations - 1) : own;
    const rest = own.slice(shown.length).map(({ title }) => title);
    return [...shown, ...(rest.length > 0 ? [{ kind, title: `and ${rest.length} more`, lines: rest }] : [])];
  });
  return lines.map(command).join('');
}

function annotations(report: Report): Annotation[] {
  const { baseline, laws } = report;
  const unjudged = laws.filter(({ status }) => status === 'vacuous');
  return [
    ...blamed(report).map(({ laws }): Annotation => {
      const [first, ...others] = laws;
      const also = others.length > 0 ? [`also: ${others.map(({ id }) => id).join(' ')}`] : [];
      return { kind: 'error', title: headed(laws), lines: [...account(first!, report), ...also] };
    }),
    ...(baseline?.problems ?? []).map(({ line, says }): Annotation => {
      return { kind: 'error', title: `${baseline!.file}${line === null ? '' : ` line ${line}`}`, lines: [says] };
    }),
    ...(untold(report) && !baseline?.problems.length
      ? [{ kind: 'error' as const, title: 'bnspec', lines: [ending(report)] }]
      : []),
    ...(unjudged.length > 0
      ? [{ kind: 'warning' as const, title: headed(unjudged), lines: account(unjudged[0]!, report) }]
      : []),
  ];
}

function command({ kind, title, lines }: Annotation): string {
  return `::${kind} title=${property(title)}::${data(cut(lines.map(visible).join('\n')))}\n`;
}

/** Never through the middle of a character. */
const cut = (text: string): string =>
  text.length <= most.characters ? text : `${text.slice(0, most.characters - 2).replace(/[\ud800-\udbff]$/, '')} …`;

/** What GitHub's own toolkit escapes. */
const data = (text: string): string => text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
const property = (text: string): string => data(visible(text)).replaceAll(':', '%3A').replaceAll(',', '%2C');
