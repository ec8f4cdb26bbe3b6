import { type Card, expectedOutputs, type Question, questions, readCard } from '../wire/protocol.js';
import type { Blob } from '../wire/safetensors.js';
import type { Tensor } from '../wire/tensor.js';
import { line } from '../wire/text.js';
import { block, readLines, status, tensorBytes, type Width } from './abi.js';
import { got, type Place, trespass, unwritten, type Window } from './arena.js';
import { Image } from './image.js';
import { Laid, type Manner } from './laid.js';

/** A kernel of the C interface, in whatever memory it lives. */
export interface Machine {
  readonly width: Width;
  readonly card: string;
  /** Its functions; both arguments are addresses. */
  readonly functions: ReadonlyMap<Question, (inputs: number, outputs: number) => number>;
  /** Memory of at least so many bytes that the host alone disposes of, aligned to 64; the same until more is asked. */
  window(size: number): Window;
  /** The text at an address, up to its NUL. */
  text(address: bigint): string;
}

/** Answers requests by calls of the kernel. Throws Error on a card that cannot be read. */
export function caller(machine: Machine): (request: Blob) => Blob {
  const lines: Record<string, string> = readLines(machine.card);
  const metadata = { ops: questions.filter((op) => machine.functions.has(op)).join(), ...lines };
  const memory = (lines.memory ?? '').split(',');
  const manner = { strided: memory.includes('strided'), inplace: memory.includes('inplace') };
  const call = new Call(machine, readCard(metadata), manner);
  return (request) => {
    const { op, id = '' } = request.metadata;
    if (op === 'hello') return { metadata: { ...metadata, id, status: 'ok' }, tensors: new Map() };
    try {
      return call.answer(request, id);
    } catch (error) {
      // A request that is none. What the kernel does is answered, or ends the process.
      if (!(error instanceof RangeError)) throw error;
      return replied(id, 'error', error.message);
    }
  };
}

/** A kernel that overflows its stack has not refused a request: that ends the process, as any other trap. */
function ended(call: () => number): number {
  try {
    return call();
  } catch (cause) {
    throw cause instanceof RangeError ? new Error(cause.message, { cause }) : cause;
  }
}

const replied = (id: string, status: string, message: string): Blob => ({
  metadata: { id, status, message: line(message) },
  tensors: new Map(),
});

/** The layout of one kind of request. */
interface Known {
  readonly laid: Laid;
  /** Made for where the window was last; null where calls are too large for one, or of no kind that comes again. */
  image: Image | null;
}

class Call {
  readonly #machine: Machine;
  readonly #card: Card;
  readonly #manner: Manner;
  /** What the kernel keeps of each layer, by its handle. */
  readonly #layers = new Map<string, bigint>();
  readonly #layouts = new WeakMap<object, Known>();
  /** What the kernel was told, to see what it did to that. */
  #told = new Uint8Array(0);

  constructor(machine: Machine, card: Card, manner: Manner) {
    this.#machine = machine;
    this.#card = card;
    this.#manner = manner;
  }

