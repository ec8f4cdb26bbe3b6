/** Lines of at most `width` characters, broken at blanks; a word that is longer than a line is broken where the line ends. */
export function wrap(text: string, width: number): string[] {
  const most = Math.max(1, width);
  const lines: string[] = [];
  let rest = text.trimEnd();
  while (rest.length > most) {
    const blank = rest.lastIndexOf(' ', most);
    const at = blank > 0 && rest.slice(0, blank).trim() !== '' ? blank : most;
    lines.push(rest.slice(0, at).trimEnd());
    rest = rest.slice(at).trimStart();
  }
  return rest === '' && lines.length > 0 ? lines : [...lines, rest];
}

/** Items side by side with three blanks between them, as many as fit on each line; an item that fits on none is wrapped. */
export function flow(items: readonly string[], width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const item of items.filter((text) => text !== '')) {
    const joined = line === '' ? item : `${line}   ${item}`;
    if (joined.length > width && line !== '') lines.push(line);
    line = joined.length > width ? item : joined;
    if (line.length > width) {
      const pieces = wrap(line, width);
      lines.push(...pieces.slice(0, -1));
      line = pieces[pieces.length - 1];
    }
  }
  return line === '' ? lines : [...lines, line];
}

/** The column where text begins beside a label such as FAILS or AGAIN. */
export const margin = 9;

/** A label at the left and lines hanging beside it. The label may carry colour: `plain` is what its length is counted by. */
export function hang(
  plain: string,
  lines: readonly string[],
  paint: (text: string) => string = (text) => text,
): string[] {
  const pad = ' '.repeat(Math.max(2, margin - plain.length));
  return lines.map((line, i) => (i === 0 ? paint(plain) + pad + line : ' '.repeat(margin) + line).trimEnd());
}
