import { builtins } from '../builtin/catalogue.js';
import { count, percent } from '../report/figures.js';
import { flow, hang, margin, wrap } from '../report/lines.js';
import { check, lawOf } from '../run/check.js';
import { type Coverage, coverage } from '../run/coverage.js';
import { drawn } from '../run/drawing.js';
import { mutantKernel } from '../run/formula-kernel.js';
import { Log } from '../run/log.js';
import { type Fate, power as hunted } from '../run/power.js';
import type { Drawn, Property, Terms } from '../run/property.js';
import type { Tier } from '../run/report.js';
import { casesOf, drawingOf } from '../run/run.js';
import { refusal, terms } from '../run/select.js';
import { type Subject, subject } from '../run/subject.js';
import { reachable } from '../run/wrong.js';
import { suite } from '../suite.js';
import { local } from '../target/local.js';
import type { Arguments } from './arguments.js';
import { defaults } from './options.js';
import type { Screen } from './screen.js';

/** What a run of these options draws for a card that has everything, in one dialect. */
interface Drawing {
  readonly subject: Subject;
  readonly asked: Terms;
  readonly laws: readonly Property[];
  readonly cases: ReadonlyMap<string, readonly Drawn[]>;
}

/** `bnspec power`: the suite's own card. Exit 1 if a published mutant survives or a right kernel is refused. */
export async function power({ settings: given }: Arguments, screen: Screen): Promise<number> {
  const settings = { ...defaults, ...given };
  const cases = settings.cases ?? casesOf[settings.effort];
  const out = (lines: readonly string[]): void => screen.out(`${lines.join('\n')}\n`);
  out(flow(['bnspec power', `effort ${settings.effort}, ${cases} cases a law`, `seed ${settings.seed}`], screen.width));
  let survivors = 0;
  const profiles = new Set(suite.mutants.map(({ profile }) => profile));
  for (const profile of profiles) {
    const drawing = await draw(profile, drawingOf(settings));
    const fates = await fatesOf(profile, drawing);
    survivors += fates.filter(({ by }) => by === null).length;
    out(['', ...matrix(profile, fates, screen.width)]);
    if (profile === [...profiles][0]) out(['', ...covered(coverage([...drawing.cases.values()].flat()), screen.width)]);
  }
  const refused = await falseAlarms(settings.seed, Math.min(cases, casesOf.quick), out);
  return survivors + refused > 0 ? 1 : 0;
}

async function draw(profile: string, plan: ReturnType<typeof drawingOf>): Promise<Drawing> {
  const dialect = suite.profiles[profile]!;
  const card = await local('full', mutantKernel('full', suite.spec, dialect, profile)).hello();
  const judged = subject(card, dialect, suite.spec);
  const asked = terms(judged, ['f64', 'f32', 'f16', 'bf16'], card.layouts);
  const laws = suite.laws.filter((law) => refusal(law, judged, asked) === null);
  return {
    ...{ subject: judged, asked, laws },
    cases: new Map(laws.map((law) => [law.id, drawn(law, { terms: asked, ...plan })])),
  };
}

/** The mutants published for a dialect, each at the lowest tier where it is wrong. */
async function fatesOf(profile: string, { subject: judged, asked, laws, cases }: Drawing): Promise<Fate[]> {
  const home = [...suite.mutants, ...suite.kernels].filter((mutant) => mutant.profile === profile);
  const tiers = new Set(home.flatMap(({ wrongAt }) => wrongAt ?? []));
  const fates: Fate[] = [];
  for (const tier of tiers) {
    const ids = home.filter(({ wrongAt }) => wrongAt === tier).map(({ id }) => id);
    const wrongs = reachable(suite, judged, asked, tier as Tier).filter(({ id }) => ids.includes(id));
    fates.push(...(await hunted(wrongs, { laws, cases, subject: judged, tier: tier as Tier })));
  }
  return fates;
}

function matrix(profile: string, fates: readonly Fate[], width: number): string[] {
  const chapters = [...new Set(fates.map(({ id }) => id.split('.')[0]!))];
  const rows = chapters.map((chapter) => {
    const own = fates.filter(({ id }) => id.startsWith(`${chapter}.`));
    return `  ${chapter.padEnd(12)} ${`${own.filter(({ by }) => by !== null).length} of ${own.length}`.padStart(10)}   ${toKill(own)}`;
  });
  const survivors = fates.filter(({ by }) => by === null).map(({ id }) => id);
  const killed = `${fates.length - survivors.length} of ${fates.length} mutants killed`;
  return [
    ...flow([`profile ${profile}`, killed, toKill(fates)], width),
    ...rows,
    ...hang('  SURVIVE', survivors.length > 0 ? flow(survivors, width - margin - 2) : []),
  ];
}

/** Cases until the first kill. */
function toKill(fates: readonly Fate[]): string {
  const counts = fates
    .filter(({ by }) => by !== null)
    .map((fate) => fate.cases)
    .sort((a, b) => a - b);
  return counts.length === 0
    ? ''
    : `cases to the first kill: median ${counts[counts.length >> 1]}, most ${counts.at(-1)}`;
}

function covered({ cases, features, pairs, apart }: Coverage, width: number): string[] {
  const groups = [...new Set(features.map(({ feature }) => feature))];
  const rows = groups.flatMap((group) => {
    const values = features.filter(({ feature }) => feature === group);
    const items = values.map(({ value, share }) => `${value} ${percent(share, 1)}`);
    return hang(`  ${group}`.padEnd(13), flow(items, width - 14)).map((line, i) => (i === 0 ? line : `     ${line}`));
  });
  const never = apart.map(([a, b]) => `${a} with ${b}`);
  return [
    `features of ${count(cases)} drawn cases`,
    ...rows,
    ...wrap(
      `  of ${count(pairs)} pairs ${count(pairs - apart.length)} meet in a case${never.length > 0 ? '; not:' : ''}`,
      width,
    ),
    ...flow(never, width - 4).map((line) => `    ${line}`),
  ];
}

/** Right kernels under every law: what is refused here is a false alarm. */
async function falseAlarms(seed: number, cases: number, out: (lines: readonly string[]) => void): Promise<number> {
  let [elements, refused] = [0, 0];
  for (const [name, kernel] of Object.entries(builtins)) {
    const target = local(name, kernel);
    const card = await target.hello();
    const judged = subject(card, suite.profiles[card.profile!]!, suite.spec);
    const asked = terms(judged, ['f64', 'f32', 'f16', 'bf16'], card.layouts);
    const signal = new AbortController().signal;
    for (const law of suite.laws.filter((one) => refusal(one, judged, asked) === null)) {
      const options = {
        target,
        subject: judged,
        terms: asked,
        required: 'semantic',
        seed,
        cases,
        signal,
        log: new Log(),
      } as const;
      const counted = await check(law, lawOf(law, judged)!, options);
      elements += counted.elements;
      if (counted.status !== 'holds') refused += 1;
    }
  }
  out([
    '',
    `${Object.keys(builtins).length} right kernels: ${refused} laws refuse one, in ${count(elements)} elements compared`,
  ]);
  return refused;
}
