/** Longest piece of foreign text that a report shows: 2 KiB. */
const longest = 2048;

/** Controls (C0, DEL, C1), line separators, marks that reorder or hide text, and lone surrogates. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: finding control characters is the purpose
const unseen = /[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]|\p{Surrogate}/gu;

/**
 * What a target printed, safe to show: every character that could move the cursor, hide or reorder text becomes `#x1B`,
 * and a long text is cut and says so. Line feeds become `#xA` too; split a log into lines first.
 */
export function visible(text: string): string {
  const cut = text.length > longest ? `${text.slice(0, longest)} … (${text.length - longest} more characters)` : text;
  return cut.replace(unseen, (mark) => `#x${mark.codePointAt(0)?.toString(16).toUpperCase()}`);
}
