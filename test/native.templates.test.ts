import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { bnspec, fixture } from './cli.process.js';
import { root } from './fixtures/adapters.js';
import { built, compilers, inC, ways } from './fixtures/compiled.js';

const conforms = /^exit 0: conforms \(stable\) for train, infer, grad, infer_grad; .* refused$/;
const text = (path: string): string => readFileSync(join(root, path), 'utf8');
const asc = join(root, 'node_modules', '.bin', 'asc');

/** A template of targets/: its compiler, the line that builds it, what that makes, and the files it needs. */
const templates: readonly (readonly [string, string, string, string[]])[] = [
  [
    'gcc',
    'gcc -O2 -Wall -Wextra -Werror -shared -fPIC -o kernel.so kernel.c -lm',
    'kernel.so',
    ['kernel.c', 'bnspec.h'],
  ],
  ['gcc', 'gcc -O2 -o kernel kernel.c bnspec.c -lm', 'kernel', ['kernel.c', 'bnspec.c', 'bnspec.h']],
  [
    'g++',
    'g++ -O2 -Wall -Wextra -Werror -shared -fPIC -o kernel.so kernel.cpp',
    'kernel.so',
    ['kernel.cpp', 'bnspec.h'],
  ],
  ['g++', 'g++ -O2 -o kernel kernel.cpp -x c bnspec.c', 'kernel', ['kernel.cpp', 'bnspec.c', 'bnspec.h']],
  [
    'rustc',
    'rustc --edition 2021 --crate-type cdylib -O -D warnings -o kernel.so kernel.rs',
    'kernel.so',
    ['kernel.rs', 'bnspec.rs'],
  ],
  [asc, `${asc} kernel.as.ts -O --runtime stub -o kernel.wasm`, 'kernel.wasm', ['kernel.as.ts', 'bnspec.as.ts']],
  [
    'zig',
    'zig cc -target wasm32-wasi -mexec-model=reactor -O2 -o kernel.wasm kernel.c',
    'kernel.wasm',
    ['kernel.c', 'bnspec.h'],
  ],
];

describe('a template', () => {
  for (const [compiler, command, makes, files] of templates) {
    // zig alone need not be here: no other compiler brings all that C needs to become WebAssembly
    const here = compiler === 'zig' ? spawnSync('zig', ['version']).status === 0 : compilers(compiler);
    test.skipIf(!here)(`${command.replace(asc, 'asc')}: conforms`, async () => {
      const made = built(command, makes, files);
      const target = makes === 'kernel' ? ['--', made] : [made];
      const { out, last } = await bnspec(['run', '--effort', 'quick', '--require', 'stable', ...target]);
      expect(last, out).toMatch(conforms);
      expect(out).toMatch(/profile\s+torch\s+f64\s+f32/);
    });
  }

  test('says no more than its header: it compiles as C99 without a warning', () => {
    if (!compilers('gcc')) return;
    built('gcc -std=c99 -pedantic -Wall -Wextra -Werror -O2 -o kernel kernel.c bnspec.c -lm', 'kernel', [
      ...['kernel.c', 'bnspec.c', 'bnspec.h'],
    ]);
  });
});

describe.skipIf(!compilers('gcc'))('the document', () => {
  const [, shown = ''] = /^```c\n\/\* kernel\.c \*\/\n((?:.*\n)*?)```$/m.exec(text('docs/adapters.md')) ?? [];

  test('shows a kernel of some fifteen lines that conforms as it stands', async () => {
    expect(shown.split('\n').filter((line) => line !== '').length).toBeLessThanOrEqual(16);
    const { out, last } = await bnspec(['run', '--effort', 'quick', inC('library', shown) as string]);
    expect(last, out).toMatch(/^exit 0: conforms \(stable\) for infer; /);
  });
});

describe.skipIf(!compilers('gcc'))('a wrong kernel in C', () => {
  const wrong: Readonly<Record<string, [string, string, string]>> = {
    'divides the running variance by m': ['variance * m / (m - 1)', 'variance', 'running'],
    'forgets the mean in the gradient': ['- dbeta / m', '', 'backward'],
    'takes epsilon out of the root': [
      'sqrt(ch.variance + in->epsilon)',
      '(sqrt(ch.variance) + in->epsilon)',
      'forward',
    ],
  };
  test.each(Object.entries(wrong))('that %s is refused', async (_, [from, to, chapter]) => {
    const source = text('targets/kernel.c');
    expect(source.split(from)).toHaveLength(2);
    const { out, last } = await bnspec([
      'run',
      '--effort',
      'quick',
      inC('library', source.replace(from, to)) as string,
    ]);
    expect(last, out).toMatch(/^exit 1: does not conform/);
    expect(out).toMatch(new RegExp(`${chapter} .*FAILS`));
  });
});

describe.skipIf(!compilers('gcc')).each(ways)('every operation in C, as a %s', (way) => {
  const run = async (source: string, ...flags: string[]) => {
    const made = [inC(way, source, ...flags)].flat()[0]!;
    const target = way === 'program' ? ['--', made] : [made];
    return bnspec(['run', '--effort', 'quick', ...target]);
  };
  const every = readFileSync(fixture('every.c'), 'utf8');
  const all = 'train, infer, grad, infer_grad, grad_grad, sync_train, sync_grad, fold, layer';

  test.each([
    ['in memory of its own', []],
    ['in place', ['-DMEMORY="inplace"']],
  ])('%s conforms', async (_, flags) => {
    const { out, last } = await run(every, ...flags);
    expect(last, out).toBe(`exit 0: conforms (stable) for ${all}; steps refused`);
  });

  /** The template, which then finds every element by its strides. */
  const strided = (source: string): string => {
    const where =
      'static int64_t where(const bnspec_tensor *t, int64_t i) {\n  int64_t at = 0;\n' +
      '  for (int k = t->rank - 1; k >= 0; i /= t->shape[k--]) at += i % t->shape[k] * t->strides[k];\n  return at;\n}\n';
    return source
      .replace('"profile=torch\\n"', '"profile=torch\\nmemory=strided\\n"')
      .replace('static double get', `${where}static double get`)
      .replaceAll('t->data)[i]', 't->data)[where(t, i)]');
  };

  test('by strides conforms; without them it does not, and what it writes between rows is told', async () => {
    const source = text('targets/kernel.c');
    const right = await run(strided(source));
    expect(right.last, right.out).toMatch(conforms);
    const wrong = await run(source.replace('"profile=torch\\n"', '"profile=torch\\nmemory=strided\\n"'));
    expect(wrong.last).toMatch(/^exit 1/);
    expect(wrong.out).toMatch(/it wrote between the rows of y/);
  });
});
