import { causesOf, type LawResult, type Report } from '../run/report.js';
import { account, ending, excuse, outcomeOf } from './account.js';
import { written } from './json.js';
import { visible } from './visible.js';

/**
 * SARIF 2.1.0, as code scanning reads it: a rule for every law, a result for every law that does not hold. The fingerprint is law
 * and cause, so that another seed finds the same. Expected failures are suppressed, with the reason.
 */
export const sarif = (report: Report): string =>
  written({
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'bnspec',
            version: report.bnspec,
            semanticVersion: report.bnspec,
            rules: report.laws.map(rule),
          },
        },
        automationDetails: { id: `bnspec/${path(report.target.id)}/` },
        invocations: [invocation(report)],
        results: report.laws.flatMap((law, i) => result(law, i, report)),
        columnKind: 'utf16CodeUnits',
      },
    ],
  });

const rule = ({ id, title, law }: LawResult) => ({
  id,
  shortDescription: { text: title },
  fullDescription: { text: `${title}: ${law}` },
  help: { text: `bnspec explain ${id}` },
});

const invocation = (report: Report) => ({
  executionSuccessful: report.complete && report.exit.code !== 4,
  exitCode: report.exit.code,
  exitCodeDescription: ending(report),
  toolExecutionNotifications: report.exit.code === 0 ? [] : [{ level: 'error', message: { text: ending(report) } }],
});

function result(law: LawResult, ruleIndex: number, report: Report): object[] {
  const { id, status, expected } = law;
  if (status === 'holds' || status === 'refuses') return [];
  const cause = status === 'vacuous' ? 'vacuous' : causesOf(law, report.diagnosis).join(', ');
  const suppressions = [{ kind: 'external', status: 'accepted', justification: excuse(law) }];
  return [
    {
      ...{ ruleId: id, ruleIndex, level: outcomeOf(law) === 'broken' && status === 'vacuous' ? 'warning' : 'error' },
      message: { text: account(law, report).join('\n') },
      locations: [
        { physicalLocation: { artifactLocation: { uri: path(report.target.id) }, region: { startLine: 1 } } },
      ],
      partialFingerprints: { 'lawAndCause/v1': `${id} ${cause}` },
      ...(expected ? { suppressions } : {}),
    },
  ];
}

/** What was judged, as a relative address: a file of the repository where it is one. */
const path = (target: string): string =>
  visible(target)
    .replace(/^(?:\.?\/)+/, '')
    .split('/')
    .map(encodeURIComponent)
    .join('/');
