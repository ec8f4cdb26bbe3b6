import { decode } from '../src/exact/bits.js';
import type { Format } from '../src/exact/format.js';
import type { Tensor } from '../src/oracle/batch.js';
import type { Oracle } from '../src/oracle/oracle.js';
import { statistics } from '../src/oracle/statistics.js';
import { type Drawn, tensor } from './oracle.drawn.js';
import { fromText } from './oracle.text.js';

export const values = ({ data, format }: Tensor): number[] => [
  ...decode(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), format),
];

type Outputs = Readonly<Record<string, readonly number[]>>;
/** What is sought of an output; nothing where an element is undefined. */
type Sought = Readonly<Record<string, readonly (number | undefined)[]>>;

/** Every output of the oracle for one channel, by name. */
export function answers(oracle: Oracle, channel: Drawn): Outputs {
  const { format, epsilon, alpha, divisor } = channel;
  const [x, dy] = [tensor([channel.x], format), tensor([channel.dy], format)];
  const one = (name: 'gamma' | 'beta' | 'running_mean' | 'running_var'): [number] => [channel[name]];
  const layer = { gamma: one('gamma'), beta: one('beta'), epsilon };
  const running = { running_mean: one('running_mean'), running_var: one('running_var') };
  const train = oracle.train(x, layer);
  const grad = oracle.grad(x, dy, layer, { sums: train.sums });
  const infer = oracle.infer(x, { ...layer, ...running });
  const inferGrad = oracle.inferGrad(x, dy, { ...layer, ...running });
  const batch = statistics(train.sums, epsilon, parameterFormat(format), { ...running, alpha, divisor });
  return {
    'train y': values(train.y),
    'train dx': values(grad.dx),
    'train dgamma': [...grad.dgamma],
    'train dbeta': [...grad.dbeta],
    'train mu': [...batch.mean],
    'train sigma2': [...batch.variance],
    'train inv_std': [...batch.inv_std],
    'train next_mean': [...batch.next_mean!],
    'train next_var': [...batch.next_var!],
    'infer y': values(infer.y),
    'infer dx': values(inferGrad.dx),
    'infer dgamma': [...inferGrad.dgamma],
    'infer dbeta': [...inferGrad.dbeta],
  };
}

const parameterFormat = (format: Format): Format => (format === 'f64' ? 'f64' : 'f32');

/** The same names by the text of the specification. In training mode a channel without a deviation divides 0 by 0. */
export function wanted(channel: Drawn): Outputs {
  const degenerate = channel.epsilon === 0 && new Set(channel.x.map((v) => v + 0)).size === 1;
  const undefinedThen: Outputs = { y: channel.x, dx: channel.x, dgamma: [NaN], inv_std: [Infinity] };
  const texts = { train: fromText(channel, 'train'), infer: fromText(channel, 'infer') };
  const names = {
    train: ['y', 'dx', 'dgamma', 'dbeta', 'mu', 'sigma2', 'inv_std', 'next_mean', 'next_var'],
    infer: ['y', 'dx', 'dgamma', 'dbeta'],
  };
  const entries = (['train', 'infer'] as const).flatMap((mode) =>
    names[mode].map((name): [string, readonly number[]] => {
      const format = name === 'y' || name === 'dx' ? channel.format : parameterFormat(channel.format);
      if (mode === 'train' && degenerate && undefinedThen[name])
        return [`${mode} ${name}`, undefinedThen[name].map((v) => (v === Infinity ? v : NaN))];
      return [`${mode} ${name}`, texts[mode](name, format)];
    }),
  );
  return Object.fromEntries(entries);
}

export interface Comparison {
  /** Elements compared, by output. */
  readonly count: Readonly<Record<string, number>>;
  /** Those of which nothing was sought. */
  readonly left: number;
  /** Those that differ in any bit. */
  readonly wrong: readonly string[];
}

/** The oracles' outputs beside those that `right` gives, bit for bit. */
export function compared(
  oracles: readonly Oracle[],
  channels: Iterable<Drawn>,
  right: (channel: Drawn) => Sought = wanted,
): Comparison {
  const count: Record<string, number> = {};
  const wrong: string[] = [];
  let left = 0;
  for (const channel of channels) {
    const expected = right(channel);
    for (const [k, oracle] of oracles.entries())
      for (const [name, got] of Object.entries(answers(oracle, channel))) {
        const [sought, { x, dy, ...rest }] = [expected[name], channel];
        if (!sought) continue;
        const known = sought.filter((value) => value !== undefined).length;
        count[name] = (count[name] ?? 0) + known;
        left += got.length - known;
        for (const [i, value] of got.entries())
          if (sought[i] !== undefined && !Object.is(value, sought[i]))
            wrong.push(
              `${k} ${name}[${i}]: ${value}, not ${sought[i]}: ${JSON.stringify([rest, x[i], dy[i], x.length])}`,
            );
      }
  }
  return { count, left, wrong };
}

export const all = ({ count }: Comparison): number => Object.values(count).reduce((a, b) => a + b, 0);
