import type { Array_, FoldInputs, Inputs, Kernel, Output, Outputs, SplitInputs } from '../target/kernel.js';
import type { Layout } from '../wire/protocol.js';

/** The operations that formulas are given for, as a kernel has them here: they answer at once. */
type Whole = Readonly<Record<'train' | 'infer' | 'grad' | 'infer_grad', (inputs: Inputs) => NonNullable<Outputs>>>;

/**
 * Every question by the four operations: a split batch is joined, asked whole, and the answer cut again; a folded weight
 * is what arrives behind a frozen layer of one sample, a folded bias what inference makes of a bias.
 */
export function throughWhole(whole: Whole): Omit<Kernel, 'card'> {
  return {
    ...whole,
    sync_train: (inputs) => divided(whole.train(united(inputs)), inputs),
    sync_grad: (inputs) => divided(whole.grad(united(inputs)), inputs),
    fold(inputs) {
      const { weight, bias, after, ...layer } = inputs;
      if (after !== 'none') throw new RangeError(`nothing folds through ${after}`);
      const sample = { ...weight, shape: [1, ...weight.shape] };
      // No x is sent, and a right gradient here reads none; a wrong one finds what the asked layer says, which is 0.
      const nothing = { ...sample, data: new (weight.data.constructor as Float64ArrayConstructor)(weight.data.length) };
      const { dx } = whole.infer_grad({ ...layer, x: nothing, dy: sample });
      const { y } = whole.infer({ ...layer, x: biasOf(inputs) });
      return { weight: dx, bias: y };
    },
  };
}

function united({ xs, dys, ...layer }: SplitInputs): Inputs {
  return { ...layer, x: join(xs), ...(dys && { dy: join(dys) }) };
}

function join(parts: readonly Array_[]): Array_ {
  const [{ dtype, shape, data }] = parts as readonly [Array_];
  const all = new (data.constructor as Float64ArrayConstructor)(parts.reduce((sum, part) => sum + part.data.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part.data as Float64Array, at);
    at += part.data.length;
  }
  return { dtype, shape: [parts.reduce((sum, part) => sum + part.shape[0]!, 0), ...shape.slice(1)], data: all };
}

/** y or dx in parts as long as those of x. */
function divided({ y, dx, ...others }: NonNullable<Outputs>, { xs }: SplitInputs): NonNullable<Outputs> {
  let at = 0;
  const cut = (all: Float64Array): Output[] =>
    xs.map(({ data }) => {
      at += data.length;
      return all.slice(at - data.length, at);
    });
  return { ...(y ? { y: cut(y as Float64Array) } : { dx: cut(dx as Float64Array) }), ...others };
}

/** The bias as a sample of one position: of the parameters' format, 0 where there is none. */
function biasOf({ weight, bias, running_mean, layout }: FoldInputs): Array_ {
  const { dtype, data } = bias ?? running_mean!;
  const C = weight.shape.at(axisOf[layout])!;
  return { dtype, shape: [1, C], data: bias ? data : new (data.constructor as Float64ArrayConstructor)(C) };
}

const axisOf: Readonly<Record<Layout, number>> = { channels_first: 0, channels_last: -1 };
