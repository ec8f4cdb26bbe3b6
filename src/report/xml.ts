/** Characters that XML 1.0 has no place for, even as references. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: finding control characters is the purpose
const unwritable = /[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|\p{Surrogate}/gu;

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/**
 * Text as XML and HTML hold it, between tags or in quotes: what cannot be written becomes `#x1B`. It commands no log of
 * GitHub's either: `##[` and a `::` that begins a line are written as references.
 */
export const xml = (text: string): string =>
  text
    .replace(unwritable, (mark) => `#x${mark.codePointAt(0)!.toString(16).toUpperCase()}`)
    .replace(/[&<>"']/g, (mark) => entities[mark]!)
    .replaceAll('##[', '#&#35;[')
    .replace(/^(\s*):/gm, '$1&#58;');
