import type { Layout } from '../wire/protocol.js';
import type { Dtype } from '../wire/tensor.js';
import type { Array_, Inputs, Outputs } from './kernel.js';

/** What a layer is made of. It starts at the initial statistics of its profile, with count 0; without `track` it has none. */
export interface NewLayer extends Pick<Inputs, 'gamma' | 'beta' | 'epsilon' | 'momentum'> {
  readonly channels: number;
  /** Of every x. */
  readonly rank: number;
  /** Of every x; parameters and statistics have that of the card. */
  readonly dtype: Dtype;
  readonly layout: Layout;
  readonly track: boolean;
}

/** What a layer can be told to take over; what is not named stays. */
export type Loaded = Pick<Inputs, 'gamma' | 'beta' | 'running_mean' | 'running_var' | 'count'>;

type Answer = Outputs | Promise<Outputs>;

/** A layer that keeps its own statistics. Arrays are its own; those that it answers are copied. */
export interface LiveLayer {
  /** y of a batch, which enters the statistics if `track` says so. */
  train(inputs: { readonly x: Array_; readonly layout: Layout; readonly track: boolean }): Answer;
  infer(inputs: { readonly x: Array_; readonly layout: Layout }): Answer;
  /** Gradients of the latest train or infer. */
  grad(inputs: { readonly dy: Array_; readonly layout: Layout }): Answer;
  /** The statistics, count and parameters that there are. */
  state(): Answer;
  load(values: Loaded): unknown;
}

export type MakeLayer = (made: NewLayer) => LiveLayer | Promise<LiveLayer>;
/** The live layers of a host. */
export type Handles = Map<string, LiveLayer>;

/** Takes one step. Throws RangeError on a handle that stands for no layer, and on a step that is none. */
export async function take(
  make: MakeLayer,
  handles: Handles,
  metadata: Readonly<Record<string, string>>,
  inputs: Inputs,
): Promise<Outputs> {
  const { step, handle = '' } = metadata;
  const track = metadata.track === 'true';
  if (step === 'new') {
    const about = { channels: Number(metadata.channels), rank: Number(metadata.rank), dtype: metadata.dtype as Dtype };
    handles.set(handle, await make({ ...inputs, ...about, track }));
    return {};
  }
  const layer = handles.get(handle);
  if (!layer) throw new RangeError(`no layer ${handle}: it was dropped, or never made`);
  switch (step) {
    case 'train':
      return layer.train({ ...inputs, track });
    case 'infer':
      return layer.infer(inputs);
    case 'grad':
      return layer.grad({ ...inputs, dy: inputs.dy! });
    case 'state':
      return layer.state();
    case 'load':
      await layer.load(inputs);
      return {};
    case 'drop':
      handles.delete(handle);
      return {};
    default:
      throw new RangeError(`a layer has no step ${step}`);
  }
}
