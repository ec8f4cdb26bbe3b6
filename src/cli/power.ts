import { builtins } from '../builtin/catalogue.js';
import { count, percent } from '../report/figures.js';
import { flow, hang, margin, wrap } from '../report/lines.js';
import { check, lawOf } from '../run/check.js';
import { type Coverage, coverage as counted } from '../run/coverage.js';
import { drawn } from '../run/drawing.js';
import { mutantKernel } from '../run/formula-kernel.js';
import { Log } from '../run/log.js';
import { type Fate, power as hunted } from '../run/power.js';
import type { Drawn, Property, Terms } from '../run/property.js';
import type { Tier } from '../run/report.js';
import { casesOf, drawingOf } from '../run/run.js';
import { refusal, terms, usual } from '../run/select.js';
import { type Subject, subject } from '../run/subject.js';
import { reachable } from '../run/wrong.js';
import { suite } from '../suite.js';
import { local } from '../target/local.js';
import type { Arguments } from './arguments.js';
import { defaults, type Settings } from './options.js';
import { save } from './publish.js';
import type { Screen } from './screen.js';
import { version } from './version.js';

/** Drawn cases a law that right kernels are asked, at most: there are eight of them. */
const alarming = 8;

/** What a run of these options draws for a card that has everything, in one dialect. */
interface Drawing {
  readonly subject: Subject;
  readonly asked: Terms;
  readonly laws: readonly Property[];
  readonly cases: ReadonlyMap<string, readonly Drawn[]>;
}

/**
 * `bnspec power`: the suite's own card. Exit 1 if a published mutant survives or a right kernel is refused. As JSON it has
 * every mutant with the law that refuted it first, and the share of the cases of every feature and of every two.
 */
export async function power({ settings: given }: Arguments, screen: Screen): Promise<number> {
  const settings = { ...defaults, ...given };
  const cases = settings.cases ?? casesOf[settings.effort];
  const told: { profile: string; fates: readonly Fate[] }[] = [];
  let coverage: Coverage | null = null;
  const out = tells(settings, screen);
  out(flow(['bnspec power', `effort ${settings.effort}, ${cases} cases a law`, `seed ${settings.seed}`], screen.width));
  let survivors = 0;
  const profiles = new Set(suite.mutants.map(({ profile }) => profile));
  for (const profile of profiles) {
    const drawing = await draw(profile, drawingOf(settings));
    const fates = await fatesOf(profile, drawing);
    told.push({ profile, fates });
    survivors += fates.filter(({ by }) => by === null).length;
    out(['', ...matrix(profile, fates, screen.width)]);
    if (coverage) continue;
    coverage = counted([...drawing.cases.values()].flat());
    out(['', ...covered(coverage, screen.width)]);
  }
  const alarms = await falseAlarms(settings.seed, Math.min(cases, alarming), out);
  const card = {
    bnspec: version,
    effort: settings.effort,
    cases,
    seed: settings.seed,
    profiles: told,
    coverage,
    alarms,
  };
  const lost = wrote(`${JSON.stringify(card, null, 2)}\n`, settings, screen);
  if (lost.length > 0) {
    screen.err(`exit 4: could not write ${lost.join(', ')}\n`);
    return 4;
  }
  return survivors + alarms.refused > 0 ? 1 : 0;
}

/** Lines for people: aside where JSON owns standard output, nowhere where only files are asked for. */
function tells({ reporter = [{ name: 'terminal' }] }: Settings, screen: Screen): (lines: readonly string[]) => void {
  const owned = reporter.some(({ name, file }) => name === 'json' && file === undefined);
  if (!reporter.some(({ name, file }) => name === 'terminal' && file === undefined)) return () => {};
  return (lines) => (owned ? screen.err : screen.out)(`${lines.join('\n')}\n`);
}

/** Writes the card wherever JSON is asked for; returns what could not be written. */
const wrote = (text: string, { reporter = [] }: Settings, screen: Screen): string[] =>
  reporter.flatMap(({ name, file }) => {
    if (name !== 'json') return [];
    if (file !== undefined) return save(file, () => text);
    screen.data(text);
    return [];
  });

async function draw(profile: string, plan: ReturnType<typeof drawingOf>): Promise<Drawing> {
  const dialect = suite.profiles[profile]!;
  const card = await local('full', mutantKernel('full', suite.spec, dialect, profile)).hello();
  const judged = subject(card, dialect, suite.spec);
  const asked = terms(judged, ['f64', 'f32', 'f16', 'bf16'], card.layouts, Math.min(plan.longest, usual));
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

function covered({ cases, features, pairs }: Coverage, width: number): string[] {
  const groups = [...new Set(features.map(({ feature }) => feature))];
  const rows = groups.flatMap((group) => {
    const values = features.filter(({ feature }) => feature === group);
    const items = values.map(({ value, share }) => `${value} ${percent(share, 1)}`);
    return hang(`  ${group}`.padEnd(13), flow(items, width - 14)).map((line, i) => (i === 0 ? line : `     ${line}`));
  });
  const apart = pairs.filter(({ share }) => share === 0);
  const never = apart.map(({ a, b }) => `${a} with ${b}`);
  return [
    `features of ${count(cases)} drawn cases`,
    ...rows,
    ...wrap(
      `  of ${count(pairs.length)} pairs ${count(pairs.length - apart.length)} meet in a case${never.length > 0 ? '; not:' : ''}`,
      width,
    ),
    ...flow(never, width - 4).map((line) => `    ${line}`),
  ];
}

/** Right kernels under every law: what is refused here is a false alarm. */
async function falseAlarms(seed: number, cases: number, out: (lines: readonly string[]) => void) {
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
      const result = await check(law, lawOf(law, judged)!, options);
      elements += result.elements;
      if (result.status !== 'holds') refused += 1;
    }
  }
  out([
    '',
    `${Object.keys(builtins).length} right kernels: ${refused} laws refuse one, in ${count(elements)} elements compared`,
  ]);
  return { elements, refused };
}
