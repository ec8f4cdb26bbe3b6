import { readSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { readBack, written } from '../run/plain.js';

/** A line of a journal: where it begins, where the next one does, its text, and whether it ended. */
export interface Line {
  readonly at: number;
  readonly next: number;
  readonly text: Buffer;
  readonly ended: boolean;
}

/** `checksum text`: the checksum is of this text and all before it, so that none can be lost, doubled or moved. */
export function line(value: unknown, before: number): { readonly bytes: Buffer; readonly sum: number } {
  const text = Buffer.from(written(value));
  const sum = crc32(text, before);
  return { bytes: Buffer.concat([Buffer.from(`${hex(sum)} `), text, newline]), sum };
}

/** What a line says, and its checksum; null where it is not what was written there. */
export function said({ text, ended }: Line, before: number): { readonly value: unknown; readonly sum: number } | null {
  const body = text.subarray(9);
  const sum = crc32(body, before);
  if (!ended || text.toString('latin1', 0, 9) !== `${hex(sum)} `) return null;
  return { value: JSON.parse(body.toString()), sum };
}

/** What a line says that has been checked, as it was given. */
export const given = ({ text }: Line): unknown => readBack(text.toString('utf8', 9));

const newline = Buffer.from('\n');
const hex = (sum: number): string => sum.toString(16).padStart(8, '0');

/** So many bytes are read at once. */
const chunk = 2 ** 16;

/** The lines of an open file from a place on. */
export function* lines(fd: number, from: number): Generator<Line, void> {
  let [held, start]: [Buffer[], number] = [[], from];
  for (let place = from; ; ) {
    const bytes = Buffer.alloc(chunk);
    const got = readSync(fd, bytes, 0, chunk, place);
    if (got === 0) break;
    place += got;
    let rest = bytes.subarray(0, got);
    for (let end = rest.indexOf(10); end >= 0; end = rest.indexOf(10)) {
      const text = Buffer.concat([...held, rest.subarray(0, end)]);
      const next = start + text.length + 1;
      yield { at: start, next, text, ended: true };
      [held, start, rest] = [[], next, rest.subarray(end + 1)];
    }
    held.push(rest);
  }
  const text = Buffer.concat(held);
  if (text.length > 0) yield { at: start, next: start + text.length, text, ended: false };
}
