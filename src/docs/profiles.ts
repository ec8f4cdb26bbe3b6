import { keys } from '../../spec/profiles.js';
import { departures, type Profile } from '../run/profile.js';
import type { Suite } from '../suite.js';
import { heading, names, page, table } from './markdown.js';

/** The keys by which dialects are told apart. */
export const columns = ['divisor', 'update', 'm1', 'momentum', 'epsilon', 'initial', 'saved', 'affine'] as const;

/** docs/profiles.md: the dialects. */
export const profiles = ({ profiles: all }: Suite): string =>
  page('The profiles', '`spec/profiles*.ts`', [
    'Normalization and its gradients are the same nearly everywhere. What frameworks do to running statistics, and what they call it, is not: each is a point of one normal form. Where the mathematics itself departs, the profile says what stands there instead, and which laws are not so.',
    table(
      ['key', 'meaning'],
      Object.entries(keys).map(([key, says]) => [`\`${key}\``, says]),
    ),
    heading(2, 'table', 'Side by side'),
    table(
      ['profile', ...columns],
      Object.entries(all).map(([name, profile]) => [
        `[${name}](#${name})`,
        ...columns.map((column) => value(profile[column])),
      ]),
    ),
    ...Object.entries(all).flatMap(([name, profile]) => [heading(3, name), ...described(profile)]),
  ]);

/** A key's value as Markdown. */
export const value = (of: Profile[(typeof columns)[number]]): string =>
  of === null ? 'left to the caller' : Array.isArray(of) ? names(of) : names([of as string | number]);

function described(profile: Profile): string[] {
  const { title, ops, source, waives = [], note } = profile;
  const part = ops.length < 4 ? ` Defines ${names(ops)} only.` : '';
  const laws = waives.map((id) => `[${id}](laws.md#${id})`).join(', ');
  return [
    `${title}.${part} Source: ${source}.`,
    ...(note === undefined ? [] : [note]),
    ...departures(profile, (text) => `\`${text}\``).map((line) => `- ${line}`),
    ...(waives.length === 0 ? [] : [`Not so here: ${laws}.`]),
  ];
}
