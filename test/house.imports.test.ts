import { describe, expect, test } from 'vitest';
import { floorOf, floors, trespasses } from './house.floors.js';
import { modules, sources } from './house.modules.js';
import { importsOf } from './house.scan.js';

const all = modules(sources);

describe('who may import whom', () => {
  test('every module keeps to its floor', () => {
    expect(all.flatMap(trespasses)).toEqual([]);
  });

  test('every floor has modules, and most modules read another', () => {
    expect(Object.keys(floors).filter((floor) => !all.some(({ path }) => floorOf(path) === floor))).toEqual([]);
    expect(all.filter(({ text }) => importsOf(text).length > 0).length).toBeGreaterThan(all.length / 2);
  });

  test('mathjs is named in src/formula alone, fast-check in properties and src/run', () => {
    const naming = (name: string): string[] => [
      ...new Set(all.filter(({ text }) => text.includes(`'${name}'`)).map(({ path }) => floorOf(path))),
    ];
    expect(naming('mathjs')).toEqual(['src/formula']);
    expect(naming('fast-check')).toEqual(['properties', 'src/run']);
  });

  test('an adapter stands alone: it reads no file but itself', () => {
    const reads = modules(['targets'], '.mjs').flatMap(({ text }) => importsOf(text).map(({ from }) => from));
    expect(reads.length).toBeGreaterThan(0);
    expect(reads.filter((from) => /^[./]/.test(from))).toEqual([]);
  });
});

describe('the scanner', () => {
  const reading: Record<string, [string, string][]> = {
    "import a from './a.js';": [['./a.js', 'value']],
    "import type { A } from './a.js';": [['./a.js', 'type']],
    "import { type A } from './a.js';": [['./a.js', 'value']],
    "import type from './a.js';": [['./a.js', 'value']],
    "import {\n  a,\n  b as c,\n} from './a.js';": [['./a.js', 'value']],
    "import './a.js';": [['./a.js', 'value']],
    "export * from './a.js'; export type { B } from './b.js';": [
      ['./a.js', 'value'],
      ['./b.js', 'type'],
    ],
    "const a = await import('./a.js');": [['./a.js', 'value']],
    'const a = await import(`./${name}.js`);': [['(computed)', 'value']],
    "createRequire(import.meta.url); require('a');": [['a', 'value']],
    "export const a = from('./a.js');": [],
    "// import a from './a.js'\n/* import './b.js' */ const s = \"import './c.js'\";": [],
    "const s = `${`}`} import './a.js'`; const p = /'/; import b from './b.js';": [['./b.js', 'value']],
    "const half = a / 2; // '\nimport b from './b.js'; const q = c / 3;": [['./b.js', 'value']],
  };
  test.each(Object.entries(reading))('reads %s', (text, expected) => {
    expect(importsOf(text).map(({ from, type }) => [from, type ? 'type' : 'value'])).toEqual(expected);
  });

  const wrong: Record<string, [string, string]> = {
    'a number that reads the wire': ['src/exact/a.ts', "import '../wire/tensor.js';"],
    'a target that reads a formula': ['src/target/a.ts', "const a = await import('../formula/parse.js');"],
    'a kernel that reads the specification': ['src/builtin/a.ts', "import { forward } from '../../spec/forward.js';"],
    'a specification that runs something': ['spec/a.ts', "import { parse } from '../src/formula/parse.js';"],
    'an edit that reads a kernel': ['mutants/a.ts', "import { builtins } from '../src/builtin/catalogue.js';"],
    'a wrong kernel that reads a formula': [
      'mutants/kernels/a.ts',
      "import { parse } from '../../src/formula/parse.js';",
    ],
    'a wrong kernel that judges': ['mutants/kernels/a.ts', "import { edited } from '../../src/run/mutant.js';"],
    'a wrong kernel that rounds exactly': ['mutants/kernels/a.ts', "import { round } from '../../src/exact/round.js';"],
    'a law that judges': ['properties/a.ts', "import { judge } from '../src/run/judge.js';"],
    'a law that knows types of a target': ['properties/a.ts', "import type { Target } from '../src/target/target.js';"],
    'a run that prints': ['src/run/a.ts', "import { terminal } from '../report/terminal.js';"],
    'a run that knows its suite': ['src/run/a.ts', "import { suite } from '../suite.js';"],
    'a report that judges': ['src/report/a.ts', "import { judge } from '../run/judge.js';"],
    'a report that reads a file': ['src/report/a.ts', "import { readFileSync } from 'node:fs';"],
    'a package nobody allowed': ['src/cli/a.ts', "import _ from 'lodash';"],
    'a folder nobody planned': ['src/utils/a.ts', ''],
  };
  test.each(Object.entries(wrong))('finds %s', (_, [path, text]) => {
    expect(trespasses({ path, text })).toHaveLength(1);
  });
});
