/** The binary format of WebAssembly, as much of it as one module of loops needs. Source: WebAssembly core 2.0, chapter 5. */
export type Code = readonly number[];

/** LEB128 without a sign. */
export function whole(n: number): number[] {
  return n < 0x80 ? [n] : [(n & 0x7f) | 0x80, ...whole(n >>> 7)];
}

/** LEB128 with a sign. */
export function signed(n: number): number[] {
  return n >= -0x40 && n < 0x40 ? [n & 0x7f] : [(n & 0x7f) | 0x80, ...signed(n >> 7)];
}

export const valtypes = { i32: 0x7f, f64: 0x7c, v128: 0x7b } as const;
export type Valtype = keyof typeof valtypes;

/** The few scalar instructions that loops need. */
export const scalar = {
  block: [0x02, 0x40],
  loop: [0x03, 0x40],
  if: [0x04, 0x40],
  else: [0x05],
  end: [0x0b],
  branch: [0x0d, 0],
  select: [0x1b],
  get: (local: number): number[] => [0x20, ...whole(local)],
  set: (local: number): number[] => [0x21, ...whole(local)],
  tee: (local: number): number[] => [0x22, ...whole(local)],
  integer: (n: number): number[] => [0x41, ...signed(n)],
  storeInteger: [0x36, 2, 0],
  drop: [0x1a],
  isZero: [0x45],
  less: [0x48],
  add: [0x6a],
  subtract: [0x6b],
  shift: [0x76],
} as const;

/** A SIMD instruction. */
export const simd = (code: number, ...immediates: number[]): number[] => [0xfd, ...whole(code), ...immediates];

/** An address is used as it is: unaligned, with an offset. */
export const memory = (offset: number): number[] => [0, ...whole(offset)];

export interface Routine {
  readonly name: string;
  readonly takes: readonly Valtype[];
  /** Of the locals after the parameters. */
  readonly locals: readonly Valtype[];
  readonly code: Code;
}

const list = (items: readonly Code[]): number[] => [...whole(items.length), ...items.flat()];
const section = (id: number, items: readonly Code[]): number[] => {
  const body = list(items);
  return [id, ...whole(body.length), ...body];
};
const name = (text: string): number[] => [...whole(text.length), ...new TextEncoder().encode(text)];

/** A module that imports `env.memory` and exports the routines, each of which returns an i32. */
export function moduleOf(routines: readonly Routine[]): Uint8Array<ArrayBuffer> {
  const types = routines.map(({ takes }) => [0x60, ...list(takes.map((type) => [valtypes[type]])), 1, valtypes.i32]);
  const bodies = routines.map(({ locals, code }) => {
    const body = [...list(locals.map((type) => [1, valtypes[type]])), ...code, ...scalar.end];
    return [...whole(body.length), ...body];
  });
  return Uint8Array.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, types),
    ...section(2, [[...name('env'), ...name('memory'), 2, 0, 1]]),
    ...section(
      3,
      routines.map((_, i) => whole(i)),
    ),
    ...section(
      7,
      routines.map((routine, i) => [...name(routine.name), 0, ...whole(i)]),
    ),
    ...section(10, bodies),
  ]);
}
