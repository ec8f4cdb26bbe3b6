import { builtins } from '../src/builtin/catalogue.js';
import type { Format } from '../src/exact/format.js';
import { roundTo } from '../src/exact/grid.js';
import { perElement } from '../src/run/answer.js';
import { asker, Unanswered } from '../src/run/asker.js';
import { mutantKernel } from '../src/run/formula-kernel.js';
import type { Layer, Op } from '../src/run/layer.js';
import { Log } from '../src/run/log.js';
import { edited, type Mutant } from '../src/run/mutant.js';
import { suite } from '../src/suite.js';
import type { Kernel } from '../src/target/kernel.js';
import { type Algorithm, type Answers, answersOf, updates } from '../test/algorithms.kernel.js';
import { backwards, forwards, roots } from '../test/algorithms.outputs.js';
import { divisions, estimators, sums } from '../test/algorithms.statistics.js';
import { judged } from '../test/judging.js';

export type Values = Readonly<Record<string, ArrayLike<number>>>;

/** A kernel to be checked. null: it did not answer. */
export interface Suspect {
  readonly name: string;
  readonly profile: string;
  readonly dtypes: readonly Format[];
  answers(op: Op, layer: Layer): Promise<Values | null>;
}

/** A kernel of bnspec, asked as a run asks it. */
export async function asked(name: string, kernel: Kernel, profile: string): Promise<Suspect> {
  const { target, subject } = await judged(kernel, profile);
  return {
    ...{ name, profile, dtypes: ['f64', 'f32', 'f16', 'bf16'] },
    async answers(op, layer) {
      const bn = asker(target, subject, new Log(), name);
      try {
        const answers = await bn.plainly(op, layer);
        return Object.fromEntries(Object.entries(answers).map(([output, { values }]) => [output, values]));
      } catch (cause) {
        if (cause instanceof Unanswered) return null;
        throw cause;
      }
    },
  };
}

export const wrong = (mutant: Mutant): Promise<Suspect> => {
  const { id, profile } = mutant;
  return asked(id, mutantKernel(id, edited(suite.spec, mutant), suite.profiles[profile]!, profile), profile);
};

/** The specification in float64, under a dialect. */
export const reference = (profile: string): Promise<Suspect> =>
  asked('reference', mutantKernel('reference', suite.spec, suite.profiles[profile]!, profile), profile);

/** Each textbook part once, in an otherwise plain algorithm; no part that is right at `semantic` only. */
function algorithms(): [string, Algorithm][] {
  const plain: Algorithm = {
    ...{ estimator: estimators['two-pass']!, sum: sums.forward!, over: divisions.division!, root: roots.rounded! },
    forward: forwards['as the paper writes it']!,
    backward: backwards['by deviations']!,
    update: updates[0]!,
  };
  const parts = {
    estimator: estimators,
    sum: sums,
    over: divisions,
    root: roots,
    forward: forwards,
    backward: backwards,
  };
  const varied = Object.entries(parts).flatMap(([part, ways]) =>
    Object.entries(ways as Readonly<Record<string, unknown>>).map(([name, way]): [string, Algorithm] => [
      name,
      { ...plain, [part]: way },
    ]),
  );
  const others = varied.filter(([, { estimator, backward, ...rest }]) => {
    const same = Object.entries({ estimator, backward, ...rest }).every(([key, way]) => plain[key as 'sum'] === way);
    return !same && estimator.kind !== 'onepass' && !backward.crossed;
  });
  return [['plain', plain], ...others];
}

function computed(name: string, algorithm: Algorithm): Suspect {
  let last: { layer: Layer; answers: Answers } | null = null; // all operations at once
  return {
    ...{ name, profile: 'torch', dtypes: ['f32', 'f16', 'bf16'] },
    async answers(op, layer) {
      if (op === 'grad_grad') return null;
      const whole = {
        gamma: layer.gamma ?? new Float64Array(layer.C).fill(1),
        beta: layer.beta ?? new Float64Array(layer.C),
      };
      if (last?.layer !== layer) last = { layer, answers: answersOf({ ...layer, ...whole }, algorithm) };
      const stored = (output: string, values: readonly number[]): number[] =>
        values.map((value) => roundTo(value, perElement(output) ? layer.dtype : layer.param));
      return Object.fromEntries(
        Object.entries(last.answers[op]).map(([output, values]) => [output, stored(output, values)]),
      );
    },
  };
}

/** Right kernels: those embedded, and textbook algorithms in float32; without one-pass variances, whose error may be called their own. */
export async function right(): Promise<Suspect[]> {
  const embedded = Object.entries(builtins).filter(([name]) => name !== 'one-pass');
  return [
    ...(await Promise.all(embedded.map(([name, kernel]) => asked(name, kernel, String(kernel.card.profile))))),
    ...algorithms().map(([name, algorithm]) => computed(name, algorithm)),
  ];
}
