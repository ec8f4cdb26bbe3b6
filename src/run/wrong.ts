import { symbols } from '../formula/ast.js';
import type { Chapter } from '../formula/chapter.js';
import { FormulaError, parse } from '../formula/parse.js';
import type { Suite } from '../suite.js';
import type { Kernel } from '../target/kernel.js';
import { type Question, writeCard } from '../wire/protocol.js';
import { alike, refuses } from './evidence.js';
import { mutantKernel } from './formula-kernel.js';
import { rising } from './judge-case.js';
import type { Layer, Op } from './layer.js';
import { edited, type Mutant, type WrongKernel } from './mutant.js';
import { formulaOf, predict } from './predict.js';
import type { Profile } from './profile.js';
import type { Terms } from './property.js';
import type { Tier } from './report.js';
import { formulasOf } from './select.js';
import { type Subject, subject } from './subject.js';

/** A published mistake as this target could make it: in its dialect, seen through its card. */
export interface Wrong {
  readonly id: string;
  readonly says: string;
  readonly op: Question;
  /** The mistaken mathematics in the target's dialect; null where no edit of a formula says it. */
  readonly subject: Subject | null;
  /** The outputs that it changes. */
  readonly outputs: readonly string[];
  /** Whether it was built for a dialect that declines to train on one element per channel. */
  readonly declines?: boolean;
  /** The law that most likely meets it. */
  readonly shows?: string;
  /** A fresh kernel that makes it. */
  kernel(): Kernel;
}

/** A mistake that edits say. */
type EditedWrong = Wrong & { readonly subject: Subject; readonly op: Op };

/** The published mistakes that a target of this card can make and a run at this tier can see. */
export function reachable(suite: Suite, judged: Subject, asked: Terms, tier: Tier): Wrong[] {
  const visible = visibleOutputs(judged, asked);
  const graded = ({ wrongAt }: Pick<Mutant, 'wrongAt'>): boolean =>
    wrongAt !== null && rising.indexOf(wrongAt) <= rising.indexOf(tier);
  const edits = suite.mutants.flatMap((mutant) => {
    const asks = judged.card.ops.includes(mutant.op);
    if (!asks || !graded(mutant) || !asked.dtypes.some(({ data }) => mutant.dtypes.includes(data.name))) return [];
    const wrong = wrongOf(mutant, judged);
    const shows = wrong.outputs.some((output) => visible[mutant.op].includes(output));
    const able = shows && sound(wrong) && !elsewhere(wrong, judged, asked);
    return able && !rightHere(mutant, wrong.subject, wrong.outputs, judged, suite) ? [wrong] : [];
  });
  const others = suite.kernels.filter((wrong) => {
    const home = suite.profiles[wrong.profile]!;
    const speaks =
      wrong.op === 'layer'
        ? born(home) === born(judged.profile)
        : formulasOf(wrong.op) !== 'train' || way(home) === way(judged.profile);
    return (
      speaks &&
      judged.card.ops.includes(wrong.op) &&
      graded(wrong) &&
      asked.dtypes.some(({ data }) => wrong.dtypes.includes(data.name))
    );
  });
  return [...edits, ...others.map((wrong) => kernelOf(wrong, suite.profiles[wrong.profile]!, judged))];
}

/** A wrong kernel is built for one dialect. */
const way = ({ divisor, update, m1, reads, formulas }: Profile): string =>
  JSON.stringify([divisor, update, m1, reads, formulas]);

/** A wrong layer moreover for one beginning. */
const born = (profile: Profile): string => `${way(profile)} ${profile.initial} ${profile.tracking}`;

const kernelOf = (wrong: WrongKernel, home: Profile, { card }: Subject): Wrong => ({
  declines: refuses(home),
  ...{ id: wrong.id, says: wrong.says, op: wrong.op, subject: null, outputs: outputsOf[wrong.op] },
  ...(wrong.shows === undefined ? {} : { shows: wrong.shows }),
  kernel: () => ({ ...wrong.make(), card: asCard(card) }),
});

function wrongOf(mutant: Mutant, { card, profile, spec }: Subject): EditedWrong {
  const { id, says, op } = mutant;
  const mistaken = subject(card, profile, edited(spec, mutant));
  return {
    ...{ id, says, op, subject: mistaken },
    outputs: reached(mutant, mistaken.formulas[op]),
    kernel: () => ({ ...mutantKernel(id, mistaken.spec, profile, profile.title), card: asCard(card) }),
  };
}

/** The card of a wrong kernel: its replies are checked as the target's are. */
export const asCard = (card: Subject['card']): Kernel['card'] => ({
  dtypes: card.dtypes,
  ...writeCard(card),
  name: card.name,
});

const batch = ['y', 'mean', 'variance', 'inv_std', 'next_mean', 'next_var'];
const gradients = ['dx', 'dgamma', 'dbeta'];

