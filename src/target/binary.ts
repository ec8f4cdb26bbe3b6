import { closeSync, openSync, readSync } from 'node:fs';
import { visible } from '../wire/text.js';
import { TargetError } from './target.js';

/** Machine numbers in the head of an ELF file. */
const machines: Readonly<Record<string, number>> = { x64: 62, arm64: 183, ia32: 3, arm: 40, riscv64: 243 };

function head(file: string, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  const descriptor = openSync(file, 'r');
  const read = readSync(descriptor, bytes);
  closeSync(descriptor);
  return bytes.subarray(0, read);
}

/** Whether this machine's system cannot itself run the file: neither a script with `#!` nor a program of its kind. */
export function foreign(file: string): boolean {
  const bytes = head(file, 20);
  if (bytes.toString('latin1', 0, 2) === '#!' || process.platform !== 'linux') return false;
  return elf(bytes) !== machines[process.arch];
}

/** The machine that an ELF file is made for; null of any other file. */
const elf = (bytes: Buffer): number | null =>
  bytes.length === 20 && bytes.toString('latin1', 0, 4) === '\x7fELF' ? bytes.readUInt16LE(18) : null;

/** Throws TargetError (usage) where the file is no shared library of this machine. */
export function checkLibrary(file: string): void {
  const here = `${process.platform} ${process.arch}`;
  const cure = 'build it here with -shared -fPIC';
  const bytes = head(file, 20);
  if (process.platform !== 'linux') return; // the loader's own words are all there is
  const machine = elf(bytes);
  if (machine === null) throw new TargetError('usage', `${visible(file)} is no shared library of ${here}: ${cure}`);
  const name = Object.keys(machines).find((known) => machines[known] === machine) ?? `machine ${machine}`;
  if (machine !== machines[process.arch])
    throw new TargetError('usage', `${visible(file)} is made for ${name}, this is ${here}: ${cure}`);
  // 2: a program; libraries and position-independent programs are 3
  if (bytes.readUInt16LE(16) !== 3)
    throw new TargetError('usage', `${visible(file)} is an object or a program, not a shared library: ${cure}`);
}

/** Throws TargetError (usage) where the file is no WebAssembly module. */
export function checkModule(file: string): void {
  const bytes = head(file, 8).toString('latin1');
  if (bytes === '\0asm\x01\0\0\0') return;
  const what = bytes.startsWith('\0asm') ? 'a component, not a core module' : 'no WebAssembly module';
  throw new TargetError('usage', `${visible(file)} is ${what}: see targets/bnspec.h for the command that builds one`);
}
