import { assembly, type Memory, page } from '../wasm/host.js';
import { moduleOf } from './bytes.js';
import * as double from './double.js';
import * as half from './half.js';
import type { Kernel, Run } from './kernel.js';
import { scripted, type Views, viewsOf } from './script.js';
import * as single from './single.js';
import { vectorized } from './vector.js';

/** Every kernel by its name. */
export const kernels = { ...single, ...half, ...double } satisfies Record<string, Kernel>;
export type Kernels = Readonly<Record<keyof typeof kernels, Kernel>>;
export type Host = 'wasm' | 'js';

/** The compiled kernels and the memory they work in. One at a time may use it. */
export class Engine {
  readonly host: Host;
  readonly #kernels: Kernels;
  readonly #memory: Memory | null;
  #buffer: ArrayBuffer;
  #runs: Readonly<Record<string, Run>>;
  #views: Views;

  /** Throws where the host cannot do it: WebAssembly may be missing or forbidden. */
  constructor(host: Host, from: Kernels = kernels) {
    this.host = host;
    this.#kernels = from;
    this.#memory = host === 'wasm' ? new (assembly().Memory)({ initial: 1 }) : null;
    this.#buffer = this.#memory?.buffer ?? new ArrayBuffer(page);
    this.#views = viewsOf(this.#buffer);
    this.#runs = this.#memory ? this.#instance(this.#memory) : this.#scripts();
  }

  get run(): Readonly<Record<keyof Kernels, Run>> {
    return this.#runs as Readonly<Record<keyof Kernels, Run>>;
  }

  /** Of the memory as it is; what `reserve` returned before stays where it was, but these must be asked for anew. */
  get views(): Views {
    return this.#views;
  }

  /** Makes room for as many bytes, from address 0 on. What the memory held may be lost. */
  reserve(bytes: number): void {
    if (bytes <= this.#buffer.byteLength) return;
    const pages = Math.ceil(bytes / page);
    if (this.#memory) {
      this.#memory.grow(pages - this.#buffer.byteLength / page);
      this.#buffer = this.#memory.buffer;
    } else this.#buffer = new ArrayBuffer(pages * page);
    this.#views = viewsOf(this.#buffer);
    if (!this.#memory) this.#runs = this.#scripts();
  }

  #instance(memory: Memory): Readonly<Record<string, Run>> {
    const routines = Object.entries(this.#kernels).map(([name, kernel]) => vectorized(name, kernel));
    const { Instance, Module } = assembly();
    return new Instance(new Module(moduleOf(routines)), { env: { memory } }).exports as Readonly<Record<string, Run>>;
  }

  #scripts(): Readonly<Record<string, Run>> {
    return Object.fromEntries(
      Object.entries(this.#kernels).map(([name, kernel]) => [name, scripted(kernel, this.#views)]),
    );
  }
}