  /** Throws RangeError on a request that lacks what it needs. */
  answer(request: Blob, id: string): Blob {
    const { op = '', step, handle = '' } = request.metadata;
    const { width, functions } = this.#machine;
    const call = functions.get(op as Question);
    if (!call) return replied(id, 'unsupported', `no bnspec_${op} here`);
    const layer = step === undefined || step === 'new' ? 0n : this.#layers.get(handle);
    if (layer === undefined) throw new RangeError(`no layer ${handle}: it was dropped, or never made`);
    const known = this.#known(request);
    const { laid } = known;
    const window = this.#machine.window(laid.plan.size);
    if (known.image && known.image.address !== window.address) known.image = new Image(laid, window.address);
    const { image } = known;
    (image ?? laid).write(window, request, layer);
    const told = image?.ours.subarray(0, laid.begin) ?? this.#copy(window.bytes.subarray(0, laid.begin));
    const code = ended(() => call(window.address, window.address + block(width).out));
    const left = this.#machine.window(laid.plan.size);
    image?.take(left);
    const after = image?.found ?? left.bytes;
    const [message, kept] = take(after, told, width);
    const same = image?.same() ?? false;
    const wrong = same ? null : (meddled(after, told, width) ?? trespass(after, laid.plan, laid.begin));
    // Without its outputs the reply breaks, and the message says why: an error might be what is expected.
    if (wrong !== null) return replied(id, laid.outputs.size > 0 ? 'ok' : 'error', wrong);
    if (code === status.unsupported) return replied(id, 'unsupported', `bnspec_${op} returned BNSPEC_UNSUPPORTED`);
    if (code !== status.ok)
      return replied(id, 'error', message === 0n ? `bnspec_${op} returned ${code}` : this.#machine.text(message));
    if (step === 'new') this.#layers.set(handle, kept);
    if (step === 'drop') this.#layers.delete(handle);
    return answered(id, request, after, laid, same);
  }

  /** How requests of this kind are laid out. */
  #known(request: Blob): Known {
    const { kind } = request;
    const known = kind && this.#layouts.get(kind);
    if (known) return known;
    const laid = new Laid(request, expectedOutputs(request, this.#card), this.#machine.width, this.#manner);
    if (!kind) return { laid, image: null };
    const { address } = this.#machine.window(laid.plan.size);
    const made: Known = { laid, image: Image.fits(laid) ? new Image(laid, address) : null };
    this.#layouts.set(kind, made);
    return made;
  }

  #copy(block: Uint8Array): Uint8Array {
    if (this.#told.length !== block.length) this.#told = new Uint8Array(block.length);
    this.#told.set(block);
    return this.#told;
  }
}

/** Takes out of the block, in both states, what the kernel may set: its message, and what it keeps of a layer. */
function take(after: Uint8Array, told: Uint8Array, width: Width): [message: bigint, layer: bigint] {
  const at = block(width);
  const view = new DataView(after.buffer, after.byteOffset);
  const word = (from: number) => (width === 8 ? view.getBigUint64(from, true) : BigInt(view.getUint32(from, true)));
  const taken: [bigint, bigint] = [word(at.message), word(at.size)];
  for (const from of [at.message, at.size]) told.set(after.subarray(from, from + width), from);
  return taken;
}

/** What the kernel did to the structures that it was given; null if nothing. */
function meddled(after: Uint8Array, told: Uint8Array, width: Width): string | null {
  if (Buffer.compare(after.subarray(0, told.length), told) === 0) return null;
  const at = told.findIndex((byte, i) => byte !== after[i]);
  for (const [name, from] of block(width).outputs) {
    if (at >= from && at < from + tensorBytes)
      return `it changed out->${name} itself: write to where out->${name}.data points`;
  }
  return `it wrote to the structures that describe the tensors, at byte ${at}`;
}

/** `same`: no input was changed. */
function answered(id: string, request: Blob, bytes: Uint8Array, { inputs, outputs }: Laid, same: boolean): Blob {
  const own = new Set(outputs.values());
  const changed = ([name, place]: [string, Place]): boolean =>
    !own.has(place) && Buffer.compare(got(bytes, place), request.tensors.get(name)!.data) !== 0;
  const overwritten = same ? [] : [...inputs].filter(changed).map(([name]) => name);
  const tensors = new Map<string, Tensor>();
  const left: string[] = [];
  for (const [name, place] of outputs) {
    const data = got(bytes, place);
    const missing = unwritten(data, place);
    if (missing === null) tensors.set(name, { dtype: place.dtype, shape: place.shape, data });
    else left.push(missing);
  }
  const metadata = { id, status: 'ok', message: left.join('; ') };
  return {
    metadata: overwritten.length === 0 ? metadata : { ...metadata, overwritten: overwritten.join() },
    tensors,
  };
}
