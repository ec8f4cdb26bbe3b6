import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { WireError } from '../wire/error.js';
import { type Header, type Limits, readHeader, limits as usual } from '../wire/header.js';
import { type Blob, read } from '../wire/safetensors.js';

/** A blob among others in a file: where it begins, its bytes in all, and its header. */
export interface Located {
  readonly file: string;
  readonly at: number;
  readonly length: number;
  readonly header: Header;
}

/** The whole blobs of a file, as far as they follow each other; `fault` says what stands where the next should, null at the end. */
export interface Contents {
  readonly blobs: readonly Located[];
  readonly fault: string | null;
}

/** Finds the blobs in a file by their headers; bodies are not read. */
export function locate(file: string, limits: Limits = usual): Contents {
  const blobs: Located[] = [];
  const fd = openSync(file, 'r');
  try {
    const { size } = statSync(file);
    let at = 0;
    while (at < size) {
      const blob = locatedAt(fd, file, at, size, limits);
      if (typeof blob === 'string') return { blobs, fault: blob };
      blobs.push(blob);
      at += blob.length;
    }
    return { blobs, fault: null };
  } finally {
    closeSync(fd);
  }
}

function locatedAt(fd: number, file: string, at: number, size: number, limits: Limits): Located | string {
  const word = bytesAt(fd, at, Math.min(8, size - at));
  if (word.length < 8) return `${8 - word.length} bytes short of a length`;
  const announced = word.readBigUInt64LE();
  if (announced < 2n || announced > limits.header)
    return `header length ${announced} is not from 2 to ${limits.header}`;
  const long = Number(announced);
  if (at + 8 + long > size) return `${at + 8 + long - size} bytes short of a header`;
  try {
    const header = readHeader(bytesAt(fd, at + 8, long), limits);
    const length = 8 + long + header.size;
    return at + length > size ? `${at + length - size} bytes short` : { file, at, length, header };
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    return error.message;
  }
}

/** Reads a blob that was located. */
export function fetch({ file, at, length }: Located, limits: Limits = usual): Blob {
  const fd = openSync(file, 'r');
  try {
    return read(bytesAt(fd, at, length), limits);
  } finally {
    closeSync(fd);
  }
}

function bytesAt(fd: number, at: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  let have = 0;
  for (let got = -1; have < length && got !== 0; have += got) got = readSync(fd, bytes, have, length - have, at + have);
  return bytes.subarray(0, have);
}
