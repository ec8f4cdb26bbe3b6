import picocolors from 'picocolors';
import type { Change, Difference } from './diff.js';
import { counted } from './figures.js';
import { flow, hang, margin } from './lines.js';
import type { Look } from './terminal.js';
import { visible } from './visible.js';

/** What changed between two reports, for a person: what is worse first; the last line spells the exit code. */
export function diffTable(diff: Difference, look: Look): string {
  const colour = picocolors.createColors(look.colour);
  const width = Math.max(40, look.width);
  const paints = { worse: colour.red, better: colour.green, other: (text: string) => text };
  const head = (['old', 'new'] as const).flatMap((name) => {
    const { target, bnspec, profile, effort, seed, exit } = diff[name];
    const items = [
      target,
      `bnspec ${bnspec}`,
      `profile ${profile}`,
      effort,
      `seed ${seed}`,
      `exit ${exit.code}: ${exit.says}`,
    ];
    return hang(name, flow(items.map(visible), width - margin));
  });
  const body = (['worse', 'better', 'other'] as const).flatMap((how) => {
    const lines = together(diff.changes.filter((change) => change.how === how)).flatMap((change) =>
      told(change, width - margin),
    );
    return lines.length === 0 ? [] : [...hang(how, lines, paints[how]), ''];
  });
  const count = diff.changes.length > 0 ? `, ${counted(diff.changes.length, 'change')}` : '';
  const paint = diff.exit.code === 0 ? colour.green : colour.red;
  const last = `exit ${diff.exit.code}: ${diff.exit.says}${diff.exit.code === 0 ? count : ''}`;
  return `${[...head, '', ...body, colour.bold(paint(last))].join('\n')}\n`;
}

/** Changes of one kind that say the same, with the ids that they are about. */
type Told = Pick<Change, 'kind' | 'says'> & { readonly ids: string[] };

function together(changes: readonly Change[]): Told[] {
  const groups = new Map<string, Told>();
  for (const { kind, id, says } of changes) {
    const group = groups.get(`${kind} ${says}`);
    if (group) group.ids.push(id);
    else groups.set(`${kind} ${says}`, { kind, says, ids: [id] });
  }
  return [...groups.values()];
}

function told({ kind, ids, says }: Told, width: number): string[] {
  if (ids[0] === kind) return flow([kind, visible(says)], width);
  const names = ids.length > 5 ? [counted(ids.length, kind), `${ids[0]} …`] : [kind, ...ids];
  return flow([names.map(visible).join('   '), visible(says)], width);
}
