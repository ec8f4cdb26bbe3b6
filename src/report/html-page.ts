import { createHash } from 'node:crypto';
import { html, type Markup, trusted } from './markup.js';

export interface Page {
  readonly title: string;
  /** Ours; it is named to the browser by its hash, so that no other runs. */
  readonly script: string;
  readonly style: string;
  readonly header: Markup;
  readonly nav: Markup;
  readonly main: Markup;
}

const hash = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** A whole page. Its policy lets it load nothing at all, and run nothing but its own script. */
export function page({ title, script, style, header, nav, main }: Page): string {
  const policy = `default-src 'none'; style-src ${hash(style)}; script-src ${hash(script)}; img-src data:; base-uri 'none'; form-action 'none'`;
  return String(html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${trusted(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer"><link rel="icon" href="data:,"><title>${title}</title>
<style>${trusted(style)}</style></head>
<body><a class="skip" href="#main">Skip to the content</a><header>${header}</header>
<nav aria-label="Parts of this page">${nav}</nav><main id="main">${main}</main>
<script>${trusted(script)}</script></body></html>
`);
}
