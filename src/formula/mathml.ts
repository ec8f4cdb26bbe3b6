import type { Node } from './ast.js';
import { latex, type SymbolTable } from './latex.js';

/**
 * A formula, as text or tree, in MathML: one `math` element, well-formed XML, that browsers show without fonts of ours. It
 * is the LaTeX of `latex.ts` in other words, so that both have the same parentheses. Words are `mi` of class `word`.
 * Throws FormulaError for a text that does not parse.
 */
export const mathml = (formula: string | Node, symbols: SymbolTable): string => translated(latex(formula, symbols));

/** LaTeX in MathML. Throws RangeError for what `latex.ts` would not write. */
export const translated = (text: string): string => `<math>${new Translation(text).whole()}</math>`;

const tag = (name: string, inner: string, attributes = ''): string => `<${name}${attributes}>${inner}</${name}>`;
const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('\\_', '_');
const operator = (sign: string, attributes = ''): string => tag('mo', escaped(sign), attributes);
const row = (parts: readonly string[]): string => (parts.length === 1 ? parts[0]! : tag('mrow', parts.join('')));

const letters: Readonly<Record<string, string>> = {
  ...{ alpha: 'α', beta: 'β', gamma: 'γ', delta: 'δ', varepsilon: 'ε', epsilon: 'ϵ', eta: 'η', lambda: 'λ' },
  ...{ mu: 'μ', rho: 'ρ', sigma: 'σ', tau: 'τ', theta: 'θ', Omega: 'Ω' },
};
const signs: Readonly<Record<string, string>> = { cdot: '·', ne: '≠', le: '≤', ge: '≥', sum: '∑' };
const accents: Readonly<Record<string, string>> = { hat: '^', bar: '¯', tilde: '~' };
const fences: Readonly<Record<string, string>> = { '\\lfloor': '⌊', '\\rfloor': '⌋' };

/** What is between two factors: nothing to see, and a little room. */
const times = operator('\u2062', ' lspace="0.1em" rspace="0.1em"');
/** What is between a function and its arguments. */
const applied = operator('\u2061');

/** Reads the LaTeX of `latex.ts`, and no other, from left to right. */
class Translation {
  readonly #tokens: readonly string[];
  #at = 0;

  constructor(text: string) {
    this.#tokens =
      text.match(/\\text\{[^}]*\}|\\(?:mathit|operatorname)\{(?:[^{}]|\\_)*\}|\\[A-Za-z]+|\\.|\d+|\S/gu) ?? [];
  }

  whole(): string {
    const parts = this.#parts();
    if (this.#at < this.#tokens.length) throw new RangeError(`${this.#tokens[this.#at]} closes nothing`);
    return parts.join('');
  }

  #next(): string {
    const token = this.#tokens[this.#at];
    if (token === undefined) throw new RangeError('the formula ends too early');
    this.#at += 1;
    return token;
  }

  /** All up to what closes them. */
  #parts(): string[] {
    const parts: string[] = [];
    while (this.#at < this.#tokens.length && !['}', '&', '\\\\', '\\right', '\\end'].includes(this.#tokens[this.#at]!))
      parts.push(this.#scripted(this.#atom()));
    return parts;
  }

  /** An argument in braces, or of one token. */
  #argument(): string {
    if (this.#tokens[this.#at] !== '{') return this.#atom();
    this.#next();
    const inner = row(this.#parts());
    this.#next();
    return inner;
  }

  #scripted(base: string): string {
    const [above, below]: [string[], string[]] = [[], []];
    for (;;) {
      const token = this.#tokens[this.#at];
      if (token !== "'" && token !== '^' && token !== '_') break;
      this.#next();
      if (token === "'") above.push(operator('′'));
      else (token === '^' ? above : below).push(this.#argument());
    }
    if (above.length > 0 && below.length > 0) return tag('msubsup', base + row(below) + row(above));
    if (above.length > 0) return tag('msup', base + row(above));
    return below.length > 0 ? tag('msub', base + row(below)) : base;
  }

  #atom(): string {
    const token = this.#next();
    const [, command, content] = /^\\([A-Za-z]+)(?:\{(.*)\})?$/su.exec(token) ?? [];
    if (token === '\\,') return times;
    if (command === undefined) {
      if (/^\d/.test(token)) return tag('mn', token);
      return /^\p{L}$/u.test(token) ? tag('mi', token) : operator(token === '-' ? '−' : token);
    }
    if (command === 'text') return tag('mtext', escaped(content!.replaceAll(' ', '\u00a0')));
    if (command === 'mathit') return tag('mi', escaped(content!), ' class="word"');
    if (command === 'operatorname') return tag('mi', escaped(content!)) + applied;
    if (command === 'max' || command === 'min' || command === 'exp') return tag('mi', command) + applied;
    if (command === 'frac') return tag('mfrac', this.#argument() + this.#argument());
    if (command === 'sqrt') return tag('msqrt', this.#argument());
    if (command === 'left') return this.#fenced();
    if (command === 'begin') return this.#cases();
    const accent = accents[command];
    if (accent) return tag('mover', this.#argument() + operator(accent, ' stretchy="false"'), ' accent="true"');
    const letter = letters[command];
    if (letter) return tag('mi', letter);
    if (signs[command]) return operator(signs[command]);
    throw new RangeError(`${token} is no LaTeX of ours`);
  }

  #fenced(): string {
    const fence = (): string => {
      const token = this.#next();
      return operator(fences[token] ?? token, ' fence="true"');
    };
    const parts = [fence(), ...this.#parts()];
    this.#next();
    return tag('mrow', [...parts, fence()].join(''));
  }

  /** `{cases} value & if test \\ … \end{cases}`. */
  #cases(): string {
    const skip = (): void => {
      while (this.#next() !== '}');
    };
    skip();
    const rows: string[] = [];
    let cells: string[] = [];
    for (let stop = ''; stop !== '\\end'; ) {
      cells.push(tag('mtd', row(this.#parts())));
      stop = this.#next();
      if (stop === '&') continue;
      rows.push(tag('mtr', cells.join('')));
      cells = [];
    }
    skip();
    return tag('mrow', operator('{', ' fence="true"') + tag('mtable', rows.join('')));
  }
}
