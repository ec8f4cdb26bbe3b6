import type { LawResult, Report } from '../run/report.js';
import { account, ending, excuse, headline, outcomeOf, untold } from './account.js';
import { written } from './json.js';
import { visible } from './visible.js';

const statuses = { passed: 'passed', failed: 'failed', broken: 'failed', skipped: 'skipped' } as const;

/**
 * Common Test Report Format: a test for every law, with our own word for it as `rawStatus`. A law that could not be judged is
 * `other`. Reports tell no clock, so the run starts at 0; no law is timed by itself.
 */
export function ctrf(report: Report): string {
  const { laws, target, bnspec, durationMs, environment, exit, grade, verdict, profile } = report;
  const tests = [...laws.map((law) => test(law, report)), ...(untold(report) ? [missed(report)] : [])];
  const having = (status: string) => tests.filter((one) => one.status === status).length;
  const counts = { passed: having('passed'), failed: having('failed'), skipped: having('skipped') };
  return written({
    reportFormat: 'CTRF',
    specVersion: '0.0.0',
    generatedBy: `bnspec ${bnspec}`,
    results: {
      tool: { name: 'bnspec', version: bnspec },
      summary: {
        ...{ tests: tests.length, ...counts, pending: 0, other: having('other') },
        ...{ start: 0, stop: Math.round(durationMs), duration: Math.round(durationMs) },
      },
      tests,
      environment: { osPlatform: environment.platform, extra: { node: environment.node } },
      extra: { target: visible(target.id), profile, verdict, grade, exit },
    },
  });
}

function test(law: LawResult, report: Report) {
  const outcome = outcomeOf(law);
  const status = law.status === 'vacuous' ? ('other' as const) : statuses[outcome];
  const words =
    outcome === 'passed'
      ? {}
      : { message: outcome === 'skipped' ? excuse(law) : headline(law), trace: account(law, report).join('\n') };
  const rawStatus = law.expected ? `${law.status}, expected` : law.status;
  const extra = { title: law.title, cases: law.cases, grade: law.grade };
  return { name: law.id, status, duration: 0, suite: [law.id.split('.')[0]!], rawStatus, ...words, extra };
}

const missed = (report: Report) => ({
  ...{ name: 'verdict', status: report.exit.code === 3 ? ('other' as const) : ('failed' as const), duration: 0 },
  ...{ suite: ['bnspec'], rawStatus: report.verdict, message: ending(report) },
});
