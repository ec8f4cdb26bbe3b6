/** As much of WebAssembly's JavaScript interface as is used; not every host has it, nor every library its types. */
interface Assembly {
  readonly Memory: new (limits: { initial: number }) => Memory;
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: { env: { memory: Memory } }) => { readonly exports: object };
  readonly RuntimeError: new (...args: never) => Error;
}
export interface Memory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

/** Throws where the host has no WebAssembly. */
export function assembly(): Assembly {
  const { WebAssembly: found } = globalThis as { WebAssembly?: Assembly };
  if (!found) throw new Error('this host has no WebAssembly');
  return found;
}

/** Bytes of a page of memory. */
export const page = 2 ** 16;
