import type { Header } from './header.js';

/** A header that was read and checked, and where its id stands: all that may differ in the next one of its kind. */
interface Kind {
  readonly before: Uint8Array;
  readonly after: Uint8Array;
  readonly header: Header;
}

/** So many kinds are known, of so many bytes; the one that was known first is forgotten first. */
const [most, longest] = [8, 2 ** 12];
const [quote, blank, backslash, open, close, comma] = [0x22, 0x20, 0x5c, 0x7b, 0x7d, 0x2c];
const start = new TextEncoder().encode('{"__metadata__":{');
const naming = new TextEncoder().encode('"id":"');
const longestId = 64;
/** What stands for itself in a string of JSON, in one byte. */
const plain = (byte: number): boolean => byte >= blank && byte < 0x7f && byte !== quote && byte !== backslash;

/**
 * Headers that differ in nothing but their id, as those of small cases of one law do: the first is read and checked, of
 * the others every byte is compared with it. What is read of them shares all but its metadata.
 */
export class Alike {
  readonly #kinds: Kind[] = [];

  /** What reading these bytes would give; null where they must be read. */
  find(bytes: Uint8Array, from: number, to: number): Header | null {
    for (const kind of this.#kinds) {
      const id = idOf(kind, bytes, from, to);
      if (id !== null) return { ...kind.header, metadata: renamed(kind.header.metadata, id) };
    }
    return null;
  }

  /** Remembers what was read of these bytes. */
  keep(bytes: Uint8Array, header: Header): Header {
    const { id } = header.metadata;
    const at = id === undefined || bytes.length > longest ? -1 : placeOfId(bytes);
    const [from, to] = [at + naming.length, at + naming.length + (id?.length ?? 0)];
    if (at < 0 || bytes[to] !== quote || !bytes.subarray(from, to).every(plain)) return header;
    let end = bytes.length;
    while (bytes[end - 1] === blank) end--;
    const known = { ...header, kind: {} };
    this.#kinds.push({ before: copied(bytes, 0, from), after: copied(bytes, to, end), header: known });
    if (this.#kinds.length > most) this.#kinds.shift();
    return known;
  }
}

/** A Buffer's own `slice` would keep all that came with it. */
const copied = (bytes: Uint8Array, from: number, to: number) => new Uint8Array(bytes.subarray(from, to));

/** The id in these bytes, where all others are those of this kind and then blanks. */
function idOf({ before, after }: Kind, bytes: Uint8Array, from: number, to: number): string | null {
  if (to - from < before.length + after.length) return null;
  for (let i = 0; i < before.length; i++) if (bytes[from + i] !== before[i]) return null;
  let [at, id] = [from + before.length, ''];
  for (; at < to && plain(bytes[at]!); at++) {
    if (id.length === longestId) return null;
    id += String.fromCharCode(bytes[at]!);
  }
  if (to - at < after.length) return null;
  for (let i = 0; i < after.length; i++) if (bytes[at + i] !== after[i]) return null;
  for (at += after.length; at < to; at++) if (bytes[at] !== blank) return null;
  return id;
}

function renamed(metadata: Readonly<Record<string, string>>, id: string): Readonly<Record<string, string>> {
  const own: Record<string, string> = Object.create(null);
  for (const key in metadata) own[key] = metadata[key]!;
  own.id = id;
  return own;
}

/**
 * Where the name of the id begins in a header that has been read, if that is sure; else -1. Metadata hold no objects: up
 * to the first brace behind its beginning all is metadata's. Behind a brace or a comma the quote begins a string, for the
 * end of one would not be followed by a letter.
 */
function placeOfId(bytes: Uint8Array): number {
  if (!start.every((byte, i) => byte === bytes[i])) return -1;
  for (let at = start.length; at < bytes.length && bytes[at] !== open && bytes[at] !== close; at++) {
    const first = at === start.length || bytes[at - 1] === comma;
    if (first && naming.every((byte, i) => byte === bytes[at + i])) return at;
  }
  return -1;
}
