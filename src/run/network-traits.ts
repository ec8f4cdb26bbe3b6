import { distinct } from './common.js';
import { type Foreseen, foresee } from './foreseen.js';
import { activations, type Network, optimizers } from './network.js';
import type { Learning } from './property.js';
import type { Tier } from './report.js';
import type { Trait } from './traits.js';

/** What a network may have that others have not. */
const traits: readonly Trait<Network>[] = [
  ...optimizers.map((name) => ({
    says: `the optimizer is ${name}`,
    has: ({ optimizer }: Network) => optimizer.name === name,
  })),
  ...activations.flatMap((name) => [
    {
      says: `an activation is ${name}`,
      has: ({ stages }: Network) => stages.some(({ activation }) => activation === name),
    },
    { says: `the last activation is ${name}`, has: ({ stages }: Network) => stages.at(-1)!.activation === name },
  ]),
  { says: 'a layer is a convolution', has: ({ stages }) => stages.some(({ shape }) => shape.length === 4) },
  { says: 'a layer has a bias', has: ({ stages }) => stages.some(({ bias }) => bias !== null) },
  { says: 'a unit has a negative gamma', has: ({ stages }) => stages.some(({ gamma }) => gamma.some((v) => v < 0)) },
  { says: 'there is one layer', has: ({ stages }) => stages.length === 1 },
  { says: 'there are several layers', has: ({ stages }) => stages.length > 1 },
  { says: 'there are several batches', has: ({ batches }) => batches.length > 1 },
  { says: 'the dtype is f64', has: ({ dtype }) => dtype === 'f64' },
  { says: 'the dtype is f32', has: ({ dtype }) => dtype === 'f32' },
];

/** Which outputs of networks are wrong, and what those networks share. Null where each output lies within its bound. */
export function shared(answered: readonly Learning['answers'][], tier: Tier): string | null {
  const [failing, passing]: [Network[], Network[]] = [[], []];
  const wrong = new Set<string>();
  for (const answers of answered) {
    const all = [...answers.values()];
    const own = all.filter((one) => foresee(one, tier).refuted !== null).map(({ name }) => name);
    for (const name of own) wrong.add(name);
    if (all.length > 0) (own.length > 0 ? failing : passing).push((all[0] as Foreseen).network);
    all[0]?.forget();
  }
  if (failing.length === 0) return null;
  const of =
    passing.length === 0 ? 'no network that was asked is right' : distinct(traits, failing, passing, 'network');
  return `wrong are ${listed([...wrong])}; ${of ?? 'no trait tells wrong networks from right ones'}`;
}

/** Outputs by their stems, each with its stages: `dweight of stages 1, 2`. */
function listed(names: readonly string[]): string {
  const stages = new Map<string, string[]>();
  for (const name of names) {
    const [stem, stage] = name.split('.') as [string, string?];
    stages.set(stem, [...(stages.get(stem) ?? []), ...(stage ? [stage] : [])]);
  }
  const told = [...stages].map(([stem, of]) =>
    of.length === 0 ? stem : `${stem} of stage${of.length > 1 ? 's' : ''} ${of.toSorted().join(', ')}`,
  );
  return told
    .join('; ')
    .replace(/; ([^;]*)$/, ' and $1')
    .replaceAll(';', ',');
}
