import { wrap } from '../report/lines.js';
import type { Arguments } from './arguments.js';
import {
  carrying,
  choosing,
  common,
  comparing,
  judging,
  keeping,
  type Option,
  rendering,
  scaling,
  tabling,
  telling,
} from './options.js';
import type { Screen } from './screen.js';

/** What a command's module exports: it does the work and returns the exit code. */
export type Main = (given: Arguments, screen: Screen) => Promise<number>;

/** A command as the help shows it; its module, and with it the suite, is loaded only when it is called. */
export interface Command {
  readonly usage: string;
  readonly says: string;
  readonly options: Readonly<Record<string, Option>>;
  readonly load: () => Promise<Main>;
}

export const commands: Readonly<Record<string, Command>> = {
  run: {
    usage: 'run [TARGET]',
    says: 'judge one target; without one, the embedded default builtin:two-pass',
    options: { ...judging, ...keeping, ...comparing, ...scaling, ...telling },
    load: async () => (await import('./run.js')).run,
  },
  replay: {
    usage: 'replay [FILE] [TARGET]',
    says: 'ask a saved case again and print both sides; without FILE, all of them',
    options: { ...keeping, out: telling.out },
    load: async () => (await import('./replay.js')).replay,
  },
  explain: {
    usage: 'explain ID',
    says: 'a law, mutant, profile, formula or bound: text, LaTeX, source, readers',
    options: {},
    load: async () => (await import('./explain.js')).explain,
  },
  list: {
    usage: 'list [laws|mutants|profiles|targets]',
    says: 'ids and one sentence each',
    options: { laws: judging.laws, skip: judging.skip },
    load: async () => (await import('./list.js')).list,
  },
  power: {
    usage: 'power',
    says: 'which mutants the cases kill, what they cover, right kernels refused',
    options: { effort: judging.effort, cases: judging.cases, seed: judging.seed, ...tabling },
    load: async () => (await import('./power.js')).power,
  },
  vectors: {
    usage: 'vectors DIR',
    says: 'write small questions, their answers, intervals and the mistakes they tell',
    options: {
      profile: { ...judging.profile, says: 'dialect of the vectors; default torch' },
      ...{ dtype: { ...judging.dtype, says: 'of f64 f32 f16 bf16; default: all' }, seed: judging.seed },
    },
    load: async () => (await import('./vectors.js')).vectors,
  },
  export: {
    usage: 'export DIR',
    says: 'write the questions of a run as files, for a machine without Node',
    options: { ...judging, card: carrying.card },
    load: async () => (await import('./export.js')).exportQuestions,
  },
  judge: {
    usage: 'judge DIR',
    says: 'judge the answers that were brought back to the questions of DIR',
    options: { ...judging, ...comparing, ...telling, next: carrying.next },
    load: async () => (await import('./judge.js')).judge,
  },
  report: {
    usage: 'report FILE',
    says: 'render a saved JSON report again; exits with the code of its run',
    options: { ...comparing, ...rendering },
    load: async () => (await import('./report.js')).report,
  },
  diff: {
    usage: 'diff OLD NEW',
    says: 'what changed between two JSON reports: exit 1 if something is worse',
    options: tabling,
    load: async () => (await import('./diff.js')).diff,
  },
  merge: {
    usage: 'merge JOURNAL…',
    says: 'join the journals of shards, or folders of them, into one report',
    options: { ...comparing, ...telling },
    load: async () => (await import('./merge.js')).merge,
  },
  init: {
    usage: 'init LANGUAGE [DIR]',
    says: 'write a kernel to fill in, and say what to type; alone: the languages',
    options: {},
    load: async () => (await import('./init.js')).init,
  },
  matrix: {
    usage: 'matrix CONFIG',
    says: 'judge many targets and hold each to what the config expects of it',
    options: {
      ...choosing,
      shard: { ...scaling.shard, says: 'only every Nth row, from the Ith on' },
      ...{ effort: judging.effort, cases: judging.cases, seed: judging.seed },
      ...{ ...tabling, out: { ...telling.out, says: 'folder of the reports; default .bnspec/matrix' } },
    },
    load: async () => (await import('./matrix.js')).matrix,
  },
  doctor: {
    usage: 'doctor TARGET',
    says: 'hello, one small case, the bytes exchanged, what is wrong and how to mend it',
    options: keeping,
    load: async () => (await import('./doctor.js')).doctor,
  },
};

const targets = `TARGET is builtin:NAME, mutant:ID, spec (the correctly rounded specification),
a file ./adapter.py, .mjs, .js or .ts, a library ./kernel.so, a module
./kernel.wasm, one for a browser ./a.browser.mjs or ./page.html,
or any program:  -- command arguments
It runs as you: it can read your files and use the network.`;

const codes = `Exit codes: 0 conforms, 1 refuted, 2 usage, 3 nothing may be concluded,
4 bnspec's own failure.`;

/** The first page: the commands, the targets, the exit codes. */
export function overview(version: string): string {
  const list = Object.values(commands).map(({ usage, says }) => `  bnspec ${usage}\n      ${says}`);
  const head = `bnspec ${version}: an executable specification of batch normalization,\nand the laws that judge anybody's kernel`;
  return `${head}\n\n${list.join('\n')}\n\n${targets}\n\n${codes}\n\nbnspec COMMAND --help lists its options.\n`;
}

/** The page of one command: its options, one line each where they fit. */
export function page(name: string): string {
  const { usage, says, options } = commands[name];
  const known: Readonly<Record<string, Option>> = { ...options, ...common };
  const lines = Object.entries(known).flatMap(([key, option]) => {
    const flag = `  --${key}${option.takes ? ` ${option.takes}` : ''}`;
    const text = wrap(`${option.says}${option.repeats ? '; may be repeated' : ''}`, 80 - column);
    return text.map((line, i) => (i === 0 ? flag : '').padEnd(column) + line);
  });
  return `bnspec ${usage}\n    ${says}\n\n${lines.join('\n')}${name === 'run' ? config : ''}\n\n${targets}\n\n${codes}\n`;
}

/** Where the words beside the options begin. */
const column = 26;

const config = `

bnspec.config.json may hold them: {"require": "stable", "dtype": ["f32"]}; the
environment beats it (BNSPEC_MAX_TIME=60), the command line beats both.`;
