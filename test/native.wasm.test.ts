import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openTarget } from '../src/target/open.js';
import type { Blob } from '../src/wire/safetensors.js';
import { tensor } from '../src/wire/tensor.js';
import { inAssemblyScript } from './fixtures/compiled.js';
import { folder, left } from './fixtures/suspects.js';

/** A kernel that misbehaves in one way: x[0] says in which. Otherwise y = x. */
const hostile = `
import { Inputs, Outputs, text } from './bnspec.as';
export { bnspec_alloc } from './bnspec.as';
const card = text('name=hostile\\ndtypes=f32\\n');
const refused = text('no such device');
export function bnspec_card(): usize { return changetype<usize>(card); }
function deeper(n: i32): i32 { return n < 0 ? 0 : deeper(n + 1) + deeper(n + 2); }
export function bnspec_train(inputs: Inputs, outputs: Outputs): i32 {
  const x = inputs.x.data, y = outputs.y.data, fault = <i32>load<f32>(x);
  memory.copy(y, x, <usize>inputs.x.size * 4);
  if (fault === 1) unreachable();
  if (fault === 2) store<f32>(0xfffffff0, 1);
  if (fault === 3) while (load<f32>(x) > 0) store<f32>(x, 3);
  if (fault === 4) store<f32>(y + <usize>inputs.x.size * 4, 1);
  if (fault === 5) store<f32>(y - 4, 1);
  if (fault === 6) return deeper(0);
  if (fault === 7) { outputs.message = refused; return 1; }
  if (fault === 8) store<f32>(x + 4, 7);
  if (fault === 9) memory.grow(100);
  if (fault === 10) { const a = new StaticArray<f64>(1 << 21); a[0] = 1; }
  if (fault === 11) { assert(fault === 0, 'it must be'); }
  if (fault === 12) store<u32>(y + 8, 0xfffafffa);
  return 0;
}`;

const asking = (fault: number, extent = 3): Blob => ({
  metadata: { op: 'train', layout: 'channels_first' },
  tensors: new Map([
    ['x', tensor('f32', [2, extent], [fault, ...new Array(2 * extent - 1).fill(1)])],
    ['epsilon', tensor('f64', [1], [0.25])],
  ]),
});

const spoilt = (why: string) => ({ status: 'breaks', reason: `y: expected F32 [2, 3], got no such output: ${why}` });
const trapped = (detail: RegExp) => ({
  status: 'breaks',
  reason: 'ended without a reply, code 134',
  detail: expect.stringMatching(detail),
});

describe('a WebAssembly module', () => {
  const module = inAssemblyScript(hostile);
  const faults: Readonly<Record<string, [number, object]>> = {
    'reaches the unreachable': [1, trapped(/^the module trapped: RuntimeError: unreachable/)],
    'writes outside of its memory': [2, trapped(/trapped: RuntimeError: memory access out of bounds/)],
    'never returns': [3, { status: 'breaks', reason: 'no reply within 0.7 s' }],
    'writes past the end': [4, spoilt('it wrote 4 bytes past the end of y')],
    'writes before the beginning': [5, spoilt('it wrote 4 bytes before the beginning of y')],
    'calls itself without end': [6, trapped(/trapped: RangeError: Maximum call stack/)],
    refuses: [7, { status: 'error', message: 'no such device' }],
    'overwrites its input': [8, { status: 'ok', overwritten: ['x'] }],
    'lets its memory grow': [9, { status: 'ok' }],
    'takes memory for itself': [10, { status: 'ok' }],
    aborts: [11, trapped(/trapped: RuntimeError: abort at line \d+/)],
    'leaves an element unwritten': [12, spoilt('1 of 6 elements of y were never written, the first at [0, 2]')],
  };

  test.each(Object.entries(faults))('that %s', async (_, [fault, expected]) => {
    const target = await openTarget(module, { caseTimeout: 700, grace: 500 });
    try {
      expect(await target.ask(asking(0))).toMatchObject({ status: 'ok' });
      expect(await target.ask(asking(fault))).toMatchObject(expected);
      // larger than all that was there before
      expect(await target.ask(asking(0, 50_000))).toMatchObject({ status: 'ok' });
    } finally {
      await target.close();
    }
    expect(target.warnings).toEqual([]);
    expect(left(module)).toEqual([]);
  });
});

describe('no hello of a module', () => {
  const bytes = (...sections: number[]) => Buffer.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, ...sections]);
  /** Imports the function env.cosine: a type, and the import of it. */
  const importing = bytes(
    ...[1, 4, 1, 0x60, 0, 0],
    ...[2, 14, 1, 3, ...Buffer.from('env'), 6, ...Buffer.from('cosine'), 0, 0],
  );
  const made = (name: string, content: Buffer): string => {
    const path = join(folder(), name);
    writeFileSync(path, content);
    return path;
  };

  test.each([
    ['exports nothing', bytes(), /must export memory and bnspec_card, as targets\/bnspec\.h says; it exports nothing/],
    ['imports more than is given', importing, /imports env\.cosine \(function\): only functions of wasi_snapshot_prev/],
    ['is cut', bytes(1, 4), /CompileError|expected|WebAssembly/],
  ])('that %s', async (_, content, message) => {
    const target = await openTarget(made('kernel.wasm', content));
    await expect(target.hello()).rejects.toMatchObject({ kind: 'hello', message: expect.stringMatching(message) });
    await target.close();
  });

  test.each([
    ['kernel.wasm', Buffer.from('<html>'), /kernel\.wasm is no WebAssembly module: see targets\/bnspec\.h/],
    ['kernel.wasm', Buffer.from('\0asm\x0d\0\x01\0', 'latin1'), /is a component, not a core module/],
    ['kernel.wasm', Buffer.alloc(0), /is no WebAssembly module/],
    ['kernel.so', Buffer.from('<html>'), /kernel\.so is no shared library of linux \w+: build it here with -shared/],
  ])('%s that is none is refused before anything is started', async (name, content, message) => {
    if (name === 'kernel.so' && process.platform !== 'linux') return;
    const expected = { kind: 'usage', message: expect.stringMatching(message) };
    await expect(openTarget(made(name, content))).rejects.toMatchObject(expected);
  });

  test('a missing file is said to be missing', async () => {
    const message = 'there is no file ./missing.so: check the path';
    await expect(openTarget('./missing.so')).rejects.toMatchObject({ kind: 'usage', message });
  });
});
