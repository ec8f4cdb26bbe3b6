import {
  appendFileSync,
  cpSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { line } from '../src/journal/line.js';
import { readBack } from '../src/run/plain.js';
import { folder, judged, merged, sharded } from './sharding.js';

const few = { laws: ['inference.output'], cases: 5 };
const out = folder();
const [first, second] = ['shard-1-of-3.ndjson', 'shard-2-of-3.ndjson'];
let journal = '';

beforeAll(async () => {
  ({ journal } = await sharded('builtin:two-pass', few, 3, out));
  await sharded('builtin:two-pass', { ...few, seed: 2 }, 3, join(out, 'seed'));
  await sharded('builtin:welford', few, 3, join(out, 'other'));
  await sharded('builtin:two-pass', few, 2, join(out, 'two'));
});

interface Said {
  readonly schema: string;
  readonly plan: { readonly suite: string; readonly target: object };
  readonly mark: number;
}

/** Changes what the lines of a journal say, and sums them up anew: nothing but the change is wrong. */
function edit(file: string, change: (lines: Said[]) => unknown[]): void {
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  let sum = 0;
  const bytes = change(lines.map((text) => readBack(text.slice(9)) as Said)).map((value) => {
    const next = line(value, sum);
    sum = next.sum;
    return next.bytes;
  });
  writeFileSync(file, Buffer.concat(bytes));
}

const head = (lines: Said[], part: object): unknown[] => [{ ...lines[0], ...part }, ...lines.slice(1)];
const text = (file: string): string => readFileSync(file, 'utf8');
const linesOf = (file: string): string[] => text(file).trimEnd().split('\n');
const put = (file: string, lines: readonly string[]): void => writeFileSync(file, `${lines.join('\n')}\n`);

/** What is wrong with a set of shards; the exit code, and what the message says. */
const sets: Record<string, [(place: string) => void, code: number, says: string]> = {
  'one is missing': [(place) => rmSync(join(place, second)), 3, 'of 3 shards 2 is missing'],
  'one is there twice': [
    (place) => cpSync(join(place, second), join(place, 'again.ndjson')),
    3,
    'shard 2 of 3 is there twice: ',
  ],
  'one has another seed': [
    (place) => cpSync(join(out, 'seed', 'of-3', second), join(place, second)),
    3,
    '--seed 2, not 1|--seed 1, not 2',
  ],
  'one has another target': [
    (place) => cpSync(join(out, 'other', 'of-3', second), join(place, second)),
    3,
    'target id',
  ],
  'one has another number of shards': [
    (place) => cpSync(join(out, 'two', 'of-2', 'shard-1-of-2.ndjson'), join(place, first)),
    3,
    'shards, ',
  ],
  'one has another card': [
    (place) =>
      edit(join(place, second), (lines) => {
        const { plan } = lines[0]!;
        return head(lines, { plan: { ...plan, target: { ...plan.target, card: { name: 'x' } } } });
      }),
    3,
    'card name two-pass, not x',
  ],
  'one is of another dialect': [
    (place) =>
      edit(join(place, second), (lines) => [
        ...lines.slice(0, -1),
        { end: { ...(lines.at(-1) as never as { end: object }).end, profile: 'keras3' } },
      ]),
    3,
    'was judged as keras3',
  ],
  'all are of other laws': [
    (place) => {
      for (const n of [1, 2, 3])
        edit(join(place, `shard-${n}-of-3.ndjson`), (lines) =>
          head(lines, { plan: { ...lines[0]!.plan, suite: 'x' } }),
        );
    },
    2,
    'made by bnspec with other laws',
  ],
  'a byte was changed': [
    (place) => {
      const bytes = readFileSync(join(place, second));
      bytes[bytes.length >> 1]! ^= 1;
      writeFileSync(join(place, second), bytes);
    },
    3,
    `${second} is damaged at byte`,
  ],
  'a line was lost': [
    (place) => put(join(place, second), linesOf(join(place, second)).toSpliced(1, 1)),
    3,
    `${second} is damaged at byte`,
  ],
  'a line was doubled': [
    (place) => put(join(place, second), linesOf(join(place, second)).toSpliced(1, 0, linesOf(join(place, second))[1]!)),
    3,
    `${second} is damaged at byte`,
  ],
  'a case was doubled, and summed up': [
    (place) => edit(join(place, second), (lines) => lines.toSpliced(1, 0, lines[1]!)),
    3,
    'twice, or out of turn',
  ],
  'a case was lost, and summed up': [
    (place) => edit(join(place, second), (lines) => lines.toSpliced(1, 1)),
    3,
    'cases, and ends with',
  ],
  'something follows the end': [(place) => appendFileSync(join(place, second), 'x'), 3, `${second} is damaged`],
  'one was cut off': [
    (place) => truncateSync(join(place, second), text(join(place, second)).length - 9),
    3,
    'shard 2 of 3 has not come to its end: killed',
  ],
  'one is empty': [(place) => truncateSync(join(place, second)), 3, 'nothing has been written'],
  'a case was drawn otherwise': [
    (place) => edit(join(place, second), (lines) => lines.map((one) => ('mark' in one ? { ...one, mark: 1 } : one))),
    2,
    'is not the one that is drawn here',
  ],
  'one is of a newer version': [
    (place) => edit(join(place, second), (lines) => head(lines, { schema: 'bnspec-journal/9' })),
    2,
    'bnspec-journal/9), this one reads bnspec-journal/1',
  ],
  'one is no journal': [(place) => writeFileSync(join(place, second), '{"a": 1}\n'), 2, 'is no journal of bnspec'],
  'there are none': [
    (place) => {
      rmSync(place, { recursive: true });
      mkdirSync(place);
    },
    2,
    'holds no journals',
  ],
  'the folder is not there': [(place) => renameSync(place, `${place}-gone`), 2, 'there is no '],
};

describe('merge refuses, and says why', () => {
  for (const [what, [spoil, code, says]] of Object.entries(sets))
    test(what, async () => {
      const place = join(folder(), 'set');
      cpSync(journal, place, { recursive: true });
      expect((await merged([place], out)).code).toBe(0);
      spoil(place);
      const told = await merged([place], out);
      expect(told.words).toMatch(new RegExp(says.split('|').map(escaped).join('|')));
      expect(told.code).toBe(code);
      expect(told.report?.verdict ?? 'incomplete').toBe('incomplete');
    });
});

const escaped = (words: string): string => words.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

describe('a journal is not gone on with', () => {
  const again = (settings: object, place: string) =>
    judged('builtin:two-pass', { ...few, journal: place, shard: { index: 2, of: 3 }, ...settings }, out);

  test('when it is at its end', async () => {
    const told = await again({}, journal);
    expect(told.code).toBe(2);
    expect(told.words).toContain('is at its end: bnspec merge');
  });

  test('by a run with other options, which are named', async () => {
    const place = join(folder(), 'set');
    cpSync(journal, place, { recursive: true });
    truncateSync(join(place, second), text(join(place, second)).length - 9);
    expect((await again({ seed: 7, strict: true }, place)).words).toContain(
      '--seed 1, not 7; --strict unset, not true',
    );
    expect(await again({}, place)).toMatchObject({ code: 0 });
    expect(text(join(place, second))).toBe(text(join(journal, second)));
  });

  test('while another run writes it; what a dead one left is taken over', async () => {
    const place = join(folder(), 'set');
    mkdirSync(place);
    const lock = join(place, `${second}.lock`);
    const { hostname } = await import('node:os');
    const stat = readFileSync(`/proc/${process.ppid}/stat`, 'utf8').split(') ')[1]!.split(' ')[19];
    writeFileSync(lock, `${hostname()} ${process.ppid} ${stat}`);
    const told = await again({}, place);
    expect(told).toMatchObject({ code: 2, report: null });
    expect(told.words).toContain(`another run writes there: process ${process.ppid}`);
    writeFileSync(lock, `elsewhere 1 1`);
    expect((await again({}, place)).code).toBe(2);
    writeFileSync(lock, `${hostname()} ${process.ppid} 1`); // a number that was used again
    expect((await again({}, place)).code).toBe(0);
    expect(() => readFileSync(lock)).toThrow('ENOENT');
  });
});
