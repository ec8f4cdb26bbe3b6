import { describe, expect, it } from 'vitest';
import { builtins } from '../src/builtin/catalogue.js';
import type { Format } from '../src/exact/format.js';
import { asker } from '../src/run/asker.js';
import type { Layer, Op } from '../src/run/layer.js';
import { Log } from '../src/run/log.js';
import type { Tier } from '../src/run/report.js';
import { type Subject, subject } from '../src/run/subject.js';
import { suite } from '../src/suite.js';
import { local } from '../src/target/local.js';
import type { Target } from '../src/target/target.js';
import { lawsOf, ops, Question } from './acceptance.case.js';
import { nasty, weighted } from './acceptance.data.js';
import { random } from './exact.random.js';

/** What a right kernel may claim, so that its claims are tried too. */
const claims: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'two-pass': { algo: 'twopass', form: 'direct', shift: 'none', sums: 'true' },
  sequential: { algo: 'twopass', form: 'direct', shift: 'none', sums: 'true' },
  'one-pass': { form: 'direct', shift: 'none', sums: 'true' },
  keras: { algo: 'twopass', form: 'direct', shift: 'none', sums: 'true' },
  folded: { algo: 'twopass', shift: 'none', sums: 'true' },
  welford: { form: 'direct', shift: 'none' },
  shifted: { form: 'direct' },
};

const tierOf = (name: string): Tier => (name === 'one-pass' ? 'semantic' : 'stable');

interface Found {
  checked: number;
  open: number;
  budget: number;
  rejected: string[];
}

async function targetOf(name: string): Promise<{ target: Target; plain: Subject; claiming: Subject }> {
  const target = local(name, builtins[name]!);
  const card = await target.hello();
  const of = (own: Readonly<Record<string, string>>): Subject =>
    subject({ ...card, claims: own }, suite.profiles[card.profile!]!, suite.spec);
  return { target, plain: of({}), claiming: of(claims[name]!) };
}

/** Asks every operation of one layer and judges every output at the kernel's tier. */
async function examine(
  name: string,
  { target, plain, claiming }: Awaited<ReturnType<typeof targetOf>>,
  layer: Layer,
  found: Found,
) {
  const bn = asker(target, plain, new Log(), 'search');
  const answers = { train: bn.train, infer: bn.infer, grad: bn.grad, infer_grad: bn.inferGrad, grad_grad: bn.gradGrad };
  for (const op of ops) {
    const given = await answers[op](layer);
    for (const of of [plain, claiming]) {
      const question = new Question(layer, op, of);
      for (const output of Object.keys(lawsOf[op])) {
        if (!given[output]) continue;
        const judged = question.judge(question.answered(output, given[output].values), tierOf(name));
        found.checked += judged.elements;
        found.open += judged.notCheckable;
        found.budget = Math.max(found.budget, judged.budget);
        if (judged.refuted)
          found.rejected.push(
            `${op} ${output} ${JSON.stringify({ claims: of.card.claims, ...judged.refuted })} ${shown(layer, op)}`,
          );
      }
    }
  }
}

const shown = (layer: Layer, op: Op): string =>
  `${op} of ${JSON.stringify(layer, (_, value: unknown) => (value instanceof Float64Array ? [...value] : value))}`;

const formats: Format[] = ['f32', 'f16', 'bf16'];
const rounds = 36;

describe('a right kernel is never rejected', () => {
  let total = 0;
  it.each(Object.keys(claims))('%s', async (name) => {
    const kernel = await targetOf(name);
    const found: Found = { checked: 0, open: 0, budget: 0, rejected: [] };
    const from = random(Object.keys(claims).indexOf(name));
    const weights = random(100 + Object.keys(claims).indexOf(name));
    for (const format of formats)
      for (let round = 0; round < rounds; round++)
        await examine(name, kernel, weighted(weights, nasty(from, format, name === 'keras' ? 1 : 2)), found);
    console.info(
      `${name}: ${found.checked} elements, ${found.open} not checkable, largest budget ${found.budget.toFixed(3)}`,
    );
    expect(found.rejected).toEqual([]);
    expect(found.open).toBeLessThan(found.checked / 2);
    total += found.checked;
  });

  it('in several hundred thousand elements', () => {
    console.info(`${total} elements of right kernels on nasty data, none rejected`);
    expect(total).toBeGreaterThan(300_000);
  });
});
