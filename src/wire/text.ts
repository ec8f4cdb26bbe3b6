/** Longest piece of foreign text that is kept in a message: 2 KiB. */
const longest = 2048;

/** Controls, formatting marks that hide or reorder text, lone surrogates, line and paragraph separators. */
const unseen = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** Foreign text made safe to show: what could move a cursor, hide or reorder text becomes `#x1B`. `kept` marks stay. */
export function visible(text: string, kept = ''): string {
  return text.replace(unseen, (mark) =>
    kept.includes(mark) ? mark : `#x${mark.codePointAt(0)!.toString(16).toUpperCase()}`,
  );
}

/** The first 2 KiB of foreign text on one visible line; says how much it leaves out. */
export function line(text: string): string {
  const left = text.length - longest;
  return left > 0 ? `${visible(text.slice(0, longest))} … (${left} more characters)` : visible(text);
}

/** The last 2 KiB of a log, visible, its line ends kept. */
export function ending(log: string): string {
  const shown = visible(log.slice(-longest), '\n\t').trimEnd();
  return log.length > longest ? `… ${shown}` : shown;
}

/** Bytes as quoted text if they read like words, else null. Eight of another kind are a length, whatever follows them. */
export function words(bytes: Uint8Array): string | null {
  const text = new TextDecoder().decode(bytes.subarray(0, 64));
  // A coloured banner is words too.
  const plain = text.replaceAll('\u001b', '');
  const strange = [...plain.matchAll(/[^\P{C}\s]|\ufffd/gu)];
  const most = plain.length / 8;
  if (plain.trim() === '' || strange.length > most || strange.some(({ index }) => index < 8)) return null;
  return JSON.stringify(visible(text, '\n\t'));
}

/** Bytes for a message: as quoted text, or the first sixteen in hexadecimal. */
export function shown(bytes: Uint8Array): string {
  return words(bytes) ?? Array.from(bytes.subarray(0, 16), (byte) => byte.toString(16).padStart(2, '0')).join(' ');
}
