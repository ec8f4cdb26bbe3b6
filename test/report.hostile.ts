import type { Report } from '../src/run/report.js';
import { counterexample, failing, law, report } from './report.example.js';

/** Texts that a hostile target sends, each against one kind of reader. */
export const hostile = {
  command: '::error title=planted::planted',
  old: 'so ##[add-mask]e and ##[error]planted',
  stop: '\n  ::stop-commands::planted\n::add-mask::e',
  xml: ']]></failure><testcase name="planted"/><!--',
  html: '</pre></script><script>planted()</script><img src=x onerror=planted()>',
  markdown: '[planted](http://planted.example) ![x](http://planted.example/x.png) @planted `x` | x | **x**',
  controls: '\u0000 \u001b[31m \ud800 \udc00 \ufffe \uffff \u2028 \u202e',
};

const all = Object.values(hostile).join(' ');

/** A report in which everything that a target had a part in is hostile: a law of every status, and a baseline. */
export function hostileReport(changes: Partial<Report> = {}): Report {
  const shown = counterexample({ lhs: all, where: all, given: [`x = ${all}`, all], replay: `bnspec replay '${all}'` });
  return report({
    target: { id: all, card: { name: all, version: all } },
    laws: [
      ...report().laws,
      failing('backward.sum-zero', { counterexample: shown, ops: ['grad'] }),
      failing('backward.dx', { ops: ['grad'], expected: [{ cause: 'unknown', reason: all, link: all }] }),
      law('running.unbiased', { status: 'breaks', message: `${all}\n${all}`, ops: ['train'] }),
      law('state.initial', { status: 'vacuous', message: all, ops: ['layer'] }),
    ],
    diagnosis: [{ kind: 'unknown', id: 'grad', op: 'grad', explains: 0, of: 3, passing: 1, says: all }],
    baseline: { file: all, expected: 1, problems: [{ line: 3, says: all }] },
    warnings: [all],
    panel: { says: all, ratio: 1, like: null },
    verdict: 'fails',
    grade: 'none',
    exit: { code: 1, says: `does not conform: ${all}` },
    ...changes,
  });
}
