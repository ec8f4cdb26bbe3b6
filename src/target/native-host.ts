/**
 * The process that a shared library is judged in: `node native-host.js ./kernel.so`. It is loaded by koffi, and called in
 * memory of this process: when it crashes, this process ends.
 */
import { resolve } from 'node:path';
import { type Question, questions } from '../wire/protocol.js';
import { apart } from './arena.js';
import { caller, type Machine } from './call.js';
import { refusing, serve } from './serve.js';

/** Bytes of stack that a kernel is given: as a program has, for arrays on the stack are right. koffi gives 2 MiB of its own. */
const stack = 8 * 2 ** 20;

type Koffi = typeof import('koffi').default;

async function binding(): Promise<Koffi> {
  try {
    return (await import('koffi')).default;
  } catch (error) {
    const { message } = error as Error;
    throw new Error(`a shared library is loaded by koffi, which is not here: npm install koffi (${message})`);
  }
}

async function load(path: string): Promise<Machine> {
  const koffi = await binding();
  koffi.config({ sync_stack_size: stack });
  const library = koffi.load(resolve(path));
  const found = (name: string, result: string, parameters: string[]) => {
    try {
      return library.func(name, result, parameters);
    } catch {
      return null;
    }
  };
  const card = found('bnspec_card', 'str', []);
  if (!card) throw new Error(`${path} has no bnspec_card: write it as targets/bnspec.h says, in C++ as extern "C"`);
  const functions = new Map<Question, (inputs: number, outputs: number) => number>();
  for (const op of questions) {
    const operation = found(`bnspec_${op}`, 'int', ['uintptr_t', 'uintptr_t']);
    if (operation) functions.set(op, operation);
  }
  let bytes = new Uint8Array(0);
  let address = 0;
  return {
    width: 8,
    card: card() ?? '',
    functions,
    window(size) {
      if (size > bytes.length) {
        const buffer = new ArrayBuffer(Math.ceil(1.5 * size) + apart);
        const start = Number(koffi.address(buffer));
        const skip = (apart - (start % apart)) % apart;
        bytes = new Uint8Array(buffer, skip, buffer.byteLength - apart);
        address = start + skip;
      }
      return { bytes, address };
    },
    text: (at) => koffi.decode(at, 'char', -1) as string,
  };
}

await serve(await load(process.argv[2]!).then(caller).catch(refusing));
