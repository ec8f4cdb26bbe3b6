import type { Layer } from '../src/run/layer.js';
import type { Mutant } from '../src/run/mutant.js';
import { suite } from '../src/suite.js';
import { claiming, lawsOf, Question } from '../test/acceptance.case.js';
import { nasty } from '../test/acceptance.data.js';
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

export const wrongs: readonly Mutant[] = suite.mutants.filter(({ wrongAt }) => wrongAt !== null);

/** Whether the mutant can change anything that the check looks at. */
const sees = ({ looks }: Check, mutant: Mutant): boolean => (looks[mutant.op] ?? []).some(reaches(mutant));

/** One check over all kernels. What it does not look at it lets through. */
export async function row(check: Check, mutants: readonly Mutant[] = wrongs): Promise<Row> {
  const chains = check.chains(random(seed));
  const moved = chains.map((chain) => chain.map(offset));
  const [{ dtype }] = chains[0] as [Layer];
  const asked = mutants.filter((mutant) => sees(check, mutant));
  const through: string[] = [];
  for (const mutant of mutants)
    if (!asked.includes(mutant) || (await passes(check, chains, await wrong(mutant)))) through.push(mutant.id);
  const suspects = (await right()).filter(({ dtypes }) => dtypes.includes(dtype));
  const rejected = async (data: readonly Layer[][]): Promise<string[]> => {
    const names: string[] = [];
    for (const suspect of suspects) if (!(await passes(check, data, suspect))) names.push(suspect.name);
    return names;
  };
  return {
    ...{ name: check.name, through, asked: asked.map(({ id }) => id), right: suspects.map(({ name }) => name) },
    ...{ rejects: await rejected(chains), rejectsOffset: await rejected(moved) },
  };
}

const profileOf = new Map<string, ReturnType<typeof claiming>>();

/** Whether every output is within bnspec's bound of tier `stable`. */
async function conforms(suspect: Suspect, layers: readonly Layer[]): Promise<boolean> {
  const { profile } = suspect;
  if (!profileOf.has(profile)) profileOf.set(profile, claiming({}, profile));
  for (const layer of layers)
    for (const [op, laws] of Object.entries(lawsOf) as [keyof typeof lawsOf, object][]) {
      const question = new Question(layer, op, profileOf.get(profile)!);
      const answers = await suspect.answers(op, layer);
      if (!answers) return false;
      for (const output of Object.keys(laws)) {
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
  const suspects = await right();
  const rejected = async (data: readonly Layer[]): Promise<string[]> => {
    const names: string[] = [];
    for (const suspect of suspects) if (!(await conforms(suspect, data))) names.push(suspect.name);
    return names;
  };
  return {
    ...{ name: 'bnspec', through, asked: mutants.map(({ id }) => id), right: suspects.map(({ name }) => name) },
    ...{ rejects: await rejected(layers), rejectsOffset: await rejected(moved) },
  };
}

/** All rows, bnspec's own last. */
export async function rows(): Promise<Row[]> {
  const all: Row[] = [];
  for (const check of checks) all.push(await row(check));
  return [...all, await own()];
}
