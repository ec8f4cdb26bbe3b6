import { contents } from '../src/book/contents.js';
import type { Part } from '../src/book/page.js';
import { site } from '../src/book/site.js';
import { type Sources, sources } from '../src/book/sources.js';
import { whole } from '../src/book/whole.js';
import { published } from '../src/published.js';
import { type Suite, suite } from '../src/suite.js';

const docs = new URL('../docs/', import.meta.url);

/** What the documents of the project hold. */
export const read = (): Sources => sources(docs, published(docs));

/** A book: its parts, the files of its site, and the file that holds all of them. */
export interface Made {
  readonly parts: readonly Part[];
  readonly files: ReadonlyMap<string, string>;
  readonly book: string;
}

export function make(of: Suite = suite, from: Sources = read()): Made {
  const parts = contents(of, from);
  return { parts, files: site(parts), book: whole(parts, from.plots) };
}

/** Every anchor of a file. */
export const anchors = (text: string): string[] => [...text.matchAll(/\sid="([^"]*)"/g)].map(([, id]) => id!);

/** Links that lead nowhere, as `file: address`; `beside` are other files of the folder. */
export function broken(files: ReadonlyMap<string, string>, beside: readonly string[] = []): string[] {
  const there = new Map([...files].map(([name, text]) => [name, new Set(anchors(text))]));
  return [...files].flatMap(([name, text]) =>
    [...text.matchAll(/\s(?:href|src)="([^"]*)"/g)].flatMap(([, to]) => {
      if (/^(?:https?:|data:)/.test(to!)) return [];
      const [file, anchor] = to!.split('#') as [string, string?];
      const target = there.get(file === '' ? name : file);
      const found = target ? anchor === undefined || target.has(anchor) : beside.includes(file);
      return found ? [] : [`${name}: ${to}`];
    }),
  );
}
