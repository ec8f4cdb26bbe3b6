import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openTarget } from '../src/target/open.js';
import { framing } from '../src/wire/frame.js';
import { assemble, type Blob, write } from '../src/wire/safetensors.js';
import { tensor, values } from '../src/wire/tensor.js';
import { fixture } from './cli.process.js';
import { root } from './fixtures/adapters.js';
import { compilers, inC } from './fixtures/compiled.js';
import { folder, training } from './fixtures/suspects.js';

const every = (): string => readFileSync(fixture('every.c'), 'utf8');

describe.skipIf(!compilers('gcc'))('the C kit without a pipe', () => {
  const [program] = inC('program', every()) as [string];
  const hello: Blob = { metadata: { op: 'hello', id: 'h' }, tensors: new Map() };
  const layer = (id: string, step: string, tensors: Blob['tensors'] = new Map()): Blob => ({
    metadata: {
      ...{ op: 'layer', id, step, handle: 'a "layer"', layout: 'channels_first' },
      ...{ channels: '3', rank: '2', dtype: 'f32', parameters: '', track: 'true' },
    },
    tensors,
  });
  const scalars = new Map([
    ['epsilon', tensor('f64', [1], [0])],
    ['momentum', tensor('f64', [1], [0.5])],
  ]);
  const x = tensor('f32', [2, 3], [0, 1, 2, 2, 3, 4]);

  const folders = (files: Readonly<Record<string, Uint8Array>>, by = program) => {
    const place = folder();
    const requests = join(place, 'requests');
    mkdirSync(requests);
    for (const [name, bytes] of Object.entries(files)) writeFileSync(join(requests, name), bytes);
    const run = () => spawnSync(by, ['--answer', place], { encoding: 'utf8' });
    return { ...run(), again: run, answers: join(place, 'answers') };
  };
  const replies = (path: string): Blob[] => framing().push(readFileSync(path)).map(assemble);

  test('answers each file into one of the same name, once', () => {
    const { status, stdout, answers, again } = folders({
      '0002.safetensors': write(training()),
      '0001.safetensors': Buffer.concat(
        [
          ...[hello, training(), layer('1', 'new', scalars), layer('2', 'train', new Map([['x', x]]))],
          ...[layer('3', 'state'), layer('4', 'drop')],
        ].map(write),
      ),
      'notes.txt': Buffer.from('not asked'),
    });
    expect([status, stdout]).toEqual([0, '']);
    expect(readdirSync(answers).sort()).toEqual(['0001.safetensors', '0002.safetensors']);
    const [card, trained, made, stepped, state, dropped] = replies(join(answers, '0001.safetensors'));
    expect(card!.metadata).toMatchObject({ id: 'h', status: 'ok', name: 'c two-pass', dtypes: 'f64,f32' });
    expect(card!.metadata.ops!.split(',')).toContain('layer');
    expect([...trained!.tensors.keys()].sort()).toEqual(['inv_std', 'mean', 'y']);
    expect(made!.metadata).toMatchObject({ id: '1', status: 'ok' });
    expect([...values(stepped!.tensors.get('y')!)]).toEqual([-1, -1, -1, 1, 1, 1]);
    expect([...values(state!.tensors.get('running_mean')!)]).toEqual([0.5, 1, 1.5]);
    expect([...values(state!.tensors.get('count')!)]).toEqual([1]);
    expect(dropped!.metadata).toMatchObject({ id: '4', status: 'ok' });
    const before = readFileSync(join(answers, '0001.safetensors'));
    expect(again()).toMatchObject({
      status: 0,
      stderr: expect.stringContaining('answered 0 files; 2 had answers before, and keep them: delete'),
    });
    expect(readFileSync(join(answers, '0001.safetensors'))).toEqual(before);
  });

  test('an input that is given by an earlier reply of the file is taken from there, and that is said', () => {
    const statistics = new Map([
      ...scalars,
      ['x', x],
      ['running_mean', tensor('f32', [3], [9, 9, 9])],
      ['running_var', tensor('f32', [3], [1, 1, 1])],
    ] as const);
    const train = (id: string, given = ''): Blob => ({
      metadata: { op: 'train', id, layout: 'channels_first', ...(given && { given }) },
      tensors: new Map(statistics),
    });
    const asked = [train('1'), train('2', 'running_mean=1.running_mean'), train('3', 'running_mean=7.running_mean')];
    const { answers } = folders({ 'a.safetensors': Buffer.concat(asked.map(write)) });
    const [first, second, third] = replies(join(answers, 'a.safetensors'));
    expect([...values(first!.tensors.get('running_mean')!)]).toEqual([5, 5.5, 6]);
    expect([...values(second!.tensors.get('running_mean')!)]).toEqual([3, 3.75, 4.5]);
    expect(second!.metadata.given).toBe('running_mean=1.running_mean');
    expect(third!.metadata).toEqual({ id: '3', status: 'lost' });
  });

  test('a question that the kernel dies at is lost, and so are its layers; the others are answered', () => {
    const [hostile] = inC('program', readFileSync(fixture('hostile.c'), 'utf8')) as [string];
    const ask = (id: string, fault: number): Blob => ({
      metadata: { op: 'train', id, layout: 'channels_first' },
      tensors: new Map([...scalars, ['x', tensor('f32', [2, 3], [fault, 1, 2, 2, 3, 4])]]),
    });
    const asked = [ask('1', 0), ask('2', 1), ask('3', 0), ask('4', 2), ask('5', 3), layer('6', 'state'), ask('7', 0)];
    const { status, answers } = folders({ 'a.safetensors': Buffer.concat(asked.map(write)) }, hostile);
    expect(status).toBe(0);
    const got = replies(join(answers, 'a.safetensors')).map(({ metadata }) => `${metadata.id} ${metadata.status}`);
    expect(got).toEqual(['1 ok', '2 lost', '3 ok', '4 lost', '5 lost', '6 lost', '7 ok']);
  });

  test.each([
    ['a cut file', write(training()).subarray(0, -4), /cut|cannot be read/],
    ['a file of another kind', Buffer.from('{"a": 1}\n'), /a request's header of \d+ bytes/],
    [
      'a header of noise',
      Buffer.concat([Buffer.from([8, 0, 0, 0, 0, 0, 0, 0]), Buffer.from('{"x":[[[')]),
      /cannot be read/,
    ],
  ])('%s ends it, and leaves no answer that could be taken for one', (_, bytes, message) => {
    const { status, stderr, answers } = folders({ 'a.safetensors': bytes });
    expect(status).toBe(70);
    expect(stderr).toMatch(message);
    expect(existsSync(join(answers, 'a.safetensors')) && readFileSync(join(answers, 'a.safetensors')).length).toBe(0);
  });

  test('says how it is used, and what it does not find', () => {
    expect(spawnSync(program, ['help'], { encoding: 'utf8' }).stderr).toMatch(/^usage: .*\n.* --answer DIR/);
    const missing = spawnSync(program, ['--answer', 'nowhere'], { encoding: 'utf8' });
    expect([missing.status, missing.stderr]).toEqual([70, 'nowhere holds no questions: bnspec export writes them\n']);
  });
});

describe.skipIf(!compilers('gcc'))('no hello of a library', () => {
  test('without a card: it names the header', async () => {
    const target = await openTarget(inC('library', 'int bnspec_infer(void *in, void *out) { return 0; }'));
    const message = expect.stringMatching(
      /kernel\.so has no bnspec_card: write it as targets\/bnspec\.h says, in C\+\+/,
    );
    await expect(target.hello()).rejects.toMatchObject({ kind: 'hello', message });
    await target.close();
  });

  test('that wants symbols which are nowhere: the words of the loader', async () => {
    const text = 'int nowhere(void); const char *bnspec_card(void) { return nowhere() ? "a" : "b"; }';
    const target = await openTarget(inC('library', text, '-Wl,-z,now'));
    await expect(target.hello()).rejects.toMatchObject({ kind: 'hello', message: expect.stringMatching(/nowhere/) });
    await target.close();
  });

  test('with a card that cannot be read', async () => {
    const target = await openTarget(inC('library', 'const char *bnspec_card(void) { return "name"; }'));
    const message = expect.stringMatching(/bnspec_card says "name": lines of key=value are expected/);
    await expect(target.hello()).rejects.toMatchObject({ kind: 'hello', message });
    await target.close();
  });

  test('without koffi: how to get it', () => {
    const place = folder();
    for (const floor of ['target', 'wire', 'exact'])
      cpSync(join(root, 'dist/src', floor), join(place, floor), { recursive: true });
    writeFileSync(join(place, 'package.json'), '{"type":"module"}');
    const asked = write({ metadata: { op: 'hello', id: 'h' }, tensors: new Map() });
    const reply = execFileSync(process.execPath, [join(place, 'target/native-host.js'), './kernel.so'], {
      input: asked,
      stdio: ['pipe', 'inherit', 'inherit', 'pipe'],
    });
    expect(reply).toBeNull(); // its standard output is not what it answers by
    const { output } = spawnSync(process.execPath, [join(place, 'target/native-host.js'), './kernel.so'], {
      input: asked,
      stdio: ['pipe', 'ignore', 'inherit', 'pipe'],
    });
    const [blob] = framing().push(output[3]!).map(assemble);
    expect(blob!.metadata).toMatchObject({ id: 'h', status: 'error' });
    expect(blob!.metadata.message).toMatch(/loaded by koffi, which is not here: npm install koffi/);
  });
});
