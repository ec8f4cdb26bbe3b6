import { posix } from 'node:path';
import type { Module } from './house.modules.js';
import { importsOf } from './house.scan.js';

/** What the modules of a floor may read besides their own floor. */
interface Floor {
  /** Floors or single modules, read at run time. */
  readonly may: readonly string[];
  /** Those of which types alone may be read. */
  readonly types?: readonly string[];
  /** Packages; `node:` stands for all that Node brings. */
  readonly packages?: readonly string[];
}

const machine = [
  'src/exact',
  'src/wasm',
  'src/oracle',
  'src/formula',
  'src/wire',
  'src/target',
  'src/builtin',
  'src/run',
  'src/journal',
  'src/report',
  'src/cli',
];

/** Who may read whom. A target cannot know the answer, and a law does not know who is asked. */
export const floors: Readonly<Record<string, Floor>> = {
  spec: { may: [], types: ['src/formula', 'src/run'] },
  mutants: { may: [], types: ['src/run'] },
  // a wrong kernel departs from a right one, and knows the answer as little
  'mutants/kernels': { may: ['src/builtin'], types: ['src/run/mutant', 'src/target', 'src/exact'] },
  properties: {
    may: [
      'spec',
      ...['layer', 'linear', 'profile', 'property', 'answer', 'numbered', 'unfit', 'live', 'step', 'network'].map(
        (name) => `src/run/${name}`,
      ),
    ],
    packages: ['fast-check'],
  },
  'src/exact': { may: [] },
  'src/wasm': { may: [] },
  'src/formula': { may: ['src/exact', 'src/wasm'], packages: ['mathjs', 'node:'] },
  // its kernels are tied to the text by tests, not by imports
  'src/oracle': { may: ['src/exact', 'src/wasm'] },
  // pbf writes the tensors of ONNX
  'src/wire': { may: ['src/exact'], packages: ['pbf'] },
  // the host of a module reads the file that it is told to serve
  'src/target': { may: ['src/wire', 'src/exact'], packages: ['node:', '(computed)', 'koffi'] },
  'src/builtin': { may: ['src/wire', 'src/target', 'src/exact'] },
  'src/run': {
    may: ['src/exact', 'src/formula', 'src/oracle', 'src/wire', 'src/target'],
    types: ['src/suite'],
    packages: ['fast-check', 'node:'],
  },
  'src/journal': { may: ['src/run', 'src/target/folder'], types: ['src/suite'], packages: ['node:'] },
  // `tiers`, the order of the grades, stands in the schema of the report
  // a page names its own script by its hash
  'src/report': { may: ['src/run/report'], types: ['src/run'], packages: ['picocolors', 'node:crypto'] },
  'src/docs': {
    // pages show what is enumerated: the smallest case that refutes a statement, and over how many a theorem is proved
    may: [
      'spec',
      'src/formula',
      'src/exact/spell',
      'src/exact/column',
      ...['mutant', 'profile', 'identity', 'proof', 'misconception', 'smallest', 'theorem', 'draws'].map(
        (name) => `src/run/${name}`,
      ),
    ],
    types: ['src/suite', 'src/published', 'src/run', 'src/report'],
  },
  // it prints what the documents say, and asks the dialects what they read; a browser makes the file to print
  'src/book': {
    may: [
      ...['spec', 'src/formula', 'src/docs', 'src/report/markup', 'src/report/figures'],
      ...['identity', 'predict', 'profile', 'proof', 'subject'].map((name) => `src/run/${name}`),
      ...['src/target/browser/chromium', 'src/target/browser/command', 'src/target/target'],
    ],
    types: ['src/suite', 'src/published', 'src/run'],
    packages: ['marked', 'temml', 'node:'],
  },
  // a report that somebody brings is held to its schema by ajv
  'src/cli': { may: ['src', 'spec', ...machine], packages: ['picocolors', 'ajv', 'node:'] },
  src: {
    may: ['spec', 'properties', 'mutants', 'mutants/kernels', 'src/docs', 'src/book', ...machine],
    packages: ['vitest', 'picocolors', 'node:'],
  },
};

/** The floor of a module: its folder, below `src` the one there; wrong kernels have one of their own. */
export const floorOf = (path: string): string => /^src\/[^/]+(?=\/)|^mutants\/kernels(?=\/)|^[^/]+/.exec(path)![0];

/** What the module reads and must not, one line each. */
export function trespasses({ path, text }: Module): string[] {
  const own = floorOf(path);
  const floor = floors[own];
  if (!floor) return [`${path} stands on no floor`];
  return importsOf(text).flatMap(({ from, type }) => {
    const ours = from.startsWith('.');
    const read = ours ? posix.join(posix.dirname(path), from.replace(/\.js$/, '')) : from;
    const names = ours ? [read, floorOf(read)] : [from.split('/')[0], from.replace(/:.*/, ':')];
    const allowed = ours ? [own, ...floor.may, ...(type ? (floor.types ?? []) : [])] : (floor.packages ?? []);
    return names.some((name) => allowed.includes(name)) ? [] : [`${path} reads ${type ? 'types of ' : ''}${read}`];
  });
}
