import { Alike } from './alike.js';
import { WireError } from './error.js';
import { type Header, type Limits, readHeader, limits as usual } from './header.js';
import { shown, words } from './text.js';

/** One whole blob: its checked header, and its body in memory of its own. */
export interface Frame {
  readonly header: Header;
  readonly body: Uint8Array;
}

/** Blobs out of a stream of bytes: feed what arrives, take what it completes. */
export interface Framing {
  /** Throws WireError at the first byte that cannot begin or continue a blob; the stream is lost then. */
  push(chunk: Uint8Array): Frame[];
  /** The blob that has begun and is not whole: bytes that came, bytes it takes (null: not known yet), its beginning. */
  readonly unfinished: { readonly have: number; readonly need: number | null; readonly head: Uint8Array } | null;
}

/** Enough of a blob's beginning to recognise words in it. */
const headBytes = 64;
const brace = 0x7b;

/** Memory is taken for what a checked header announces, never for what a length merely claims. */
export function framing(limits: Limits = usual): Framing {
  let stage: 'length' | 'header' | 'body' = 'length';
  let part = new Uint8Array(8);
  let filled = 0;
  let have = 0;
  let header: Header | null = null;
  let head: Uint8Array = new Uint8Array(0);
  const alike = new Alike();

  function headerOf(chunk: Uint8Array, from: number, to: number): Header {
    const known = alike.find(chunk, from, to);
    if (known) return known;
    const bytes = chunk.subarray(from, to);
    return alike.keep(bytes, readHeader(bytes, limits));
  }

  const next = (to: typeof stage, length: number) => {
    stage = to;
    part = new Uint8Array(length);
    filled = 0;
  };

  /** Ends the part that is full, and begins the next; gives the frame when it was the last. */
  function advance(): Frame | null {
    if (stage === 'length') {
      const length = new DataView(part.buffer).getBigUint64(0, true);
      if (length < 2n || length > limits.header) throw impossible(length, limits.header, head);
      next('header', Number(length));
    } else if (stage === 'header') {
      header = headerOf(part, 0, part.length);
      next('body', header.size);
    } else {
      const frame = { header: header!, body: part };
      next('length', 8);
      have = 0;
      return frame;
    }
    return null;
  }

  /** The frame that stands in the chunk from `at` on as a whole; null where less does, or nothing that can be read. */
  function whole(chunk: Uint8Array, at: number): { frame: Frame; end: number } | null {
    if (chunk.length - at < 8) return null;
    const length = new DataView(chunk.buffer, chunk.byteOffset + at, 8).getBigUint64(0, true);
    const from = at + 8 + Number(length);
    if (length < 2n || length > limits.header || from > chunk.length || chunk[at + 8] !== brace) return null;
    const read = headerOf(chunk, at + 8, from);
    const end = from + read.size;
    return end > chunk.length
      ? null
      : { frame: { header: read, body: new Uint8Array(chunk.subarray(from, end)) }, end };
  }

  return {
    push(chunk) {
      const frames: Frame[] = [];
      let at = 0;
      for (let found = have === 0 ? whole(chunk, 0) : null; found !== null; found = whole(chunk, at)) {
        frames.push(found.frame);
        at = found.end;
      }
      if (have > 0 && head.length < headBytes)
        head = Uint8Array.of(...head, ...chunk.subarray(0, headBytes - head.length));
      while (at < chunk.length || filled === part.length) {
        if (have === 0) head = new Uint8Array(chunk.subarray(at, at + headBytes));
        const taken = chunk.subarray(at, at + part.length - filled);
        part.set(taken, filled);
        at += taken.length;
        filled += taken.length;
        have += taken.length;
        if (stage === 'header' && filled > 0 && part[0] !== brace) throw noBrace(head);
        if (filled < part.length) continue;
        const frame = advance();
        if (frame) frames.push(frame);
      }
      return frames;
    },
    get unfinished() {
      if (have === 0) return null;
      const rest = stage === 'body' ? part.length - filled : null;
      return { have, need: rest === null ? null : have + rest, head: head.subarray(0, have) };
    },
  };
}

function impossible(length: bigint, limit: number, head: Uint8Array): WireError {
  const bounds = length < 2n ? 'is below 2' : `is over the limit of ${limit}`;
  return new WireError(`header length ${length} ${bounds}; the bytes are ${shown(head)}`, words(head) ?? undefined);
}

function noBrace(head: Uint8Array): WireError {
  return new WireError(`a header begins with "{"; the bytes are ${shown(head)}`, words(head) ?? undefined);
}
