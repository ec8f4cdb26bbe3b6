import { type Token, tokens } from './house.tokens.js';

/** What a module reads; `type` where nothing of it is there at run time. */
export interface Import {
  readonly from: string;
  readonly type: boolean;
}

/** Imports and re-exports, static and dynamic. One whose name is computed comes from '(computed)'. */
export function importsOf(text: string): Import[] {
  const all = tokens(text);
  const named = (i: number): string => (all[i]?.kind === 'string' ? all[i].text.slice(1, -1) : '(computed)');
  return all.flatMap((token, i): Import[] => {
    if (token.kind !== 'word' || all[i - 1]?.text === '.') return [];
    const follows = all[i + 1]?.text;
    if (follows === '(' && /^(?:import|require)$/.test(token.text)) return [{ from: named(i + 2), type: false }];
    if (token.text !== 'import' && token.text !== 'export') return [];
    if (all[i + 1]?.kind === 'string') return [{ from: named(i + 1), type: false }];
    let end = i + 1;
    while (end < all.length && !/^(?:[;=(]|import|export|from)$/.test(all[end].text)) end += 1;
    const type = follows === 'type' && end > i + 2;
    return all[end]?.text === 'from' && all[end + 1]?.kind === 'string' ? [{ from: named(end + 1), type }] : [];
  });
}

/** A function by the line where its body begins, and its own lines: those of the functions inside it are not counted. */
export interface Routine {
  readonly line: number;
  readonly lines: number;
}

/** Every function that has a body, or an expression for one. Blocks of `if` and `for` are listed as well. */
export function routinesOf(text: string): Routine[] {
  const all = tokens(text);
  const bodies = all.flatMap((token, i) => {
    const arrow = token.text === '=>' && all[i + 1]?.text !== '{';
    if (!arrow && !(token.text === '{' && isCode(all, i))) return [];
    return [
      { line: token.line, end: all[arrow ? expressionEnd(all, i) : closing(all, i)].end, whole: isFunction(all, i) },
    ];
  });
  return bodies.map((body) => {
    const inside = (line: number): boolean =>
      bodies.some(
        (other) => other.whole && other !== body && within(other, body) && other.line < line && line < other.end,
      );
    const own = Array.from({ length: body.end - body.line + 1 }, (_, k) => body.line + k).filter(
      (line) => !inside(line),
    );
    return { line: body.line, lines: own.length };
  });
}

type Extent = { readonly line: number; readonly end: number };
const within = (inner: Extent, outer: Extent): boolean => inner.line >= outer.line && inner.end <= outer.end;

/** A brace opens code, unless what stands before it calls for a literal, a type, a list of names or a class. */
function isCode(all: readonly Token[], i: number): boolean {
  if (/^(?:[=(,[:?|&<]|\.\.\.|return|default|import|export|type)$/.test(all[i - 1]?.text ?? '')) return false;
  let start = i;
  while (start > 0 && !/^[;{}()]$/.test(all[start - 1].text)) start -= 1;
  return !all.slice(start, i).some(({ text }) => text === 'class' || text === 'interface');
}

/** Whether that code is a function and not the block of a statement. */
function isFunction(all: readonly Token[], i: number): boolean {
  if (all[i].text === '=>' || all[i - 1]?.text === '=>') return true;
  let open = i - 1;
  while (open > 0 && all[open].text !== ')' && !/^[;{}]$/.test(all[open].text)) open -= 1;
  if (all[open]?.text !== ')') return false;
  for (let depth = 0; open >= 0; open -= 1) {
    if (all[open].text === ')') depth += 1;
    if (all[open].text === '(' && (depth -= 1) === 0) break;
  }
  return !/^(?:if|for|while|switch|catch|await|with)$/.test(all[open - 1]?.text ?? '');
}

function closing(all: readonly Token[], from: number): number {
  let [i, open] = [from, 0];
  for (; i < all.length - 1; i += 1) {
    if (/^[{([]$/.test(all[i].text)) open += 1;
    if (/^[})\]]$/.test(all[i].text) && (open -= 1) === 0) break;
  }
  return i;
}

function expressionEnd(all: readonly Token[], arrow: number): number {
  let i = arrow + 1;
  for (; i < all.length; i += 1) {
    if (/^[})\],;]$/.test(all[i].text)) break;
    if (/^[{([]$/.test(all[i].text)) i = closing(all, i);
  }
  return i - 1;
}
