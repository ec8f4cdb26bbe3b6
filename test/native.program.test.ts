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

  const folders = (files: Readonly<Record<string, Uint8Array>>) => {
    const place = folder();
    const [requests, answers] = [join(place, 'requests'), join(place, 'deep answers')];
    mkdirSync(requests);
    for (const [name, bytes] of Object.entries(files)) writeFileSync(join(requests, name), bytes);
    const { status, stdout, stderr } = spawnSync(program, ['answers', requests, answers], { encoding: 'utf8' });
    return { status, stdout, stderr, answers };
  };
  const replies = (path: string): Blob[] => framing().push(readFileSync(path)).map(assemble);

  test('answers each file, in order, into one of the same name; a layer lives on from file to file', () => {
    const { status, stdout, answers } = folders({
      '000001.safetensors': Buffer.concat([write(layer('3', 'state')), write(layer('4', 'drop'))]),
      '000000.safetensors': Buffer.concat(
        [hello, training(), layer('1', 'new', scalars), layer('2', 'train', new Map([['x', x]]))].map(write),
      ),
      'notes.txt': Buffer.from('not asked'),
    });
    expect([status, stdout]).toEqual([0, '']);
    expect(readdirSync(answers).sort()).toEqual(['000000.safetensors', '000001.safetensors']);
    const [card, trained, made, stepped] = replies(join(answers, '000000.safetensors'));
    expect(card!.metadata).toMatchObject({ id: 'h', status: 'ok', name: 'c two-pass', dtypes: 'f64,f32' });
    expect(card!.metadata.ops!.split(',')).toContain('layer');
    expect([...trained!.tensors.keys()].sort()).toEqual(['inv_std', 'mean', 'y']);
    expect(made!.metadata).toMatchObject({ id: '1', status: 'ok' });
    expect([...values(stepped!.tensors.get('y')!)]).toEqual([-1, -1, -1, 1, 1, 1]);
    const [state, dropped] = replies(join(answers, '000001.safetensors'));
    expect([...values(state!.tensors.get('running_mean')!)]).toEqual([0.5, 1, 1.5]);
    expect([...values(state!.tensors.get('count')!)]).toEqual([1]);
    expect(dropped!.metadata).toMatchObject({ id: '4', status: 'ok' });
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
    expect(existsSync(join(answers, 'a.safetensors'))).toBe(false);
  });

  test('says how it is used, and what it does not find', () => {
    expect(spawnSync(program, ['help'], { encoding: 'utf8' }).stderr).toMatch(
      /^usage: .*\n.* answers REQUESTS ANSWERS/,
    );
    const missing = spawnSync(program, ['answers', 'nowhere', 'x'], { encoding: 'utf8' });
    expect([missing.status, missing.stderr]).toEqual([70, 'cannot read the folder nowhere\n']);
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
