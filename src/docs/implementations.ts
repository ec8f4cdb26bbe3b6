import type { Published } from '../published.js';
import type { MatrixRow } from '../report/matrix.js';
import { heading, names, page, table } from './markdown.js';

/** So many refuted laws are named; the others stand in the matrix. */
const most = 16;

type Row = MatrixRow & { readonly judged: NonNullable<MatrixRow['judged']> };

/** docs/implementations.md: what real implementations do under these laws. */
export function implementations({ matrix, findings }: Published): string {
  const rows = matrix.rows.filter((row): row is Row => row.judged !== null);
  const absent = matrix.rows.filter(({ judged }) => judged === null);
  const kinds = new Set(rows.map(({ kind }) => kind));
  const { node, platform } = matrix.environment;
  return page(
    'Real implementations',
    '`docs/matrix.json`, which `bnspec matrix targets/matrix.json --reporter json=docs/matrix.json` writes, and the pages of `docs/findings`',
    [
      `${new Set(rows.map((row) => row.of)).size} implementations of ${kinds.size} kinds in ${rows.length} rows, on ${platform}, Node ${node}; a whole run took ${Math.round(matrix.durationMs / 60_000)} minutes on two cores that had other work too. What \`sh targets/install-matrix.sh\` installs is what was judged; which options each row has stands in \`targets/matrix.json\`. Rows of halves, those that JAX compiles anew for every shape, and those of shaders, which a processor runs here, ask fewer cases.`,
      'The best grade that a float32 or float64 answer can have is `stable` ([acceptance.md](acceptance.md#four-tiers)). What deviates was judged by hand: a *bug*, an *accuracy class* (right, but not as near as it could be), a *dialect* or a *limit* that the implementation declares: [findings](findings/README.md).',
      heading(2, 'grades', 'Grades'),
      table(
        ['row', 'what', 'version', 'profile', 'asked', 'grade', 'laws held', 'refuted', 'largest budget', 'seconds'],
        rows.map(graded),
      ),
      ...(absent.length === 0
        ? []
        : [`Without a report: ${absent.map(({ name, says }) => `\`${name}\` (${says})`).join(', ')}.`]),
      heading(2, 'chapters', 'Chapter by chapter'),
      byChapter(rows),
      heading(2, 'accuracy', 'Beside textbook kernels'),
      'Errors beside those of textbook kernels in the same arithmetic ([acceptance.md](acceptance.md#beside-the-textbook)): measured on samples. Rows at `--effort quick` are not measured.',
      table(
        ['row', 'accuracy'],
        rows.flatMap(({ name, judged }) => (judged.panel === null ? [] : [[`\`${name}\``, judged.panel]])),
      ),
      heading(2, 'refuted', 'What is refuted'),
      ...rows.filter(({ judged }) => judged.refuted.length > 0).map(refuted),
      heading(2, 'findings', 'Findings'),
      table(['', 'judged', 'in', 'rows', 'upstream'], findings.map(found)),
    ],
  );
}

function graded({ name, is, link, judged, durationMs }: Row): string[] {
  const { laws, budget, dtypes, layouts, ranks } = judged;
  const last = layouts.length === 2 ? '' : layouts[0] === 'channels_last' ? ', last' : ', first';
  const deep = ranks.length === 4 ? '' : `, ranks ${ranks.join(' ')}`;
  return [
    `\`${name}\``,
    link === null ? is : `[${is}](${link})`,
    judged.version,
    `\`${judged.profile}\``,
    `${dtypes.join(' ')}${last}${deep}`,
    judged.verdict === 'conforms' ? judged.grade : `**${judged.verdict}**`,
    String(laws.holds),
    String(laws.fails + laws.breaks),
    budget === null ? '' : `${budget.share === null ? '∞' : Number(budget.share.toPrecision(2))} (${budget.law})`,
    String(Math.round(durationMs / 1000)),
  ];
}

function byChapter(rows: readonly Row[]): string {
  const asked = [...new Set(rows.flatMap(({ judged }) => Object.keys(judged.chapters)))].filter((chapter) =>
    rows.some(({ judged }) => (judged.chapters[chapter] ?? 'refused') !== 'refused'),
  );
  const word = (text = 'refused'): string =>
    text === 'refused' ? '–' : text === 'fails' || text === 'breaks' ? `**${text}**` : text;
  return table(
    ['row', ...asked],
    rows.map(({ name, judged }) => [`\`${name}\``, ...asked.map((chapter) => word(judged.chapters[chapter]))]),
  );
}

function refuted({ name, judged, findings }: Row): string {
  const causes = judged.causes.flatMap(({ kind, id, op }) => (kind === 'unknown' ? [] : [`\`${id}\` in ${op}`]));
  const why = findings.map((finding) => `[${finding}](findings/${finding}.md)`).join(', ');
  const [shown, rest] = [judged.refuted.slice(0, most), judged.refuted.length - most];
  return `**\`${name}\`**: ${names(shown)}${rest > 0 ? ` and ${rest} more` : ''}. ${causes.length > 0 ? `Told causes: ${causes.join(', ')}. ` : ''}See ${why || 'nothing yet'}.`;
}

function found({ name, text }: Published['findings'][number]): string[] {
  const cell = (key: string): string => new RegExp(`^\\| ${key} \\| (.*) \\|$`, 'm').exec(text)?.[1] ?? '';
  const title = /^# (.*)$/m.exec(text)?.[1] ?? name;
  return [`[${title}](findings/${name})`, ...['judged', 'in', 'rows', 'upstream'].map(cell)];
}
