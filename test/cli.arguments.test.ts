import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { readArguments } from '../src/cli/arguments.js';
import { commands } from '../src/cli/commands.js';
import { readConfig } from '../src/cli/config.js';
import { nearest } from '../src/run/usage.js';

const read = (...argv: string[]) => readArguments('run', argv, commands.run.options);
const complaint = (...argv: string[]): string => {
  try {
    read(...argv);
  } catch (error) {
    expect((error as Error).name).toBe('UsageError');
    return (error as Error).message;
  }
  return 'accepted';
};

describe('reading the command line of run', () => {
  test('options become values, words and the command after -- stay apart', () => {
    const { settings, words, command } = read(
      ...[
        './a b.py',
        '--dtype',
        'f32,f16',
        '--laws',
        'forward.*',
        '--laws=running.*,limit.*',
        '--cases',
        '7',
        '--bail',
      ],
      ...[
        '--max-memory',
        '2G',
        '--reporter',
        'json=out/r=1.json',
        '--reporter',
        'terminal',
        '--',
        'ssh',
        '--cases',
        '--',
        '-x',
      ],
    );
    expect(settings).toEqual({
      dtype: ['f32', 'f16'],
      laws: ['forward.*', 'running.*', 'limit.*'],
      cases: 7,
      bail: true,
      'max-memory': 2 ** 31,
      reporter: [{ name: 'json', file: 'out/r=1.json' }, { name: 'terminal' }],
    });
    expect(words).toEqual(['./a b.py']);
    expect(command).toEqual(['ssh', '--cases', '--', '-x']);
  });

  test('the last of an option that is no list counts', () => {
    expect(read('--seed', '3', '--seed=4').settings).toEqual({ seed: 4 });
  });

  test('without -- there is no command; with nothing after it, an empty one', () => {
    expect(read('x').command).toBeNull();
    expect(read('x', '--').command).toEqual([]);
  });
});

describe('a slip is answered with the culprit and the cure', () => {
  const slips: [string, string[], string][] = [
    ['an option with a letter missing', ['--efort', 'quick'], "unknown option '--efort' - did you mean --effort?"],
    ['an option of a later version', ['--workers', '3'], "unknown option '--workers'"],
    ['a shard beyond the last', ['--shard', '4/3'], '--shard 4/3'],
    ['a target that begins with a dash', ['-x.py'], 'a target that begins with a dash goes after --'],
    ['a prototype key', ['--constructor'], "unknown option '--constructor'"],
    ['an unknown dtype', ['--dtype', 'f32,fp16'], "unknown dtype 'fp16' - did you mean f16?"],
    ['an unknown tier', ['--require', 'stabel'], "unknown tier 'stabel' - did you mean stable?"],
    [
      'an unknown reporter',
      ['--reporter', 'paper'],
      "unknown reporter 'paper'\n--reporter takes one of: terminal, json, junit, github, markdown, ctrf, sarif, badge, html",
    ],
    ['a page without its file', ['--reporter', 'html'], '--reporter html writes a file: --reporter html=report.html'],
    ['a reporter without its file', ['--reporter', 'json='], 'the file name is missing'],
    ['a huge number', ['--cases', '1e9'], '--cases 1e9: not a whole number from 1 to 1000000'],
    ['zero cases', ['--cases', '0'], '--cases 0: not a whole number from 1'],
    ['a negative number', ['--seed=-1'], '--seed -1: not a whole number from 0'],
    ['a number that is none', ['--timeout', '0x10'], '--timeout 0x10: not a whole number'],
    ['a size that is none', ['--max-reply', '12Q'], '--max-reply 12Q: not a size such as 64K'],
    ['an option without its value', ['--profile'], '--profile needs a value: --profile NAME'],
    ['an option in place of a value', ['--profile', '--bail'], '--profile needs a value'],
    ['an empty value', ['--laws='], '--laws needs a value'],
    ['a list of nothing', ['--laws', ','], '--laws names nothing'],
    ['a value for a flag', ['--bail=no'], '--bail takes no value'],
  ];
  for (const [what, argv, message] of slips) test(what, () => expect(complaint(...argv)).toContain(message));

  test('an option of another command is named as such', () => {
    expect(() => readArguments('doctor', ['--cases', '3'], commands.doctor.options)).toThrow(
      '--cases is not an option of bnspec doctor',
    );
  });
});

describe('the nearest name', () => {
  const names = ['forward.shift', 'forward.scale', 'backward.sum-zero', 'builtin:two-pass', 'torch'];
  test.each([
    ['forward.shfit', 'forward.shift'],
    ['sum-zero', 'backward.sum-zero'],
    ['two-pass', 'builtin:two-pass'],
    ['Torch', 'torch'],
    ['forward.scal', 'forward.scale'],
    ['onnxruntime', null],
    ['', null],
  ])('%s: %s', (name, expected) => expect(nearest(name, names)).toBe(expected));
});

describe('bnspec.config.json', () => {
  const home = process.cwd();
  const folder = mkdtempSync(join(tmpdir(), 'bnspec-config-'));
  const config = (text: string) => {
    process.chdir(folder);
    writeFileSync('bnspec.config.json', text);
    return readConfig();
  };
  afterEach(() => {
    process.chdir(home);
    rmSync(join(folder, 'bnspec.config.json'), { force: true });
  });

  test('holds the options under their names, lists as arrays', () => {
    const text =
      '{"require": "stable", "dtype": ["f32", "bf16"], "seed": 9, "strict": true, "bail": false, "reporter": ["json=r.json"]}';
    expect(config(text)).toEqual({
      require: 'stable',
      dtype: ['f32', 'bf16'],
      seed: 9,
      strict: true,
      reporter: [{ name: 'json', file: 'r.json' }],
    });
  });

  test('absent is empty', () => expect(readConfig()).toEqual({}));

  test.each([
    ['{"requires": "stable"}', 'did you mean require?'],
    ['{"cases": 1e9}', 'bnspec.config.json: cases 1000000000: not a whole number'],
    ['{"strict": "yes"}', 'bnspec.config.json: strict must be true or false'],
    ['{"seed": {}}', 'bnspec.config.json: seed must be text, a number or a list'],
    ['{"help": true}', "unknown option in bnspec.config.json: 'help'"],
    ['[]', 'must hold one object'],
    ['{', 'bnspec.config.json is not JSON'],
  ])('%s is refused', (text, message) => expect(() => config(text)).toThrow(message));
});