/** Every output of a question. */
export const outputsOf: Readonly<Record<Question, readonly string[]>> = {
  ...{ train: batch, infer: ['y'], grad: gradients, infer_grad: gradients },
  grad_grad: ['g_x', 'g_gamma', 'g_dy'],
  ...{ sync_train: batch, sync_grad: gradients, fold: ['y', 'dx'], layer: ['answers'], steps: ['answers'] },
};

/** The outputs that a run asks of this card. */
function visibleOutputs({ card }: Subject, { running }: Terms): Readonly<Record<Op, readonly string[]>> {
  const train = ['y', ...card.saved, ...(running ? ['next_mean', 'next_var'] : [])];
  return { ...outputsOf, train };
}

/** The outputs whose formulas lead to an edited one. */
function reached({ edits, op }: Mutant, chapters: readonly Chapter[]): string[] {
  const formulas: Chapter = Object.assign({}, ...chapters.toReversed());
  const leads = (name: string): boolean =>
    edits.some(({ formula }) => formula === name) ||
    (Object.hasOwn(formulas, name) && symbols(parse(formulas[name]!.is)).some(leads));
  return outputsOf[op].filter((output) => leads(formulaOf(output)));
}

/** Whether an edit leaves formulas that can be computed: in a dialect of its own ways it may lead round in a circle. */
function sound({ op, outputs, subject: mistaken }: EditedWrong): boolean {
  try {
    const of = predict(mistaken, witness, op);
    return outputs.every((output) => of(output).length > 0);
  } catch (cause) {
    if (cause instanceof FormulaError) return false;
    throw cause;
  }
}

/** Whether a mistake shows in a layout only that is not asked. */
function elsewhere({ op, outputs, subject: mistaken }: EditedWrong, judged: Subject, { layouts }: Terms): boolean {
  const shows = (layout: Layer['layout']): boolean => !sameOn({ ...witness, layout }, judged, mistaken, op, outputs);
  return (
    layouts.length === 1 &&
    !shows(layouts[0]!) &&
    shows(layouts[0] === 'channels_first' ? 'channels_last' : 'channels_first')
  );
}

/**
 * Whether a mistake elsewhere is this dialect's own way: it shows on the witness in the dialect that it was published
 * for, and not in this one.
 */
function rightHere(
  mutant: Mutant,
  mistaken: Subject,
  outputs: readonly string[],
  judged: Subject,
  suite: Suite,
): boolean {
  const home = suite.profiles[mutant.profile]!;
  if (home.title === judged.profile.title) return false;
  const there = subject(judged.card, home, judged.spec);
  const wrongThere = subject(judged.card, home, mistaken.spec);
  return same(judged, mistaken, mutant.op, outputs) && !same(there, wrongThere, mutant.op, outputs);
}

/** Whether two specifications say the same of the witness, but for rounding. */
function same(a: Subject, b: Subject, op: Op, outputs: readonly string[]): boolean {
  const batch = op === 'train' || op === 'grad';
  const asked = batch && a.profile.m1 === 'error' ? [witness] : [witness, alone];
  return asked.every((layer) => sameOn(layer, a, b, op, outputs));
}

function sameOn(layer: Layer, a: Subject, b: Subject, op: Op, outputs: readonly string[]): boolean {
  const [left, right] = [predict(a, layer, op), predict(b, layer, op)];
  return outputs.every((output) => alike(left(output), right(output)));
}

/** A layer on which hardly two different formulas agree: uneven sizes, all statistics and parameters apart. */
const witness: Layer = {
  ...{ dtype: 'f64', param: 'f64', layout: 'channels_first', N: 3, C: 5, spatial: [7], epsilon: 0.375 },
  ...{ alpha: 0.3125, count: 2 },
  x: Float64Array.from({ length: 105 }, (_, i) => ((i * 37) % 23) / 8 + ((i / 7) % 5)),
  dy: Float64Array.from({ length: 105 }, (_, i) => ((i * 29) % 19) / 4 - 1.5),
  vx: Float64Array.from({ length: 105 }, (_, i) => ((i * 31) % 17) / 4 - 1.25),
  vgamma: Float64Array.of(0.5, 1.5, -2.5, 1, -0.75),
  vbeta: Float64Array.of(-1.5, 0.25, 2, 1.25, -3),
  gamma: Float64Array.of(1.5, -2, 0.75, -0.5, 3),
  beta: Float64Array.of(2, -1, 0.5, -3, 1.25),
  running_mean: Float64Array.of(1, -2, 3, 0.5, -0.25),
  running_var: Float64Array.of(2, 0.5, 3, 1.5, 0.75),
};

/** The same with one element per channel. */
const alone: Layer = { ...witness, N: 1, spatial: [1], x: witness.x.slice(0, 5), dy: witness.dy.slice(0, 5) };
