/** Elements whose parts stand above each other, and those that add scripts to a base. */
const stacked = ['mfrac', 'mtable', 'mover'];
const scripted = ['msub', 'msup', 'msubsup'];
/** Widths in em: of a character, of the room around an operator, of a root's sign; and how large scripts are. */
const [character, room, root, script] = [0.6, 0.5, 0.9, 0.75];

interface Open {
  readonly name: string;
  readonly widths: number[];
  text: string;
}

/** About how wide a piece of MathML is, in em of its font: rather too wide than too narrow. Links count for nothing. */
export function widthOf(mathml: string): number {
  const stack: Open[] = [{ name: 'mrow', widths: [], text: '' }];
  for (const [, end, name, text] of mathml.replace(/<\/?a[^>]*>/g, '').matchAll(/<(\/?)(\w+)[^>]*>|([^<]+)/g)) {
    const top = stack.at(-1)!;
    if (text !== undefined) top.text += text;
    else if (end === '') stack.push({ name: name!, widths: [], text: '' });
    else stack.at(-2)!.widths.push(wide(stack.pop()!));
  }
  return sum(stack[0]!.widths);
}

function wide({ name, widths, text }: Open): number {
  if (/^m[ino]$|^mtext$/.test(name)) return written(name, text);
  if (stacked.includes(name)) return Math.max(...widths);
  if (scripted.includes(name)) return widths[0]! + script * Math.max(...widths.slice(1));
  return sum(widths) + (name === 'msqrt' ? root : name === 'mtd' ? room : 0);
}

/** Signs that are not seen take no room. */
function written(name: string, text: string): number {
  const seen = text.replace(/&\w+;/g, '&').replace(/[\u2061\u2062]/g, '');
  const apart = name === 'mo' && /^[+−=<>≤≥≠·]$/.test(seen) ? room : 0;
  return character * [...seen].length + apart;
}

const sum = (all: readonly number[]): number => all.reduce((a, b) => a + b, 0);
