import type { Baseline } from '../src/run/baseline.js';
import { readBaseline } from '../src/run/baseline-file.js';
import type { Diagnosis, Report } from '../src/run/report.js';
import { failing, law, report } from './report.example.js';

export const known = {
  laws: ['backward.dx', 'backward.sum-zero', 'forward.shift', 'running.unbiased'],
  causes: ['backward.forgets-mean', 'running.unbiased-by-n', 'unknown'],
};
export const read = (text: string): Baseline => readBaseline(text, 'known.jsonl', known);
export const head =
  '{"baseline":"bnspec-baseline/1","grade":"stable","ops":["train"],"dtypes":["f32"],"layouts":["channels_first"]}';
export const entry = (name: string, more: object = {}) =>
  JSON.stringify({ law: name, cause: 'backward.forgets-mean', reason: '', ...more });

export const cause: Diagnosis = {
  kind: 'mutant',
  id: 'backward.forgets-mean',
  op: 'grad',
  explains: 3,
  of: 3,
  passing: 1,
  says: '',
};
export const dx = failing('backward.dx', { ops: ['grad'] });
export const zero = failing('backward.sum-zero', { ops: ['grad'] });
export const judged = (changes: Partial<Report> = {}): Report =>
  report({
    ...{ judged: ['train'], dtypes: ['f32'], layouts: ['channels_first'], diagnosis: [cause], verdict: 'fails' },
    laws: [law('forward.shift'), dx, zero],
    exit: { code: 1, says: 'does not conform' },
    ...changes,
  });
export const both = [head, entry('backward.dx'), entry('backward.sum-zero')].join('\n');
