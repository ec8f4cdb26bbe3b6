import { builtins } from '../builtin/catalogue.js';
import { wrap } from '../report/lines.js';
import { chosen } from '../run/run.js';
import { UsageError, unknown } from '../run/usage.js';
import { suite } from '../suite.js';
import type { Arguments } from './arguments.js';
import { globs, type Settings } from './options.js';
import type { Screen } from './screen.js';

type Row = readonly [id: string, says: string];
type Filters = Pick<Settings, 'laws' | 'skip'>;

const lists: Readonly<Record<string, (filters: Filters) => Row[]>> = {
  laws: (filters) => chosen({ suite, ...globs(filters) }).map(({ id, title }) => [id, title]),
  mutants: () => [
    ...[...suite.mutants, ...suite.kernels].map(
      ({ id, says, wrongAt }): Row => [id, wrongAt === null ? `${says} (a decoy: must pass)` : says],
    ),
    ...suite.unseen.map(({ name, why }): Row => ['(unseen)', `${name}: ${why}`]),
  ],
  profiles: () => Object.entries(suite.profiles).map(([name, { title }]) => [name, title]),
  targets: () => [
    ...Object.entries(builtins).map(
      ([name, { card }]): Row => [`builtin:${name}`, `a right textbook kernel, profile ${card.profile}`],
    ),
    ['spec', 'the correctly rounded specification itself'],
    ['mutant:ID', `one of ${suite.mutants.length + suite.kernels.length} wrong kernels: bnspec list mutants`],
    ['./adapter.py', 'a Python script that uses the kit targets/bnspec.py'],
    ['./adapter.mjs', 'a JavaScript module (.js, .mjs; .ts, .mts on Node 22.18 and later)'],
    ['./a.browser.mjs', 'a module for a browser, in a Chromium; so is ./page.html'],
    ['./kernel.so', 'a shared library by targets/bnspec.h: C, C++, Rust, CUDA (.so, .dylib, .dll; needs koffi)'],
    ['./kernel.wasm', 'a WebAssembly module by the same header'],
    ['-- command', 'any program that answers on its standard output, with its arguments'],
  ],
};

/** `bnspec list [laws|mutants|profiles|targets]`: ids and one sentence each; without a word, the laws. */
export async function list({ words, settings }: Arguments, screen: Screen): Promise<number> {
  const [what = 'laws', ...more] = words;
  if (more.length > 0) throw new UsageError(`list takes one word, not ${words.length}`);
  if (!Object.hasOwn(lists, what))
    throw unknown('list', what, Object.keys(lists), `there are: ${Object.keys(lists).join(', ')}`);
  const rows = lists[what](settings);
  const widest = Math.max(...rows.map(([id]) => id.length));
  for (const [id, says] of rows) {
    const [first, ...rest] = wrap(says, Math.max(20, screen.width - widest - 2));
    const lines = [`${id.padEnd(widest)}  ${first}`, ...rest.map((line) => ' '.repeat(widest + 2) + line)];
    screen.out(`${lines.join('\n')}\n`);
  }
  return 0;
}
