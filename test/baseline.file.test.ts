import { describe, expect, test } from 'vitest';
import { writeBaseline } from '../src/run/baseline-file.js';
import { UsageError } from '../src/run/usage.js';
import { entry, head, read } from './baseline.example.js';

describe('the file', () => {
  test('comments, blank lines, CRLF and a byte order mark are fine', () => {
    const text = `\ufeff# mine\r\n\r\n${head}\r\n# known\r\n${entry('backward.dx', { link: 'x' })}\r\n# end`;
    const { line, entries, above, below } = read(text);
    expect([line, entries[0]!.line, entries[0]!.link, above, entries[0]!.above, below]).toEqual([
      3,
      5,
      'x',
      ['# mine', ''],
      ['# known'],
      ['# end'],
    ]);
  });

  const wrong: [string, string, string][] = [
    [
      'an unknown law',
      `${head}\n\n${entry('backward.dxx')}`,
      "unknown law in known.jsonl:3: 'backward.dxx' - did you mean backward.dx?",
    ],
    [
      'an unknown cause',
      `${head}\n${entry('backward.dx', { cause: 'nobody' })}`,
      "unknown cause in known.jsonl:2: 'nobody'",
    ],
    [
      'a duplicate',
      `${head}\n${entry('backward.dx')}\n${entry('backward.dx')}`,
      'known.jsonl:3: backward.dx for backward.forgets-mean stands in line 2 already',
    ],
    ['no JSON', `${head}\n{"law": }`, 'known.jsonl:2: not JSON'],
    ['no object', `${head}\n[]`, 'known.jsonl:2: not an object'],
    [
      'an unknown key',
      `${head}\n${entry('backward.dx', { reson: 'x' })}`,
      "unknown key in known.jsonl:2: 'reson' - did you mean reason?",
    ],
    ['a number', `${head}\n${entry('backward.dx', { reason: 3 })}`, 'known.jsonl:2: reason must be text'],
    ['no cause', `${head}\n{"law":"backward.dx"}`, 'known.jsonl:2: cause must be text'],
    [
      'no such status',
      `${head}\n${entry('backward.dx', { status: 'holds' })}`,
      "known.jsonl:2: status is fails or breaks, not 'holds'",
    ],
    [
      'no day',
      `${head}\n${entry('backward.dx', { until: '2026-02-30' })}`,
      "known.jsonl:2: until '2026-02-30' is no day",
    ],
    ['no head', entry('backward.dx'), 'known.jsonl:1: the first object must be'],
    [
      'a head of another version',
      head.replace('/1', '/2'),
      'known.jsonl:1: made as "bnspec-baseline/2", this reads bnspec-baseline/1',
    ],
    ['no such grade', head.replace('stable', 'good'), "unknown grade in known.jsonl:1: 'good'"],
    ['ops that are no list', head.replace('["train"]', '"train"'), 'known.jsonl:1: ops must be a list of texts'],
    ['nothing', '# nothing\n', 'known.jsonl is empty'],
  ];
  test.each(wrong)('%s is a slip, told with the line', (_, text, message) => {
    expect(() => read(text)).toThrow(UsageError);
    expect(() => read(text)).toThrow(message);
  });

  test('is written as it is read', () => {
    const text = `# mine\n${head}\n\n# the gradient\n${entry('backward.dx', { reason: 'slow path', link: 'x', until: '2027-01-01' })}\n${entry('forward.shift', { status: 'breaks' }).replace('"reason":"","status":"breaks"', '"status":"breaks","reason":""')}\n# end\n`;
    expect(writeBaseline(read(text))).toBe(text);
  });
});
