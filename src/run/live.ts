import type { Reply } from '../target/target.js';
import type { LayerStep } from '../wire/protocol.js';
import type { Blob } from '../wire/safetensors.js';
import { type Tensor, tensor, values } from '../wire/tensor.js';
import type { Refusal } from './answer.js';
import { data, type Layer, momentumOf, type Op } from './layer.js';
import type { Profile } from './profile.js';
import type { Answers } from './property.js';

type Answer = Extract<Reply, { status: 'ok' }>;

/** What a live layer says it holds; null where it has none. Values are those of the parameters' format. */
export interface Kept {
  readonly gamma: Float64Array | null;
  readonly beta: Float64Array | null;
  readonly running_mean: Float64Array | null;
  readonly running_var: Float64Array | null;
  readonly count: number | null;
  /** The statistics as answers, `next_mean` and `next_var`: those that training on the given batch comes to. */
  readonly answers: Answers;
}

/** A stateful layer at the target. A batch is a layer too: its x and dy are sent, the rest says what they are judged by. */
export interface Live {
  /** `track` false: the batch does not enter the statistics. */
  train(batch: Layer, track?: boolean): Promise<Answers>;
  /** `op`: what it is judged by; a layer without statistics infers by the batch. */
  infer(batch: Layer, op?: 'train' | 'infer'): Promise<Answers>;
  /** Gradients of the latest train or infer, which was of this batch, judged as those of `op`. */
  grad(batch: Layer, op: 'grad' | 'infer_grad'): Promise<Answers>;
  state(trained?: Layer): Promise<Kept>;
  load(kept: Partial<Omit<Kept, 'answers'>>): Promise<void>;
  drop(): Promise<void>;
  /** Asks where an `error` is the right answer. */
  attempt(step: 'infer' | 'state', batch: Layer): Promise<Refusal>;
}

/** How a live layer reaches its target. */
export interface Wire {
  readonly profile: Profile;
  send(request: Blob, op: Op, layer: Layer): Promise<Answer>;
  attempt(request: Blob, layer: Layer): Promise<Refusal>;
  read(op: Op, layer: Layer, reply: Answer): Answers;
}

const parameterNames = ['gamma', 'beta'] as const;
const statisticNames = ['running_mean', 'running_var'] as const;

/** A handle for a layer with these parameters; `new` is yet to be asked. */
export function live(layer: Layer, tracked: boolean, handle: string, wire: Wire): Live & { make(): Promise<void> } {
  const { profile } = wire;
  let asked = 0;
  const metadata = {
    ...{ bnspec: '1', op: 'layer', handle, layout: layer.layout, dtype: layer.dtype, channels: String(layer.C) },
    rank: String(layer.spatial.length + 2),
    parameters: parameterNames.filter((name) => layer[name]).join(),
  };
  const request = (step: LayerStep, tensors: Record<string, Tensor> = {}, track = tracked): Blob => {
    asked += 1;
    return {
      metadata: { ...metadata, id: `${handle}.${asked}`, step, track: String(track) },
      tensors: new Map(Object.entries(tensors)),
    };
  };
  const x = (batch: Layer) => ({ x: data(batch, batch.x) });
  const held = (kept: Partial<Record<string, unknown>>): Record<string, Tensor> =>
    Object.fromEntries(
      [...parameterNames, ...statisticNames].flatMap((name) =>
        kept[name] ? [[name, tensor(layer.param, [layer.C], kept[name] as Float64Array)]] : [],
      ),
    );
  return {
    async make() {
      const { gamma, beta } = layer;
      const scalars = {
        epsilon: tensor('f64', [1], [layer.epsilon]),
        ...(tracked && profile.update !== 'cumulative'
          ? { momentum: tensor('f64', [1], [momentumOf(layer, profile)]) }
          : {}),
      };
      await wire.send(request('new', { ...held({ gamma, beta }), ...scalars }), 'infer', layer);
    },
    train: async (batch, track = tracked) =>
      wire.read('train', batch, await wire.send(request('train', x(batch), track), 'train', batch)),
    infer: async (batch, op = 'infer') => wire.read(op, batch, await wire.send(request('infer', x(batch)), op, batch)),
    grad: async (batch, op) =>
      wire.read(op, batch, await wire.send(request('grad', { dy: data(batch, batch.dy) }), op, batch)),
    async state(trained = layer) {
      const reply = await wire.send(request('state'), 'train', trained);
      const of = (name: string): Float64Array | null =>
        reply.tensors.has(name) ? values(reply.tensors.get(name)!) : null;
      const count = of('count');
      const statistics = statisticNames.flatMap((name) =>
        reply.tensors.has(name) ? [[name, reply.tensors.get(name)!] as const] : [],
      );
      return {
        ...{ gamma: of('gamma'), beta: of('beta'), running_mean: of('running_mean'), running_var: of('running_var') },
        count: count ? count[0]! : null,
        answers: wire.read('train', trained, { ...reply, tensors: new Map(statistics) }),
      };
    },
    async load({ count, ...kept }) {
      const counted = typeof count === 'number' ? { count: tensor('i64', [1], [count]) } : {};
      await wire.send(request('load', { ...held(kept), ...counted }), 'infer', layer);
    },
    drop: async () => void (await wire.send(request('drop'), 'infer', layer)),
    attempt: (step, batch) => wire.attempt(request(step, step === 'infer' ? x(batch) : {}), batch),
  };
}
