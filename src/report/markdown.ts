import type { Report } from '../run/report.js';
import { account, blamed, ending, excuse, headed } from './account.js';
import { chaptersOf } from './chapters.js';
import { counted, seconds } from './figures.js';
import { visible } from './visible.js';
import { xml } from './xml.js';

/** GitHub takes 1 MiB for all that a step says; a quarter of it is enough to read. */
const most = 256 * 1024;

/** The report as Markdown, for a job summary or a comment: at most 256 KiB, whole sections or none. No foreign text is markup in it. */
export function markdown(report: Report): string {
  const sections = [
    head(report),
    table(report),
    ...causes(report),
    ...differences(report),
    expected(report),
    foot(report),
  ];
  let text = '';
  for (const section of sections.filter((one) => one !== '')) {
    if (size(text + section) > most - 200)
      return `${text}The rest is left out: it is too long. The JSON report has all of it.\n`;
    text += `${section}\n`;
  }
  return text;
}

const size = (text: string): number => new TextEncoder().encode(text).length;

function head(report: Report): string {
  const { target, profile, profileInferred, dtypes, seed, bnspec, durationMs } = report;
  const facts = [
    `bnspec ${bnspec}`,
    target.id,
    `profile ${profile}${profileInferred === null ? '' : ' (inferred)'}`,
    dtypes.join(' '),
    `seed ${seed}`,
    seconds(durationMs),
  ];
  return `### ${plain(ending(report))}\n\n${facts.map(plain).join(' · ')}\n`;
}

function table(report: Report): string {
  const rows = chaptersOf(report);
  if (rows.length === 0) return '';
  const lines = rows.map(({ name, laws, cases, word, remarks }) =>
    [name, laws.trim(), cases.trim(), word, remarks.join(', ')].map(plain).join(' | '),
  );
  return `| chapter | laws | cases | | |\n|---|---|---|---|---|\n${lines.map((line) => `| ${line} |\n`).join('')}`;
}

function causes(report: Report): string[] {
  return blamed(report).map(({ cause, laws }) => {
    const [first, ...others] = laws;
    const also = others.length > 0 ? [`also: ${others.map(({ id }) => id).join(' ')}`] : [];
    const lines = [...account(first!, report), ...also].map((line) => xml(visible(line)));
    return `<details open><summary><b>${xml(headed(laws))}</b>: ${xml(cause)}</summary>\n<pre>${lines.join('\n')}</pre>\n</details>\n`;
  });
}

function differences({ baseline }: Report): string[] {
  return (baseline?.problems ?? []).map(({ line, says }) => {
    const place = line === null ? baseline!.file : `${baseline!.file}:${line}`;
    return `- not as the baseline says: ${plain(`${place}: ${says}`)}\n`;
  });
}

function expected({ laws }: Report): string {
  const lines = laws.filter((law) => law.expected).map((law) => `- ${plain(law.id)}: ${plain(excuse(law))}\n`);
  return lines.length === 0 ? '' : `${counted(lines.length, 'law')} expected to fail:\n\n${lines.join('')}`;
}

function foot({ power, panel, warnings }: Report): string {
  return [
    ...(power.of > 0 ? [`power ${power.killed} of ${power.of} reachable mutants`] : []),
    ...(panel ? [`accuracy: ${panel.says}`] : []),
    ...warnings.map((text) => `warns: ${text}`),
  ]
    .map((text) => `${plain(text)}\n`)
    .join('\n');
}

/** Every sign that could be markup, a link or a mention as a reference; so it is text wherever it stands. */
const plain = (text: string): string =>
  visible(text).replace(/[!-/:-@[-`{-~]/g, (sign) => (/[ ,()]/.test(sign) ? sign : `&#${sign.charCodeAt(0)};`));
