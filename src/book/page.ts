import { html, type Markup } from '../report/markup.js';

/** A page of the book; `file` is its name without `.html`. */
export interface Page {
  readonly file: string;
  readonly title: string;
  /** What it is called among the pages of its part, where that is shorter. */
  readonly short?: string;
  readonly body: Markup;
  readonly lang?: string;
}

/** A part of the book: its pages, under one sentence. */
export interface Part {
  readonly name: string;
  readonly title: string;
  readonly says: string;
  readonly pages: readonly Page[];
}

export type Content = Parameters<typeof html>[1];

export const link = (to: string, text: Content): Markup => html`<a href="${to}">${text}</a>`;

/** Where an id is named: in code, and a link. */
export const linked = (to: string, id: string): Markup => link(to, html`<code>${id}</code>`);

/** Parts with a sign between them. */
export const joined = (parts: readonly Content[], between = ', '): Markup =>
  html`${parts.map((part, i) => html`${i > 0 ? between : null}${part}`)}`;

/** One thing that links lead to: its anchor, its heading, what is said of it. */
export const entry = (id: string, heading: Content, body: Content): Markup =>
  html`<section class="entry" id="${id}"><h2>${heading}</h2>${body}</section>\n`;

/** What is known of a thing, under short names; what there is nothing of is left out. */
export function facts(known: Readonly<Record<string, Content>>): Markup | null {
  const there = Object.entries(known).filter(
    ([, said]) => said !== null && String(said) !== '' && (!Array.isArray(said) || said.length > 0),
  );
  if (there.length === 0) return null;
  return html`<dl class="facts">${there.map(([name, said]) => html`<div><dt>${name}</dt><dd>${said}</dd></div>`)}</dl>`;
}

/** A list with a line for each. */
export const lines = (items: readonly Content[]): Markup | null =>
  items.length === 0 ? null : html`<ul>${items.map((item) => html`<li>${item}</li>`)}</ul>`;
