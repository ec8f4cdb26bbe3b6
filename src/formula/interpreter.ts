import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { assembly, type Memory, page } from '../wasm/host.js';

/** assembly/machine.ts, compiled, and the memory that it works in; its constants are globals. */
interface Exports {
  run(...numbers: readonly number[]): void;
  readonly [constant: `${'Operation' | 'End'}.${string}`]: { readonly value: number } | undefined;
  readonly count: { readonly value: number };
  readonly beside: { readonly value: number };
  readonly registerBytes: { readonly value: number };
  readonly inputBytes: { readonly value: number };
}

const wasm = assembly();
const memory: Memory = new wasm.Memory({ initial: 32 });
const path = createRequire(import.meta.url).resolve('#machine');
/** WebAssembly, since a run is over before a compiler of JavaScript has made this fast: it is two thirds of all judging. */
export const interpreter = new wasm.Instance(new wasm.Module(readFileSync(path)), {
  env: { memory },
}).exports as Exports;
/** What it throws at an exponent that is not one integer. */
export const { RuntimeError } = wasm;

export let doubles = new Float64Array(memory.buffer);
export let words = new Int32Array(memory.buffer);

function reach(bytes: number): void {
  const missing = Math.ceil((bytes - memory.buffer.byteLength) / page);
  if (missing <= 0) return;
  memory.grow(missing);
  doubles = new Float64Array(memory.buffer);
  words = new Int32Array(memory.buffer);
}

/** What programs keep lies below; above it is room for one run. */
let floor = page;

/** The address of so many bytes that nobody else will write to. */
export function keep(bytes: number): number {
  const at = floor;
  floor += Math.ceil(bytes / 8) * 8;
  reach(floor);
  return at;
}

/** The address of so many bytes for one run. */
export function room(bytes: number): number {
  reach(floor + bytes);
  return floor;
}
