import { describe, expect, test } from 'vitest';
import { terminal } from '../src/report/terminal.js';
import type { Report } from '../src/run/report.js';
import { counterexample, failing, law, report } from './report.example.js';

const plain = (value: Report, width = 80, quiet = false) =>
  terminal(value, { width, colour: false, quiet }).split('\n');
const having = (laws: Report['laws'], more: Partial<Report> = {}) =>
  report({ laws: [...report().laws, ...laws], verdict: 'fails', exit: { code: 1, says: 'does not conform' }, ...more });

describe('the terminal report', () => {
  test('reads like this when a target conforms', () => {
    expect(terminal(report(), { width: 80, colour: false })).toBe(
      `bnspec 0.1.0   ./adapter.py   torch 2.13.0+cpu   profile torch (inferred)
f64 f32 f16 bf16   channels_first channels_last   seed 1

  forward    2 laws  2 410 cases  stable    budget 0.31 (y)
  inference  1 law     100 cases  stable    budget 0.12 (y)
  running    1 law     100 cases  faithful
  backward   1 law       0 cases  refused

refuses  backward.frozen   op infer_grad is not on the card

NEXT     faithful is out of reach by forward.shift
         left 2.8284270   right 0   allowed 4.1e-6 (faithful)   at dx[:,0]
AGAIN    bnspec replay .bnspec/failures/backward.sum-zero-3f2a.safetensors

power 131 of 131 reachable mutants
accuracy: on par with two-pass
2 610 cases in 2.9 s   4 000 elements compared
under 0.1 % not checkable: no honest bound there
standard draws samples: it proves nothing about what it did not draw
exit 0: conforms (stable) for train, infer, grad; infer_grad refused
`,
    );
  });

  test('says what the oracle rounded, and how much of it in integers', () => {
    const oracle = { elements: 150_000, missed: 40, exact: 7, slow: 0, exactChannels: 0, special: 0 };
    const text = terminal(report({ laws: [law('large.batch', { oracle }), law('large.count', { oracle })] }), {
      width: 80,
      colour: false,
    });
    expect(text).toContain('300 000 rounded by the oracle, 14 of them in integers');
    expect(plain(report()).join(' ')).not.toContain('oracle');
  });

  test('names the cause of failures once, and what is unproved', () => {
    const counts = { op: 'grad', explains: 37, of: 37, passing: 1763 };
    const named = { kind: 'mutant', id: 'backward.forgets-mean', ...counts, says: 'dx lacks the mean of dy.' } as const;
    const unknown = {
      ...named,
      kind: 'unknown',
      id: 'train',
      op: 'train',
      says: 'the layout is channels_last',
    } as const;
    const survivors = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
    const text = terminal(report({ diagnosis: [named, unknown], power: { killed: 124, of: 131, survivors } }), {
      width: 80,
      colour: false,
    });
    expect(text).toContain(`
CAUSE    backward.forgets-mean   explains 37 of 37 wrong answers of grad
         contradicts none of 1763 right ones
         dx lacks the mean of dy.

CAUSE    unknown, in train   37 answers wrong, 1763 right
         the layout is channels_last
`);
    expect(text).toContain(`
power 124 of 131 reachable mutants   unseen:   a   b   c   d   e   and 2 others
`);
  });

  test('tells a refuted law with both sides, what was allowed, the case, and the command last', () => {
    const text = plain(having([failing('backward.sum-zero')])).join('\n');
    expect(text).toContain(`
  backward   2 laws    100 cases  FAILS     1 fails   1 refused

FAILS    backward.sum-zero   The gradient sums to zero over the batch
         sum(dx) == 0   left 2.8284270   right 0   allowed 4.1e-6 (semantic)
         at dx[:,0]
         x = [[0],[1]]   dy = [[1],[0]]   gamma = 2   epsilon = 1/4
         float32, channels_first
AGAIN    bnspec replay .bnspec/failures/backward.sum-zero-3f2a.safetensors
`);
  });

  test('cuts the sixth refuted law to its title, place and command', () => {
    const ids = ['a', 'b', 'c', 'd', 'e', 'f'].map((tail) => `backward.${tail}`);
    const lines = plain(having(ids.map((id) => failing(id))));
    expect(lines.filter((line) => line.startsWith('FAILS'))).toHaveLength(6);
    expect(lines.filter((line) => line.includes('left 2.8284270') && line.includes('sum(dx)'))).toHaveLength(5);
    const sixth = lines.findIndex((line) => line.startsWith('FAILS    backward.f'));
    expect(lines.slice(sixth + 1, sixth + 3)).toEqual([
      '         at dx[:,0]',
      'AGAIN    bnspec replay .bnspec/failures/backward.sum-zero-3f2a.safetensors',
    ]);
  });

  test('groups the laws that break alike and shows the last words of the target', () => {
    const message = 'ended by signal SIGSEGV\nTraceback\n  File "x.py", line 3';
    const broken = ['dx', 'dgamma'].map((tail) => law(`backward.${tail}`, { status: 'breaks', message }));
    expect(plain(having(broken)).join('\n')).toContain(`
BREAKS   2 laws   backward.dx   backward.dgamma
         ended by signal SIGSEGV
         | Traceback
         |   File "x.py", line 3
`);
  });

  test('shows what is vacuous or refused, by name, and never as a grade', () => {
    const laws = [law('corners.nan', { status: 'vacuous', grade: 'exact', message: '3 of 100 cases reached it' })];
    const lines = plain(having(laws));
    expect(lines).toContain('VACUOUS  corners.nan   3 of 100 cases reached it');
    expect(lines).toContain('  corners    1 law     100 cases  VACUOUS   1 vacuous');
    expect(lines).toContain('  backward   1 law       0 cases  refused');
  });

  test('ends with the line that spells the exit, and before it says why a run is incomplete', () => {
    const cut = { complete: false, verdict: 'incomplete', incompleteBecause: 'interrupted by SIGINT' } as const;
    const lines = plain(report({ ...cut, exit: { code: 3, says: 'nothing may be concluded: interrupted by SIGINT' } }));
    expect(lines.slice(-3)).toEqual([
      'INCOMPLETE  interrupted by SIGINT',
      'exit 3: nothing may be concluded: interrupted by SIGINT',
      '',
    ]);
  });

  test('quiet keeps what failed and the exit line', () => {
    const lines = plain(having([failing('backward.sum-zero')]), 80, true);
    expect(lines[0]).toMatch(/^FAILS {4}backward.sum-zero/);
    expect(lines.slice(-2)).toEqual(['exit 1: does not conform', '']);
    expect(plain(report(), 80, true)).toEqual([
      'exit 0: conforms (stable) for train, infer, grad; infer_grad refused',
      '',
    ]);
  });

  test('a budget without bound reads so, whether live or read back from JSON', () => {
    const worst = { output: 'y', budget: Number.POSITIVE_INFINITY, ulps: Number.POSITIVE_INFINITY };
    const live = having([law('forward.output', { worst })]);
    const saved: Report = JSON.parse(JSON.stringify(live));
    expect(plain(live).join('\n')).toContain('budget without bound (y)');
    expect(plain(saved)).toEqual(plain(live));
  });
});

