import { html, type Markup } from '../report/markup.js';
import type { Part } from './page.js';
import { head, inlined, title } from './site.js';
import { style } from './style.js';

/** The whole book as one file: its links lead to its own anchors, its plots stand in it. */
export function whole(parts: readonly Part[], plots: ReadonlyMap<string, string>): string {
  const text = String(html`<!doctype html>
<html lang="en" class="whole"><head>${head(title, inlined(style))}</head>
<body><main id="main"><div class="cover"><h1>${title}</h1><p class="lead">An exact, executable specification, the laws that judge anybody's kernel against it, and the mistakes by which the laws are tested.</p></div>
<nav class="toc" aria-label="Contents"><h2>Contents</h2>${parts.map(listed)}</nav>
${parts.map(
  (
    part,
  ) => html`<section class="part" id="part-${part.name}"><p class="part-title">${part.title}</p><p class="lead">${part.says}</p></section>
${part.pages.map((page) => html`<article id="page-${page.file}" lang="${page.lang ?? 'en'}"><h1>${page.title}</h1>${page.body}</article>\n`)}`,
)}
</main></body></html>
`);
  return within(text, plots);
}

const listed = (part: Part): Markup =>
  html`<h3>${part.title}</h3><ul>${part.pages.map((page) => html`<li lang="${page.lang ?? 'en'}"><a href="${page.file}.html">${page.short ?? page.title}</a></li>`)}</ul>`;

/** Addresses of the site become anchors of the file, pictures become data. */
const within = (text: string, plots: ReadonlyMap<string, string>): string =>
  text
    .replace(
      / href="([\w-]+)\.html(?:#([^"]*))?"/g,
      (_, page: string, anchor?: string) => ` href="#${anchor ?? `page-${page}`}"`,
    )
    .replace(
      / src="claims\/([^"]+)"/g,
      (_, file: string) => ` src="data:image/svg+xml;base64,${Buffer.from(plots.get(file)!).toString('base64')}"`,
    );
