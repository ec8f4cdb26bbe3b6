import { html, type Markup, trusted } from '../report/markup.js';
import { link, type Page, type Part } from './page.js';
import { style } from './style.js';

/** What the book is called. */
export const title = 'The book of batch normalization';

/** The files of the site by their names: a page each, the first of all, and the style that they share. */
export function site(parts: readonly Part[]): Map<string, string> {
  const pages = parts.flatMap((part) => part.pages.map((page) => ({ page, part })));
  const files = pages.map(({ page, part }, i): [string, string] => [
    `${page.file}.html`,
    framed(page, sidebar(parts, part, page), turning(pages[i - 1]?.page, pages[i + 1]?.page)),
  ]);
  const first: Page = { file: 'index', title, body: cover(parts) };
  return new Map([
    ['style.css', style],
    ['index.html', framed(first, sidebar(parts), turning(undefined, pages[0]?.page))],
    ...files,
  ]);
}

/** The beginning of every file: nothing in it is loaded from elsewhere, and nothing runs. */
export const head = (name: string, styled: Markup): Markup =>
  html`<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,"><title>${name}</title>${styled}`;

const framed = ({ title: name, body, lang = 'en', file }: Page, nav: Markup, turn: Markup): string =>
  String(html`<!doctype html>
<html lang="${lang}"><head>${head(file === 'index' ? name : `${name} · bnspec`, html`<link rel="stylesheet" href="style.css">`)}</head>
<body><a class="skip" href="#main" lang="en">Skip to the content</a>
<header lang="en"><a href="index.html">bnspec</a> <span>${title}</span> <a class="to-contents" href="#contents">Contents</a></header>
<main id="main"><h1>${name}</h1>${body}${turn}</main>
<nav id="contents" lang="en" aria-label="Contents">${nav}</nav></body></html>
`);

/** All parts, and the pages of the one that is open. */
const sidebar = (parts: readonly Part[], open?: Part, here?: Page): Markup =>
  html`<ol>${parts.map((part) => html`<li>${link(`${part.pages[0]!.file}.html`, part.title)}${part === open ? html`<ol>${part.pages.map((page) => html`<li>${page === here ? html`<a href="${page.file}.html" aria-current="page">${page.short ?? page.title}</a>` : link(`${page.file}.html`, page.short ?? page.title)}</li>`)}</ol>` : null}</li>`)}</ol>`;

/** The page before and the page after. */
const turning = (before: Page | undefined, after: Page | undefined): Markup =>
  html`<p class="turn" lang="en">${before ? html`<a rel="prev" href="${before.file}.html">← ${before.title}</a>` : html`<span></span>`}${after ? html`<a rel="next" href="${after.file}.html">${after.title} →</a>` : null}</p>`;

/** The table of contents, page by page. */
const cover = (parts: readonly Part[]): Markup =>
  html`<p class="lead">An exact, executable specification of batch normalization, the laws that judge anybody's kernel against it, and the mistakes by which the laws are tested.</p>
${parts.map((part) => html`<section class="part"><h2>${part.title}</h2><p>${part.says}</p><ul>${part.pages.map((page) => html`<li lang="${page.lang ?? 'en'}">${link(`${page.file}.html`, page.short ?? page.title)}</li>`)}</ul></section>`)}`;

export const inlined = (text: string): Markup => html`<style>${trusted(text)}</style>`;
