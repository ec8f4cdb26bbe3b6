import { describe, expect, it } from 'vitest';
import { decode } from '../src/exact/bits.js';
import type { Format } from '../src/exact/format.js';
import type { Tensor } from '../src/oracle/batch.js';
import { Oracle } from '../src/oracle/oracle.js';
import { type Drawn, drawn, tensor } from './oracle.drawn.js';
import { fromText } from './oracle.text.js';

const values = ({ data, format }: Tensor): number[] => [
  ...decode(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), format),
];

/** Every output of the oracle for one channel, by name. */
function answers(oracle: Oracle, channel: Drawn): Record<string, number[]> {
  const { format, epsilon } = channel;
  const [x, dy] = [tensor([channel.x], format), tensor([channel.dy], format)];
  const one = (name: 'gamma' | 'beta' | 'running_mean' | 'running_var'): [number] => [channel[name]];
  const layer = { gamma: one('gamma'), beta: one('beta'), epsilon };
  const running = { ...layer, running_mean: one('running_mean'), running_var: one('running_var') };
  const train = oracle.train(x, layer);
  const grad = oracle.grad(x, dy, layer, { sums: train.sums });
  const infer = oracle.infer(x, running);
  const inferGrad = oracle.inferGrad(x, dy, running);
  return {
    'train y': values(train.y),
    'train dx': values(grad.dx),
    'train dgamma': [...grad.dgamma],
    'train dbeta': [...grad.dbeta],
    'infer y': values(infer.y),
    'infer dx': values(inferGrad.dx),
    'infer dgamma': [...inferGrad.dgamma],
    'infer dbeta': [...inferGrad.dbeta],
  };
}

/** The same by the text of the specification; a channel that divides by 0 has no value in training mode but dbeta. */
function wanted(channel: Drawn): Record<string, number[]> {
  const param = channel.format === 'f64' ? 'f64' : 'f32';
  const degenerate = channel.epsilon === 0 && new Set(channel.x).size === 1;
  return Object.fromEntries(
    (['train', 'infer'] as const).flatMap((mode) => {
      const text = fromText(channel, mode);
      return ['y', 'dx', 'dgamma', 'dbeta'].map((name) => {
        const format = name.length === 1 || name === 'dx' ? channel.format : param;
        if (mode === 'train' && degenerate && name !== 'dbeta')
          return [`train ${name}`, new Array(name === 'dgamma' ? 1 : channel.x.length).fill(NaN)];
        return [`${mode} ${name}`, text(name, format)];
      });
    }),
  );
}

/** Elements compared, and the first that differ. */
function compared(oracles: readonly Oracle[], channels: Iterable<Drawn>): { count: number; wrong: string[] } {
  let count = 0;
  const wrong: string[] = [];
  for (const channel of channels) {
    const right = wanted(channel);
    for (const [k, oracle] of oracles.entries())
      for (const [name, got] of Object.entries(answers(oracle, channel)))
        for (const [i, value] of right[name]!.entries()) {
          count += 1;
          if (!Object.is(got[i], value))
            wrong.push(
              `${k} ${channel.family} ${name}[${i}]: ${got[i]}, not ${value}, of ${JSON.stringify({ ...channel, x: channel.x[i], dy: channel.dy[i], m: channel.x.length })}`,
            );
        }
  }
  return { count, wrong };
}

describe('every element is that of the exact text, from WebAssembly and from JavaScript', () => {
  const oracles = [new Oracle('wasm'), new Oracle('js')];
  it.each(['f64', 'f32', 'f16', 'bf16'] as Format[])('%s', (format) => {
    const { count, wrong } = compared(oracles, drawn(41, 120, format));
    expect(wrong.slice(0, 5)).toEqual([]);
    expect(count).toBeGreaterThan(50_000);
  });
});
