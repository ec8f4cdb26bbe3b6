import { local } from '../target/local.js';
import { common } from './common.js';
import type { Layer } from './layer.js';
import type { Asked, Log } from './log.js';
import { computable, errors, measuredOf, over, type Panelist } from './panel-errors.js';
import { counts } from './profile.js';
import type { Subject } from './subject.js';
import { moments, type Place } from './traits.js';

/** So many times the error, beside textbook kernels, that a target makes on 99 of 100 layers is out of its own way. */
const far = 30;
/** Layers that are compared: so many large ones, and so many small ones, by which the target's own way is known. */
const most = 60;
const large = 256;
/** Where the mean is further from 0, in deviations, right algorithms err differently; that is the panel's matter. */
const near = 8;
const longest = 2 ** 13;

type Comparable = keyof typeof measuredOf;

/**
 * What stands out of a target's own accuracy although it lies within the bounds, which are wide where the data are
 * badly conditioned: answers that err far more than textbook kernels do, where nearly all others do not. A warning;
 * under --strict it fails.
 */
export async function outliers(log: Log, judged: Subject, panel: readonly Panelist[]): Promise<string[]> {
  const { reads, formulas } = judged.profile;
  if (reads || formulas || counts(judged.profile)) return []; // no textbook kernel's way
  const families = ['two-pass', 'Welford', 'folded two-pass'].flatMap(
    (name) => panel.find(({ family }) => family === name) ?? [],
  );
  const peers = families.map((one) => ({ ...one, target: local(one.family, one.kernel) }));
  const measured: { place: Asked; worst: number }[] = [];
  for (const asked of chosen(log.exchanges, judged)) {
    const found = await errors(asked.answers!, asked.layer, asked.op as Comparable, peers, judged);
    const worst = Math.max(0, ...found.map(({ target, stable }) => over(target, stable)));
    if (found.length > 0 && worst < Infinity) measured.push({ place: asked, worst });
  }
  const usual = quantile(measured.filter(({ place }) => place.layer.x.length < large).map(({ worst }) => worst));
  const odd = measured.filter(({ worst }) => worst > far * usual);
  if (usual === 0 || odd.length === 0) return [];
  const places = (of: typeof measured): Place[] =>
    of.flatMap(({ place }) => Array.from({ length: place.layer.C }, (_, c) => ({ layer: place.layer, c })));
  const others = measured.filter((one) => !odd.includes(one));
  const times = odd.reduce((top, { worst }) => Math.max(top, worst / usual), 0);
  const says = `${odd.length} of ${measured.length} answers err up to ${brief(times)} times more, beside a textbook kernel, than the target does elsewhere`;
  return [`${says}; ${common(places(odd), places(others))}`];
}

/** Large layers first, since there the bounds are widest; those in float64 only where there are no others. */
function chosen(exchanges: readonly Asked[], judged: Subject): Asked[] {
  const able = exchanges.filter(
    ({ question, answers, layer }) =>
      question in measuredOf &&
      answers !== null &&
      layer.x.length <= longest &&
      computable(layer, judged) &&
      finite(layer) &&
      centred(layer),
  );
  const short = able.filter(({ layer }) => layer.dtype !== 'f64');
  const kept = (short.length > 0 ? short : able).toSorted((a, b) => a.layer.x.length - b.layer.x.length);
  const big = kept.filter(({ layer }) => layer.x.length >= large);
  const small = kept.filter(({ layer }) => layer.x.length < large);
  return [...spread(small), ...spread(big)];
}

const finite = ({ x, dy, gamma, beta, running_mean, running_var }: Layer): boolean =>
  [x, dy, gamma, beta, running_mean, running_var].every((values) => values === null || values.every(Number.isFinite));

const centred = (layer: Layer): boolean =>
  Array.from({ length: layer.C }, (_, c) => moments({ layer, c })).every(
    ({ mean, sigma }) => Math.abs(mean) <= near * sigma,
  );

/** At most so many, evenly from all. */
function spread<T>(all: readonly T[]): T[] {
  const step = Math.max(1, all.length / most);
  return Array.from({ length: Math.min(most, all.length) }, (_, i) => all[Math.floor(i * step)]!);
}

/** Below which 99 of 100 lie; 0 if there are too few to tell. */
function quantile(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted.length < most / 3 ? 0 : sorted[Math.floor(0.99 * (sorted.length - 1))]!;
}

const brief = (value: number): string => (value < 1e4 ? String(Math.round(value)) : value.toExponential(0));
