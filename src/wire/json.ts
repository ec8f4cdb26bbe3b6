import { WireError } from './error.js';

/** A number as it was written: nothing is rounded before it is known to be an offset. */
export interface Numeral {
  readonly numeral: string;
}
export type Json = string | boolean | null | Numeral | readonly Json[] | ReadonlyMap<string, Json>;

/** A header nests three deep; deeper input is hostile and must not reach the end of the stack. */
const deepest = 16;

const [quote, backslash, blank, zero, nine] = [0x22, 0x5c, 0x20, 0x30, 0x39];
const isSpace = (mark: number): boolean => mark === blank || mark === 0x0a || mark === 0x0d || mark === 0x09;
/** What goes on after the digits of a whole number that is none. */
const goesOn = /[\d.eE]/;
const atom = /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const words: Readonly<Record<string, boolean | null>> = { true: true, false: false, null: null };

/**
 * Reads one JSON text. Unlike JSON.parse it refuses a repeated key, keeps numerals as text, gives objects as Maps (so
 * `__proto__` is a name like any other) and limits the depth. Throws WireError with the place.
 */
export function parse(text: string): Json {
  let at = 0;

  const fail = (expected: string): never => {
    const found = at < text.length ? JSON.stringify(text.slice(at, at + 12)) : 'the end';
    throw new WireError(`header: ${expected} expected at character ${at}, found ${found}`);
  };
  const skip = () => {
    while (isSpace(text.charCodeAt(at))) at++;
  };
  const take = (mark: string): boolean => {
    skip();
    if (text[at] !== mark) return false;
    at++;
    return true;
  };

  function string(): string {
    const start = at++;
    let escaped = false;
    for (; at < text.length; at++) {
      const mark = text.charCodeAt(at);
      if (mark === quote) {
        at++;
        return escaped ? unquote(text.slice(start, at)) : text.slice(start + 1, at - 1);
      }
      if (mark === backslash) {
        escaped = true;
        at++;
      } else if (mark < blank) fail('a visible character');
    }
    return fail('a closing quote');
  }

  function items(close: string, depth: number, item: (depth: number) => void): void {
    if (depth === deepest) throw new WireError(`header: nested deeper than ${deepest} at character ${at}`);
    at++;
    if (take(close)) return;
    do item(depth + 1);
    while (take(','));
    if (!take(close)) fail(`"," or "${close}"`);
  }

  function object(depth: number): ReadonlyMap<string, Json> {
    const entries = new Map<string, Json>();
    items('}', depth, (inner) => {
      skip();
      if (text[at] !== '"') fail('a name');
      const name = string();
      if (entries.has(name)) throw new WireError(`header: the name ${JSON.stringify(name)} stands twice`);
      if (!take(':')) fail('":"');
      entries.set(name, value(inner));
    });
    return entries;
  }

  function array(depth: number): readonly Json[] {
    const list: Json[] = [];
    items(']', depth, (inner) => list.push(value(inner)));
    return list;
  }

  function value(depth: number): Json {
    skip();
    if (text[at] === '{') return object(depth);
    if (text[at] === '[') return array(depth);
    if (text[at] === '"') return string();
    const start = at;
    const first = text.charCodeAt(at);
    // Most are whole numbers without a sign; behind a leading 0 no digit may follow.
    if (first >= zero && first <= nine) {
      for (let mark = first; mark >= zero && mark <= nine && (first > zero || at === start); )
        mark = text.charCodeAt(++at);
      if (!goesOn.test(text[at] ?? '')) return { numeral: text.slice(start, at) };
      at = start;
    }
    atom.lastIndex = at;
    const found = atom.exec(text)?.[0] ?? fail('a value');
    at += found.length;
    return found in words ? words[found] : { numeral: found };
  }

  const read = value(0);
  skip();
  if (at < text.length) fail('the end');
  return read;
}

function unquote(quoted: string): string {
  try {
    return JSON.parse(quoted) as string;
  } catch {
    throw new WireError(`header: ${quoted.slice(0, 40)} is no string`);
  }
}
