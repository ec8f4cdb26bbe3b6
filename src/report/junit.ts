import type { LawResult, Report } from '../run/report.js';
import { account, ending, excuse, headline, outcomeOf, untold } from './account.js';
import { visible } from './visible.js';
import { xml } from './xml.js';

/**
 * JUnit XML, as GitLab, Jenkins and most others read it (schema junit-10.xsd of Jenkins): a test case for every law. A law that
 * fails is a failure; one that breaks or could not be judged is an error of that type; refused and expected ones are skipped.
 */
export function junit(report: Report): string {
  const { laws, target, durationMs, bnspec } = report;
  const missed = untold(report)
    ? [`${lead('bnspec', 'verdict')}>\n${element('error', 'verdict', ending(report), [])}    </testcase>\n`]
    : [];
  const having = (...outcomes: string[]) => laws.filter((law) => outcomes.includes(outcomeOf(law))).length;
  const counts = [
    `tests="${laws.length + missed.length}"`,
    `failures="${having('failed')}"`,
    `errors="${having('broken') + missed.length}"`,
  ].join(' ');
  const time = `time="${(durationMs / 1000).toFixed(3)}"`;
  const facts: Record<string, string> = { bnspec, profile: report.profile, grade: report.grade, exit: ending(report) };
  const properties = Object.entries(facts).map(
    ([name, value]) => `      <property name="${name}" value="${xml(visible(value))}"/>\n`,
  );
  return [
    `<?xml version="1.0" encoding="UTF-8"?>\n`,
    `<testsuites name="bnspec" ${counts} ${time}>\n`,
    `  <testsuite name="${xml(visible(target.id))}" ${counts} skipped="${having('skipped')}" ${time}>\n`,
    `    <properties>\n${properties.join('')}    </properties>\n`,
    ...laws.map((law) => testcase(law, report)),
    ...missed,
    '  </testsuite>\n</testsuites>\n',
  ].join('');
}

const lead = (chapter: string, name: string): string => `    <testcase classname="${xml(chapter)}" name="${xml(name)}"`;

function testcase(law: LawResult, report: Report): string {
  const open = lead(law.id.split('.')[0]!, law.id);
  const outcome = outcomeOf(law);
  if (outcome === 'passed') return `${open}/>\n`;
  const inner =
    outcome === 'skipped'
      ? element(
          'skipped',
          law.expected ? 'expected' : law.status,
          excuse(law),
          law.expected ? account(law, report) : [],
        )
      : element(outcome === 'failed' ? 'failure' : 'error', law.status, headline(law), account(law, report));
  return `${open}>\n${inner}    </testcase>\n`;
}

const element = (name: string, type: string, message: string, lines: readonly string[]): string =>
  `      <${name} type="${xml(type)}" message="${xml(message)}">${xml(lines.join('\n'))}</${name}>\n`;
