import { type Format, formats } from '../exact/format.js';
import { line } from './text.js';

export type Layout = 'channels_first' | 'channels_last';
export type Saved = 'mean' | 'variance' | 'inv_std';
type Metadata = Readonly<Record<string, string>>;

/** What a target says of itself in its reply to `hello`. Its texts are visible and at most 2 KiB long. */
export interface Card {
  readonly name: string;
  readonly version: string;
  readonly ops: readonly string[];
  /** Dtypes of x. */
  readonly dtypes: readonly Format[];
  /** `f32`: parameters and statistics are F32 beside an F16 or BF16 x; `same`: they have x's dtype. */
  readonly paramDtype: 'same' | 'f32';
  readonly layouts: readonly Layout[];
  /** Ranks of x that are served, within 2 to 5. */
  readonly ranks: readonly number[];
  /** Batch statistics that `train` hands out. */
  readonly saved: readonly Saved[];
  readonly profile?: string;
  /** What the target promises beyond the default, and is then held to. */
  readonly claims: Metadata;
  /** Single points in which it differs from its profile. */
  readonly profileKeys: Metadata;
  /** Keys that this version does not know: ignored, and shown. */
  readonly unknown: Metadata;
}

/** A card that cannot be read. The message names the key, its value and what is allowed. */
export class CardError extends Error {
  override readonly name = 'CardError';
}

const formatNames = Object.keys(formats) as readonly Format[];
const truth = ['true', 'false'];

/** Operations of protocol 1, whether or not this version asks them. */
const operations = [
  ...['train', 'infer', 'grad', 'infer_grad', 'layer'],
  ...['sync_train', 'sync_grad', 'fold', 'grad_grad', 'steps'],
];

/** Every claim, and its allowed values or their form. */
const claimed: ReadonlyMap<string, readonly string[] | RegExp> = new Map<string, readonly string[] | RegExp>([
  ['tier', ['exact', 'faithful', 'stable', 'semantic']],
  ['accumulator', formatNames],
  ['algo', ['twopass']],
  ['form', ['direct']],
  ['shift', ['none']],
  ['sums', truth],
  ['chain', /^\d{1,15}$/],
  ['rsqrt_ulp', /^\d{1,15}(\.\d{1,15})?$/],
  ['ftz', truth],
  ['save_format', formatNames],
  ['fold_format', formatNames],
  ['store', ['any']],
  ['deterministic', truth],
  ['position_invariant', truth],
  ['threads', /^/],
  ['optimizers', /^(sgd|momentum|rmsprop|adam)(,(sgd|momentum|rmsprop|adam))*$/],
  ['memory', /^(strided|inplace)(,(strided|inplace))?$/],
]);

/** Keys of a profile that a card may set beside its name (spec/profiles.ts). Their values are checked where profiles are known. */
const profileNames: ReadonlySet<string> = new Set(['divisor', 'update', 'm1', 'affine']);
const required = ['name', 'ops', 'dtypes'];
const plain = new Set([...required, 'version', 'param_dtype', 'layouts', 'ranks', 'saved', 'profile']);
/** Every key that a card may have. */
export const cardKeys: readonly string[] = [...plain, ...claimed.keys(), ...profileNames];
const envelope = new Set(['bnspec', 'op', 'id', 'status', 'message']);

/** Reads the metadata of a `hello` reply. Throws CardError. */
export function readCard(metadata: Metadata): Card {
  for (const key of required) {
    if (metadata[key] === undefined) throw new CardError(`the card lacks ${key}; it must have ${required.join(', ')}`);
  }
  const list = <T extends string>(key: string, allowed: readonly T[], absent: string): readonly T[] => {
    const items = (metadata[key] ?? absent).split(',').filter((item) => item !== '');
    return [...new Set(items.map((item) => member(key, item, allowed)))];
  };
  const texts = Object.entries(metadata)
    .filter(([key]) => !plain.has(key) && !envelope.has(key))
    .map(([key, value]) => [line(key), line(value)] as const);
  const claims = texts.filter(([key]) => claimed.has(key));
  for (const [key, value] of claims) member(key, value, claimed.get(key)!);
  const profileKeys = texts.filter(([key]) => profileNames.has(key));
  const unknown = texts.filter(([key]) => !claimed.has(key) && !profileNames.has(key));
  return {
    name: line(metadata.name),
    version: line(metadata.version ?? ''),
    ops: list('ops', operations, ''),
    dtypes: list('dtypes', formatNames, ''),
    paramDtype: member('param_dtype', metadata.param_dtype ?? 'same', ['same', 'f32']),
    layouts: list('layouts', ['channels_first', 'channels_last'], 'channels_first'),
    ranks: list('ranks', ['2', '3', '4', '5'], '2,3,4,5').map(Number),
    saved: list('saved', ['mean', 'variance', 'inv_std'], ''),
    ...(metadata.profile === undefined ? {} : { profile: line(metadata.profile) }),
    claims: Object.fromEntries(claims),
    profileKeys: Object.fromEntries(profileKeys),
    unknown: Object.fromEntries(unknown),
  };
}

/** The metadata that `readCard` reads back. */
export function writeCard(card: Card): Metadata {
  const { name, version, ops, dtypes, paramDtype, layouts, ranks, saved, profile } = card;
  const lists = { ops, dtypes, layouts, ranks, saved };
  return {
    ...{ name, version, param_dtype: paramDtype },
    ...Object.fromEntries(Object.entries(lists).map(([key, items]) => [key, items.join()])),
    ...(profile === undefined ? {} : { profile }),
    ...card.claims,
    ...card.profileKeys,
    ...card.unknown,
  };
}

function member<T extends string>(key: string, value: string, allowed: readonly T[] | RegExp): T {
  const fits = allowed instanceof RegExp ? allowed.test(value) : allowed.includes(value as T);
  if (fits) return value as T;
  const wanted = allowed instanceof RegExp ? 'a number' : `one of ${allowed.join(' ')}`;
  throw new CardError(`the card says ${key} = "${line(value)}"; allowed is ${wanted}`);
}
