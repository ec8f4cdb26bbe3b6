/**
 * The process that a WebAssembly module is judged in: `node wasm-host.js ./kernel.wasm`. Of the system it sees what WASI
 * gives without a folder: its log, a clock, random numbers.
 */
import { openSync, readFileSync, writeSync } from 'node:fs';
import { devNull } from 'node:os';
import { WASI } from 'node:wasi';
import { type Question, questions } from '../wire/protocol.js';
import { apart, type Window } from './arena.js';
import { caller, type Machine } from './call.js';
import { refusing, serve } from './serve.js';

/** As much of WebAssembly's interface as is used: this library of types has none of it. */
interface Memory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}
interface Described {
  readonly module: string;
  readonly name: string;
  readonly kind: string;
}
type Imports = Record<string, Record<string, unknown> | undefined>;
interface Assembly {
  readonly Module: (new (bytes: Uint8Array) => object) & { imports(module: object): Described[] };
  readonly Instance: new (module: object, imports: Imports) => { readonly exports: Record<string, unknown> };
  readonly Memory: new (limits: { initial: number }) => Memory;
  readonly RuntimeError: new (message: string) => Error;
}
const { WebAssembly } = globalThis as unknown as { WebAssembly: Assembly };

const page = 2 ** 16;
const system = 'wasi_snapshot_preview1';
type Function_ = (...given: number[]) => number;

/** Ends the process as a crash does, and says what it was: after a trap nothing is known of the module's memory. */
function trapped(error: unknown): never {
  writeSync(2, `the module trapped: ${(error as Error).stack ?? error}\n`);
  process.exit(134);
}

/** A function of the module, whose traps end the process. */
const guarded =
  (call: Function_): Function_ =>
  (...given) => {
    try {
      return call(...given);
    } catch (error) {
      trapped(error);
    }
  };

/** What the compilers of AssemblyScript and Emscripten let a module call. */
const env = {
  abort: (_message: number, _file: number, row: number, column: number) => {
    throw new WebAssembly.RuntimeError(`abort at line ${row}, column ${column}`);
  },
  emscripten_notify_memory_growth: () => {},
};

/** What a module is given of what it imports. Throws Error with the cure where it wants more. */
function given(module: object, path: string, wasi: WASI): Imports {
  const known = { ...wasi.getImportObject(), env } as Imports;
  const wanted = WebAssembly.Module.imports(module).filter((one) => known[one.module]?.[one.name] === undefined);
  if (wanted.length === 0) return known;
  const names = wanted.map(({ module, name, kind }) => `${module}.${name} (${kind})`).slice(0, 5);
  throw new Error(`${path} imports ${names.join(', ')}: only functions of ${system} are given; link the rest in`);
}

function load(path: string): Machine {
  const module = new WebAssembly.Module(readFileSync(path));
  const wasi = new WASI({
    version: 'preview1',
    stdin: openSync(devNull, 'r'),
    stdout: 2,
    stderr: 2,
    returnOnExit: false,
  });
  const instance = new WebAssembly.Instance(module, given(module, path, wasi));
  const { exports: exported } = instance;
  const has = (name: string): Function_ | null => {
    const it = exported[name];
    return typeof it === 'function' ? guarded(it as Function_) : null;
  };
  const [{ memory }, card] = [exported, has('bnspec_card')];
  if (!(memory instanceof WebAssembly.Memory) || !card) {
    const names = Object.keys(exported).slice(0, 12).join(', ') || 'nothing';
    throw new Error(`${path} must export memory and bnspec_card, as targets/bnspec.h says; it exports ${names}`);
  }
  if (WebAssembly.Module.imports(module).some((one) => one.module === system)) {
    if (exported._start) wasi.start(instance);
    else wasi.initialize(instance);
  } else has('_initialize')?.();
  const functions = new Map<Question, Function_>();
  for (const op of questions) {
    const operation = has(`bnspec_${op}`);
    if (operation) functions.set(op, operation);
  }
  const text = (at: bigint): string => {
    const bytes = new Uint8Array(memory.buffer, Number(at));
    return new TextDecoder().decode(bytes.subarray(0, bytes.indexOf(0)));
  };
  const window = room(memory, has('bnspec_alloc') ?? has('malloc'));
  return { width: 4, card: text(BigInt(card() >>> 0)), functions, window, text };
}

/** The host's part of the memory: what the module allocates for it, or pages behind all others. */
function room(memory: Memory, allocate: Function_ | null): (size: number) => Window {
  let [address, have] = [0, 0];
  return (size) => {
    if (size > have) {
      have = Math.ceil(1.5 * size);
      const start = allocate ? allocate(have + apart) >>> 0 : memory.grow(Math.ceil((have + apart) / page)) * page;
      if (start === 0) throw new Error(`the module has no ${have} bytes for its tensors`);
      address = apart * Math.ceil(start / apart);
    }
    // Anew each time: when the memory grows, views of it end.
    return { bytes: new Uint8Array(memory.buffer, address, have), address };
  };
}

const path = process.argv[2]!;
await serve(
  await Promise.resolve()
    .then(() => caller(load(path)))
    .catch(refusing),
);
