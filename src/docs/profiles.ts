import { keys } from '../../spec/profiles.js';
import type { Profile } from '../run/profile.js';
import type { Suite } from '../suite.js';
import { heading, names, page, table } from './markdown.js';

const columns = ['divisor', 'update', 'm1', 'momentum', 'epsilon', 'initial', 'saved', 'affine'] as const;

/** docs/profiles.md: the dialects of running statistics. */
export const profiles = ({ profiles: all }: Suite): string =>
  page('The profiles', '`spec/profiles.ts`', [
    'Normalization and its gradients are the same everywhere. What frameworks do to running statistics, and what they call it, is not: each is a point of one normal form.',
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
    ...Object.entries(all).flatMap(([name, { title, source }]) => [heading(3, name), `${title}. Source: ${source}.`]),
  ]);

const value = (of: Profile[(typeof columns)[number]]): string =>
  of === null ? 'left to the caller' : Array.isArray(of) ? names(of) : names([of as string | number]);
