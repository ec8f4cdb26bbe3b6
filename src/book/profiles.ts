import { keys } from '../../spec/profiles.js';
import { columns, value } from '../docs/profiles.js';
import { html, type Markup, table } from '../report/markup.js';
import { departures, type Profile } from '../run/profile.js';
import type { Suite } from '../suite.js';
import { inline } from './markdown.js';
import { entry, facts, joined, lines, linked, type Page } from './page.js';
import { anchorOf, places } from './places.js';

/** The dialects, side by side and one by one. */
export const profilePages = ({ profiles }: Suite): Page[] => [
  {
    file: 'profiles',
    title: 'The dialects',
    body: html`<p class="lead">${Object.keys(profiles).length} frameworks, each a named point of one normal form.</p>
<p>Normalization and its gradients are the same nearly everywhere. What frameworks do to running statistics, and what they call it, is not. Where the mathematics itself
departs, the profile says what stands there instead, and which laws are not so.</p>
${table(
  'Side by side',
  ['profile', ...columns],
  Object.entries(profiles).map(([name, profile]) => [
    linked(places.profile(name), name),
    ...columns.map((column) => inline(value(profile[column]))),
  ]),
)}
<h2 id="profile-keys">The keys</h2>
${table(
  'What the keys mean',
  ['key', 'meaning'],
  Object.entries(keys).map(([key, says]) => [html`<code>${key}</code>`, inline(says)]),
)}
${Object.entries(profiles).map(([name, profile]) => described(name, profile))}`,
  },
];

function described(name: string, profile: Profile): Markup {
  const { title, ops, source, waives = [], note, update } = profile;
  return entry(
    anchorOf(places.profile(name)),
    html`<code>${name}</code>`,
    html`<p class="says">${title}.</p>${note === undefined ? null : html`<p>${inline(note)}</p>`}
${facts({
  Defines: joined(ops.map((op) => html`<code>${op}</code>`)),
  Averages: update === 'none' ? 'leaves it to the caller' : linked(places.formula('averages', update), update),
  Divisor: html`<code>${profile.divisor}</code>`,
  Departs: lines(departures(profile, (text) => `\`${text}\``).map(inline)),
  'Not so here': joined(waives.map((id) => linked(places.law(id), id))),
  Source: source,
})}`,
  );
}
