/** One word of TypeScript source. Comments and blanks are no tokens; a template is one, whatever it holds. */
export interface Token {
  readonly kind: 'word' | 'number' | 'string' | 'template' | 'pattern' | 'sign';
  readonly text: string;
  /** First and last line, counted from 1. */
  readonly line: number;
  readonly end: number;
}

const blank = String.raw`(?<blank>\s+|\/\/.*|\/\*[^]*?\*\/)`;
const word = String.raw`(?<word>[\p{ID_Start}$_#][\p{ID_Continue}$]*)`;
const number = String.raw`(?<number>0[xXoObB][\da-fA-F_]+n?|(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+\-]?\d+)?n?)`;
const string = String.raw`(?<string>'(?:\\[^]|[^'\\\n])*'|"(?:\\[^]|[^"\\\n])*")`;
const pattern = String.raw`(?<pattern>\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^\/\\\n\[])+\/[a-z]*)`;
const sign = String.raw`(?<sign>=>|\.\.\.|[^])`;
/** What may come next, after a value and elsewhere: a slash divides a value; where none stands it opens a pattern. */
const afterValue = new RegExp([blank, word, number, string, sign].join('|'), 'uy');
const elsewhere = new RegExp([blank, word, number, string, pattern, sign].join('|'), 'uy');
const notValues = new Set(['return', 'typeof', 'case', 'of', 'in', 'void', 'await', 'yield', 'else', 'throw']);

/** The tokens of a source text. */
export function tokens(text: string): Token[] {
  const found: Token[] = [];
  let [at, line] = [0, 1];
  while (at < text.length) {
    const [kind, read] = text[at] === '`' ? (['template', template(text, at)] as const) : plain(text, at, found.at(-1));
    const begun = line;
    for (let i = read.indexOf('\n'); i >= 0; i = read.indexOf('\n', i + 1)) line += 1;
    at += read.length;
    if (kind !== 'blank') found.push({ kind, text: read, line: begun, end: line });
  }
  return found;
}

function plain(text: string, at: number, last: Token | undefined): [Token['kind'] | 'blank', string] {
  const value =
    last && (last.kind === 'word' ? !notValues.has(last.text) : last.kind !== 'sign' || /[)\]}]/.test(last.text));
  const lexis = value ? afterValue : elsewhere;
  lexis.lastIndex = at;
  const [kind, read] = Object.entries(lexis.exec(text)!.groups!).find(([, part]) => part !== undefined)!;
  return [kind as Token['kind'] | 'blank', read!];
}

/** The template that opens at `at`; templates inside its `${}` are its own. */
function template(text: string, at: number): string {
  let i = at + 1;
  for (; i < text.length && text[i] !== '`'; i += 1) {
    if (text[i] === '\\') i += 1;
    else if (text.startsWith('${', i)) i = substitutionEnd(text, i + 2);
  }
  return text.slice(at, i + 1);
}

function substitutionEnd(text: string, from: number): number {
  let [i, open] = [from, 1];
  for (; i < text.length; i += 1) {
    if (text[i] === '`') i += template(text, i).length - 1;
    else if (text[i] === '{') open += 1;
    else if (text[i] === '}' && (open -= 1) === 0) break;
  }
  return i;
}
