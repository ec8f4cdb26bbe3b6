import { symbols } from '../../spec/symbols.js';
import { latex } from '../formula/latex.js';

/** A page: its title, where it comes from, its parts. */
export const page = (title: string, source: string, parts: readonly string[]): string =>
  `${[`# ${title}`, `Generated from ${source} by \`npm run docs\`: edit there.`, ...parts].join('\n\n')}\n`;

/** A heading that links reach by its id, dots and all. */
export const heading = (level: number, id: string, text = `\`${id}\``): string =>
  `${'#'.repeat(level)} <a id="${id}"></a>${text}`;

export const code = (text: string, language = 'text'): string => `\`\`\`${language}\n${text}\n\`\`\``;

/** A formula as it is executed, and as it is printed. GitHub refuses `\operatorname`. */
export const formula = (text: string, name?: string): string => {
  const printed = (side: string): string => latex(side, symbols).replaceAll('\\operatorname', '\\mathrm');
  const typeset = name === undefined ? printed(text) : `${printed(name)} = ${printed(text)}`;
  return `${code(name === undefined ? text : `${name} = ${text}`)}\n\n${code(typeset, 'math')}`;
};

export const list = (items: readonly string[]): string => items.map((item) => `- ${item}`).join('\n');

export const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows]
    .map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`)
    .join('\n');

/** Names in code, `none` where there is none. */
export const names = (items: readonly (string | number)[], none = 'none'): string =>
  items.length === 0 ? none : items.map((item) => `\`${item}\``).join(' ');

/** Laws or mutants by the chapter that their id begins with, in alphabetical order there: modules have none. */
export function byChapter<T extends { readonly id: string }>(all: readonly T[]): [chapter: string, members: T[]][] {
  const chapterOf = ({ id }: T): string => id.slice(0, id.indexOf('.'));
  const sorted = [...all].sort((a, b) => (a.id < b.id ? -1 : 1));
  return [...new Set(all.map(chapterOf))].map((chapter) => [
    chapter,
    sorted.filter((one) => chapterOf(one) === chapter),
  ]);
}
