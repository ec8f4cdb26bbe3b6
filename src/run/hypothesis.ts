import { local } from '../target/local.js';
import type { Question } from '../wire/protocol.js';
import { asker, Unanswered } from './asker.js';
import { foretold, overwritten, type Prediction, refuses, single } from './evidence.js';
import { failure } from './failure.js';
import type { Layer, Op } from './layer.js';
import { type Asked, Log } from './log.js';
import { counts, keeps, type Profile } from './profile.js';
import type { Answers } from './property.js';
import { type Subject, subject } from './subject.js';
import { outputsOf, type Wrong } from './wrong.js';

/** What a target may be doing instead, with the outputs in which that differs from what was promised. */
export interface Hypothesis {
  readonly kind: 'mutant' | 'profile';
  readonly id: string;
  readonly says: string;
  /** The question that it is published for. */
  readonly op: Question;
  readonly outputs: readonly string[];
  readonly predict: (asked: Asked) => Prediction;
}

/** All that may be wrong with an answer, whatever its outputs. */
export const everything = (op: Question): string[] => [...outputsOf[op], 'answer', 'inputs'];

/** Predictions are needed more than once. */
function once(predict: (asked: Asked) => Prediction): (asked: Asked) => Prediction {
  const known = new WeakMap<Asked, Prediction>();
  return (asked) => {
    let prediction = known.get(asked);
    if (!prediction) known.set(asked, (prediction = predict(asked)));
    return prediction;
  };
}

/** Published mistakes that are edits of a formula. */
export const mistakes = (op: Op, wrongs: readonly Wrong[]): Hypothesis[] =>
  wrongs.flatMap(({ subject: mistaken, ...wrong }) =>
    wrong.op === op && mistaken
      ? [{ ...wrong, kind: 'mutant', predict: once((asked) => foretold(mistaken, asked.layer, op)) }]
      : [],
  );

/** Other dialects that can be asked the same questions, those that answer all of them alike under one name. */
export function dialects(
  { card, profile: own, spec }: Subject,
  profiles: Readonly<Record<string, Profile>>,
): Hypothesis[] {
  const ways = new Map<string, string[]>();
  const way = ({ divisor, update, m1, reads, formulas }: Profile): string =>
    JSON.stringify([divisor, update, m1 === 'error', reads?.train, formulas?.train]);
  for (const [name, profile] of Object.entries(profiles)) {
    const asked = profile.update !== 'none' && own.update !== 'none' && counts(profile) <= counts(own);
    if (asked && way(profile) !== way(own)) ways.set(way(profile), [...(ways.get(way(profile)) ?? []), name]);
  }
  return [...ways.values()].map((names) => {
    const profile = profiles[names[0]!]!;
    const turned = keeps(profile) !== keeps(own);
    const other = subject(card, profile, spec);
    const reads = (layer: Layer): Layer => (turned ? { ...layer, alpha: 1 - layer.alpha } : layer);
    return {
      kind: 'profile',
      id: names[0]!,
      op: 'train',
      says: `it behaves as ${names.join(', ')} and declares ${own.title}: no mistake, if the card says so`,
      outputs: everything('train'),
      predict: once(({ layer }) => foretold(other, reads(layer), 'train')),
    };
  });
}

/** Whether an answer and what was predicted for it agree. */
type Agrees = (asked: Asked, prediction: Prediction) => boolean;

/**
 * Published wrong kernels that agree with every answer. Those with a memory are asked all that the target was asked, in
 * the same order, where it is their question that is answered wrongly; the others only what was kept, the likeliest to
 * disagree first.
 */
export async function kernels(
  question: Question,
  outputs: readonly string[],
  wrongs: readonly Wrong[],
  log: Log,
  judged: Subject,
  kept: readonly Asked[],
  agrees: Agrees,
): Promise<Hypothesis[]> {
  const wanted = new Set(kept);
  const found: Hypothesis[] = [];
  for (const wrong of wrongs) {
    if (wrong.subject) continue; // an edit; what is built wrongly is wrong in several operations
    if (remembers(wrong) && wrong.op !== question) continue;
    const order = remembers(wrong) ? log.order : kept.map((asked) => ({ again: asked.again, kept: [asked] }));
    const given = await replayed(
      wrong,
      order,
      judged,
      (asked, prediction) => !wanted.has(asked) || agrees(asked, prediction),
    );
    if (!given) continue;
    const predict = (asked: Asked): Prediction => given.get(asked) ?? predicted(null, 'error', asked);
    found.push({ kind: 'mutant', id: wrong.id, says: wrong.says, op: wrong.op, outputs, predict });
  }
  return found;
}

/** Whether what a wrong kernel answers depends on what it was asked before. */
export const remembers = ({ id }: Wrong): boolean => id.startsWith('state.');

/** What a wrong kernel answers; null as soon as it disagrees. */
async function replayed(
  wrong: Wrong,
  order: Log['order'],
  judged: Subject,
  agrees: Agrees,
): Promise<Map<Asked, Prediction> | null> {
  const bn = asker(local(wrong.id, wrong.kernel()), judged, new Log(), wrong.id);
  const given = new Map<Asked, Prediction>();
  // What the kernel makes of one element per channel, where its own dialect has that otherwise, is not its mistake.
  const foreign = wrong.declines !== refuses(judged.profile);
  const elsewhere = ({ layer, op }: Asked): boolean => foreign && single(layer, op);
  for (const { again, kept } of order) {
    let failed: string | null = null;
    const answers = await again(bn).catch((cause: unknown) => {
      if (!(cause instanceof Unanswered)) throw cause;
      failed = failure(cause.reply);
      return null;
    });
    for (const asked of kept) {
      const prediction = elsewhere(asked)
        ? foretold(judged, asked.layer, asked.op)
        : predicted(answers, answers ? null : (failed ?? 'error'), asked);
      if (!agrees(asked, prediction)) return null;
      given.set(asked, prediction);
    }
  }
  return given;
}

/** What a kernel that answered so predicts for a question. */
export function predicted(answers: Answers | null, failed: string | null, asked: Asked): Prediction {
  const nothing = (output: string): Float64Array => asked.answers![output]!.values.map(() => Number.NaN);
  return {
    failed,
    overwritten: overwritten({ answers }),
    value: (output) => answers?.[output]?.values ?? nothing(output),
    rounded: true,
  };
}
