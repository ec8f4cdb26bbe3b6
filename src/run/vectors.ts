import type { Suite } from '../suite.js';
import { local } from '../target/local.js';
import { asker, Unanswered } from './asker.js';
import { drawn } from './drawing.js';
import { type Expected, expected, missed } from './expected.js';
import { type Layer, type Op, sizeOf } from './layer.js';
import { Log } from './log.js';
import type { Terms } from './property.js';
import type { Tier } from './report.js';
import { refusal } from './select.js';
import type { Subject } from './subject.js';
import { reachable, type Wrong } from './wrong.js';

/** One question with all that a right kernel may answer, and the published mistakes that it tells apart. */
export interface Vector {
  /** `train-f32-01`: the same as long as the suite draws the same. */
  readonly id: string;
  readonly op: Op;
  readonly layer: Layer;
  readonly expected: readonly Expected[];
  /** By the id of a mistake, the laxest tier that tells it. */
  readonly kills: ReadonlyMap<string, Tier>;
  /** The law whose case it is. */
  readonly law: string;
}

/** The operations that one question and one answer make. */
export const operations = ['train', 'infer', 'grad', 'infer_grad'] as const satisfies readonly Op[];

/** A vector is there to be read: no more elements than this. */
const longest = 256;

interface Candidate {
  readonly law: string;
  readonly op: Op;
  readonly layer: Layer;
}

export interface Choosing {
  readonly subject: Subject;
  readonly asked: Terms;
  readonly seed: number;
  readonly cases: number;
  /** Of `operations`; default all. */
  readonly ops?: readonly Op[];
  /** Which layers will do, besides being small. */
  readonly fits?: (layer: Layer) => boolean;
}

/**
 * A small set of small vectors: in each operation and dtype, every published mistake that some case of the suite can show
 * in one question is told by one of them, the smallest first. `left` are the mistakes that none tells.
 */
export async function vectors(
  suite: Suite,
  choosing: Choosing,
): Promise<{ readonly vectors: readonly Vector[]; readonly left: readonly string[] }> {
  const { subject, asked, ops = operations } = choosing;
  const wrongs = reachable(suite, subject, asked, 'stable');
  const all = candidates(suite, choosing);
  const chosen: Vector[] = [];
  const left = new Set(wrongs.flatMap(({ id, op }) => (ops.includes(op as Op) ? [id] : [])));
  for (const op of ops)
    for (const { data } of asked.dtypes) {
      const some = await cover(
        all.filter((one) => one.op === op && one.layer.dtype === data.name),
        wrongs.filter((wrong) => wrong.op === op),
        subject,
      );
      some.forEach((one, i) => {
        chosen.push({ id: `${op}-${data.name}-${String(i + 1).padStart(2, '0')}`, ...one });
        for (const id of one.kills.keys()) left.delete(id);
      });
    }
  return { vectors: chosen, left: [...left] };
}

/** The small layers that the laws draw, the smallest first. */
function candidates(
  suite: Suite,
  { subject, asked, seed, cases, ops = operations, fits = () => true }: Choosing,
): Candidate[] {
  const laws = suite.laws.filter((law) => ops.includes(law.of) && refusal(law, subject, asked) === null);
  return laws
    .flatMap((law) =>
      drawn(law, { terms: asked, seed, cases }).map(({ layer }) => ({ law: law.id, op: law.of, layer })),
    )
    .filter(({ layer }) => !layer.column && sizeOf(layer) <= longest && fits(layer))
    .toSorted((a, b) => sizeOf(a.layer) - sizeOf(b.layer));
}

type Chosen = Omit<Vector, 'id'>;

async function cover(from: readonly Candidate[], wrongs: readonly Wrong[], subject: Subject): Promise<Chosen[]> {
  const known = new Map<Candidate, readonly Expected[] | null>();
  const of = (one: Candidate): readonly Expected[] | null => {
    if (!known.has(one)) known.set(one, expected(one.op, one.layer, subject));
    return known.get(one)!;
  };
  const chosen: Chosen[] = [];
  for (const wrong of wrongs) {
    if (chosen.some(({ kills }) => kills.has(wrong.id))) continue;
    for (const one of from) {
      const all = of(one);
      if (!all || (await told(wrong, one, all, subject)) === null) continue;
      const kills = new Map<string, Tier>();
      for (const other of wrongs) {
        const tier = await told(other, one, all, subject);
        if (tier) kills.set(other.id, tier);
      }
      chosen.push({ ...one, expected: all, kills });
      break;
    }
  }
  return chosen.toSorted((a, b) => sizeOf(a.layer) - sizeOf(b.layer));
}

/** The laxest tier at which a mistake shows on a vector; null if it does not, or answers nothing. */
async function told(
  wrong: Wrong,
  { op, layer }: Candidate,
  all: readonly Expected[],
  subject: Subject,
): Promise<Tier | null> {
  const bn = asker(local(wrong.id, wrong.kernel()), subject, new Log(), 'vectors');
  try {
    const answers = await bn.plainly(op, layer);
    return missed(all, (output) => answers[output]?.values);
  } catch (cause) {
    if (cause instanceof Unanswered) return null;
    throw cause;
  }
}
