import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { bnspec, cli, folder } from './cli.process.js';

const few = ['run', '--laws', 'inference.*', '--cases', '20'];

/** What a terminal of 80 columns gets to see. */
function terminal(argv: readonly string[], env: Record<string, string> = {}): string {
  const { NO_COLOR: _1, FORCE_COLOR: _2, CI: _3, ...inherited } = process.env;
  const script = 'import pty, sys; sys.exit(pty.spawn(sys.argv[1:]) >> 8)';
  return execFileSync('python3', ['-c', script, process.execPath, cli, ...argv], {
    cwd: folder(),
    env: { ...inherited, TERM: 'xterm', ...env },
    encoding: 'utf8',
  });
}

test('on a terminal one line is rewritten, and gone before the report', () => {
  const text = terminal(few);
  const rewritten = text.split('\r\u001b[K').slice(1, -1);
  expect(rewritten.length).toBeGreaterThan(1);
  for (const line of rewritten) expect(line).toMatch(/^\d+\/\d+ {2}inference\.[a-z-]+ {2}\d+ cases$/);
  expect(text.slice(text.lastIndexOf('\r\u001b[K') + 4)).toMatch(/^bnspec /);
  expect(text).toContain('\u001b[32mexit 0');
});

test('elsewhere there is no progress and no colour', async () => {
  const { out, err } = await bnspec(few);
  expect(err).toBe('');
  expect(out).not.toContain('\u001b');
});

test.each([{ NO_COLOR: '1' }, { CI: 'true' }, { TERM: 'dumb' }])('nor under %j', (env) => {
  expect(terminal(few, env as Record<string, string>)).not.toContain('\u001b[3');
});
