import type { Layer } from '../src/run/layer.js';
import type { Mutant } from '../src/run/mutant.js';
import { suite } from '../src/suite.js';
import { claiming, lawsOf, Question } from '../test/acceptance.case.js';
import { nasty } from '../test/acceptance.data.js';
import { firsts } from '../test/algorithms.kernel.js';
import { random } from '../test/exact.random.js';
import { killer, reaches } from '../test/judging.js';
import { type Check, checks } from './checks.js';
import { layerOf, offset, randn } from './data.js';
import { passes } from './passing.js';
import { right, type Suspect, wrong } from './suspects.js';

const seed = 1;

/** How one check fared. */
export interface Row {
  readonly name: string;
  /** Ids of wrong kernels that it lets through, and of those it could see at all. */
  readonly through: readonly string[];
  readonly asked: readonly string[];
  /** Names of right kernels that it was given, that it rejects on its own data, and with the mean 1000 deviations off. */
  readonly right: readonly string[];
  readonly rejects: readonly string[];
  readonly rejectsOffset: readonly string[];
}

/** Formula mutants of what the checks ask about: none of them looks at the second order. */
export const wrongs: readonly Mutant[] = suite.mutants.filter(
  ({ wrongAt, op }) => wrongAt !== null && op !== 'grad_grad',
);

/** Whether the mutant can change anything that the check looks at. */
const sees = ({ looks }: Check, mutant: Mutant): boolean => (looks[mutant.op] ?? []).some(reaches(mutant));

const built = new Map<Mutant, Promise<Suspect>>();
const suspect = (mutant: Mutant): Promise<Suspect> => {
  if (!built.has(mutant)) built.set(mutant, wrong(mutant));
  return built.get(mutant)!;
};
const rights = right();

/** Its data: of the first seed that will do. */
async function drawn(check: Check): Promise<Layer[][]> {
  const plain = (await rights).find(({ name }) => name === 'plain')!;
  for (let trial = seed; ; trial++) {
    const chains = check.chains(random(trial));
    if (!check.fixed || (await passes(check, chains, plain))) return chains;
  }
}

const those = async (
  suspects: readonly Suspect[],
  accepted: (suspect: Suspect) => Promise<boolean>,
): Promise<string[]> => {
  const rejected: string[] = [];
  for (const one of suspects) if (!(await accepted(one))) rejected.push(one.name);
  return rejected;
};

/** One check over all kernels. What it does not look at it lets through. */
export async function row(check: Check, mutants: readonly Mutant[] = wrongs): Promise<Row> {
  const chains = await drawn(check);
  const moved = chains.map((chain) => chain.map(offset));
  const [{ dtype }] = chains[0] as [Layer];
  const asked = mutants.filter((mutant) => sees(check, mutant));
  const through: string[] = [];
  for (const mutant of mutants) {
    // In every other operation it is the specification.
    const only = { ...check, looks: { [mutant.op]: check.looks[mutant.op] ?? [] } };
    if (!asked.includes(mutant) || (await passes(only, chains, await suspect(mutant)))) through.push(mutant.id);
  }
  const suspects = (await rights).filter(({ dtypes }) => dtypes.includes(dtype));
  return {
    ...{ name: check.name, through, asked: asked.map(({ id }) => id), right: suspects.map(({ name }) => name) },
    rejects: await those(suspects, (one) => passes(check, chains, one)),
    rejectsOffset: await those(suspects, (one) => passes(check, moved, one)),
  };
}

const profileOf = new Map<string, ReturnType<typeof claiming>>();

/** Whether every output is within bnspec's bound of tier `stable`. */
async function conforms(suspect: Suspect, layers: readonly Layer[]): Promise<boolean> {
  const { profile } = suspect;
  if (!profileOf.has(profile)) profileOf.set(profile, claiming({}, profile));
  for (const layer of layers)
    for (const op of firsts) {
      const question = new Question(layer, op, profileOf.get(profile)!);
      const answers = await suspect.answers(op, layer);
      if (!answers) return false;
      for (const output of Object.keys(lawsOf[op])) {
        if (answers[output] === undefined) continue; // not every kernel saves its statistics
        const answered = question.answered(output, answers[output]);
        if (question.judge(answered, 'stable').refuted) return false;
      }
    }
  return true;
}

/** bnspec itself: a default run for the wrong kernels; for the right ones the bounds of its laws, on data that are hard on them. */
export async function own(mutants: readonly Mutant[] = wrongs): Promise<Row> {
  const through: string[] = [];
  for (const mutant of mutants) if ((await killer(mutant)) === null) through.push(mutant.id);
  const from = random(seed);
  const layers = Array.from({ length: 24 }, () => nasty(from, 'f32', 2, [2, 3, 5, 8, 16, 31]));
  const normal = randn(from);
  const moved = [2, 4, 16, 64].map((N) =>
    offset(layerOf({ dtype: 'f32', shape: [N, 3, 4], x: normal, dy: normal, gamma: normal, beta: normal })),
  );
  const suspects = await rights;
  return {
    ...{ name: 'bnspec', through, asked: mutants.map(({ id }) => id), right: suspects.map(({ name }) => name) },
    rejects: await those(suspects, (one) => conforms(one, layers)),
    rejectsOffset: await those(suspects, (one) => conforms(one, moved)),
  };
}

/** All rows, bnspec's own last. */
export async function rows(): Promise<Row[]> {
  const all: Row[] = [];
  for (const check of checks) all.push(await row(check));
  return [...all, await own()];
}

/** The four counts of a row, as `3 of 10`: wrong kernels let through, of those it looks at; right ones rejected, own data and moved. */
export function figures({ through, asked, right, rejects, rejectsOffset }: Row): string[] {
  const seen = through.filter((id) => asked.includes(id));
  return [
    `${through.length} of ${wrongs.length}`,
    `${seen.length} of ${asked.length}`,
    `${rejects.length} of ${right.length}`,
    `${rejectsOffset.length} of ${right.length}`,
  ];
}