describe('width and colour', () => {
  const long = `x = [${Array.from({ length: 60 }, (_, i) => `[${i}.5]`).join(',')}]`;
  const busy = having(
    [
      failing('backward.sum-zero', { counterexample: counterexample({ given: [long, 'epsilon = 1/4'] }) }),
      law('backward.dx', { status: 'breaks', message: `received ${'loading '.repeat(40)}\n${'w'.repeat(200)}` }),
      law('corners.nan', { status: 'vacuous', message: 'few cases reached it '.repeat(9) }),
    ],
    { warnings: ['far outside the distribution of this target '.repeat(5)] },
  );

  for (const width of [60, 80]) {
    test(`no line is longer than ${width} but the command to copy and the exit line`, () => {
      const lines = plain(busy, width).filter((line) => !/^(AGAIN|exit)/.test(line));
      expect(lines.length).toBeGreaterThan(20);
      expect(lines.filter((line) => line.length > width)).toEqual([]);
    });
  }

  test('colour adds nothing but colour', () => {
    const coloured = terminal(busy, { width: 80, colour: true });
    expect(coloured).toContain('\u001b[31m');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are escapes
    expect(coloured.replace(/\u001b\[\d+m/g, '').split('\n')).toEqual(plain(busy));
  });

  test('red appears only where something failed', () => {
    expect(terminal(report(), { width: 80, colour: true })).not.toContain('\u001b[31m');
  });
});

test('what a target says cannot command the terminal', () => {
  const evil = '\u001b[2J\rpass\u202e\u0007\ud800\u2028';
  const card = { name: evil, version: '1' };
  const text = terminal(
    having(
      [
        law('backward.dx', { status: 'breaks', message: evil }),
        failing('backward.sum-zero', { counterexample: counterexample({ where: evil }) }),
      ],
      {
        target: { id: evil, card },
        warnings: [evil],
      },
    ),
    { width: 200, colour: false },
  );
  expect(text.split('#x1B[2J#xDpass#x202E#x7#xD800#x2028')).toHaveLength(6);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: finding control characters is the purpose
  expect(text).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e\u2028]|\p{Surrogate}/u);
});

test('10 MB of words from a target are cut at 2 KiB', () => {
  const lines = plain(having([law('backward.dx', { status: 'breaks', message: 'x'.repeat(10_000_000) })]));
  expect(lines.join('').length).toBeLessThan(5000);
  expect(lines.join(' ').replace(/\s+/g, ' ')).toContain('(9997952 more characters)');
});
