import type { Format } from '../src/exact/format.js';
import { roundTo } from '../src/exact/grid.js';
import type { Layer } from '../src/run/layer.js';
import { claiming, lawsOf, Question } from './acceptance.case.js';
import { nasty, weighted } from './acceptance.data.js';
import { roots } from './algorithms.outputs.js';
import { type Second, type Seconds, secondOrders } from './algorithms.second.js';
import { divisions, type Estimator, estimators, f, type Sum, sums } from './algorithms.statistics.js';
import type { Random } from './exact.random.js';

export interface Found {
  checked: number;
  open: number;
  /** The largest share of its allowance that any element of an output took. */
  readonly budget: Record<string, number>;
  readonly refuted: string[];
}

/** Random right algorithms in float32, stored in f32, f16 or bf16, on layers that are hard on them. */
export function search(from: Random, rounds: number): Found {
  const found: Found = { checked: 0, open: 0, budget: {}, refuted: [] };
  const pick = <T>(of: Readonly<Record<string, T>>): [string, T] => {
    const name = from.pick(Object.keys(of));
    return [name, of[name]!];
  };
  for (let round = 0; round < rounds; round += 1) {
    const [[by, estimator], [order, sum], [over, divide], [inverse, root], [form, second]] = [
      ...([pick(estimators), pick(sums), pick(divisions), pick(roots), pick(secondOrders)] as const),
    ];
    const layer = weighted(from, nasty(from, from.pick(['f32', 'f32', 'f16', 'bf16'] as Format[]), 2));
    const answers = answer(layer, { estimator, sum, divide, root, second });
    const crude = estimator.kind === 'onepass' || second.crossed;
    for (const claims of claimsOf(estimator, second)) {
      const question = new Question(layer, 'grad_grad', claiming(claims));
      for (const output of Object.keys(lawsOf.grad_grad)) {
        const format = output === 'g_gamma' ? 'f32' : layer.dtype;
        const values = answers[output as keyof Seconds].map((value) => roundTo(value, format));
        const judged = question.judge(question.answered(output, values), crude ? 'semantic' : 'stable');
        found.checked += judged.elements;
        found.open += judged.notCheckable;
        found.budget[output] = Math.max(found.budget[output] ?? 0, judged.budget);
        if (judged.refuted) {
          const { allowed, lhs, rhs } = judged.refuted;
          const how = [by, order, over, inverse, form].join(', ');
          found.refuted.push(
            `${how}: ${output} ${lhs} is not ${rhs} within ${allowed} claiming ${JSON.stringify(claims)}`,
          );
        }
      }
    }
  }
  return found;
}

interface Parts {
  readonly estimator: Estimator;
  readonly sum: Sum;
  readonly divide: (sum: number, m: number) => number;
  readonly root: (d: number) => number;
  readonly second: Second;
}

function answer(layer: Layer, { estimator, sum, divide, root, second }: Parts): Record<keyof Seconds, number[]> {
  const all = { g_x: [] as number[], g_gamma: [] as number[], g_dy: [] as number[] };
  const S = layer.x.length / (layer.N * layer.C);
  for (let c = 0; c < layer.C; c++) {
    const at: number[] = [];
    for (let n = 0; n < layer.N; n++) for (let s = 0; s < S; s++) at.push((n * layer.C + c) * S + s);
    const [x, dy, vx] = [layer.x, layer.dy, layer.vx!].map((data) => at.map((i) => data[i]!)) as [
      number[],
      number[],
      number[],
    ];
    const { mean, variance } = estimator.of(x, sum, divide);
    const d = f(variance + f(layer.epsilon));
    const parameters = { gamma: layer.gamma![c]!, beta: 0, vgamma: layer.vgamma![c]!, vbeta: layer.vbeta![c]! };
    const { g_x, g_gamma, g_dy } = second.of({ x, dy, vx, ...parameters, mean, variance, d, r: root(d) }, sum);
    all.g_gamma.push(g_gamma);
    at.forEach((place, i) => {
      all.g_x[place] = g_x[i]!;
      all.g_dy[place] = g_dy[i]!;
    });
  }
  return all;
}

function claimsOf({ kind }: Estimator, { folded }: Second): Readonly<Record<string, string>>[] {
  const form = folded ? {} : { form: 'direct' };
  return [{}, form, ...(kind === 'twopass' ? [{ ...form, algo: 'twopass', shift: 'none', sums: 'true' }] : [])];
}
