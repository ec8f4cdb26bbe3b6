import type { Op } from '../wire/protocol.js';

/** Texts by name, or by what they replace, for each operation. */
type Texts = Readonly<Partial<Record<Op, Readonly<Record<string, string>>>>>;

/** A dialect: one framework as a point of a normal form. Keys, their meaning and their sources are in spec/profiles. */
export interface Profile {
  readonly title: string;
  /** The operations that the dialect defines; laws on others are not asked of it. */
  readonly ops: readonly Op[];
  /** What the running variance divides by, as formula text over m. */
  readonly divisor: string;
  /** How it averages: the formula of spec/averages that its alpha is; `none`: the caller averages. */
  readonly update: 'take' | 'keep' | 'cumulative' | 'debias' | 'copy' | 'none';
  /** What training answers to one element per channel. */
  readonly m1: 'error' | 'nan' | 'zero' | 'identity' | 'undefined';
  /** Default momentum in the profile's own words, and epsilon; null where the caller must give them. */
  readonly momentum: number | null;
  readonly epsilon: number | null;
  /** Initial running mean and variance. */
  readonly initial: readonly [mean: number, variance: number] | null;
  /** Which batch statistics the operation hands out. */
  readonly saved: readonly ('mean' | 'variance' | 'inv_std')[];
  /** Whether gamma and beta may be absent. */
  readonly affine: 'optional' | 'required';
  /** Whether training may go without running statistics. */
  readonly tracking: 'optional' | 'required';
  /** The format in which epsilon and momentum reach a kernel; wider ones would be rounded on the way. */
  readonly scalars: 'f64' | 'f32';
  readonly source: string;
  /** Whether epsilon must be above 0. */
  readonly positive?: true;
  /** Where its mathematics departs: parts of formulas, of bounds and of laws, and what stands there instead. */
  readonly reads?: Texts;
  /** Formulas and bounds of its own, by name. */
  readonly formulas?: Texts;
  /** Ids of laws that are not so in this dialect. */
  readonly waives?: readonly string[];
  /** What an adapter has to know, and what no key can say. */
  readonly note?: string;
}

/** Whether momentum is the weight of the old value. */
export const keeps = ({ update }: Profile): boolean => update === 'keep' || update === 'debias' || update === 'copy';

/** Whether the average needs to know how many batches there were before. */
export const counts = ({ update }: Profile): boolean =>
  update === 'cumulative' || update === 'debias' || update === 'copy';

const optional: readonly string[] = ['positive', 'reads', 'formulas', 'waives', 'note'];

/** The profiles of several files as one. Throws Error for a key that is missing or unknown, and for a name given twice. */
export function gathered(
  files: Readonly<Record<string, Readonly<Record<string, Profile>>>>,
  keys: Readonly<Record<keyof Profile, string>>,
): Readonly<Record<string, Profile>> {
  const all: Record<string, Profile> = {};
  const known = Object.keys(keys);
  for (const [file, profiles] of Object.entries(files))
    for (const [name, profile] of Object.entries(profiles)) {
      const missing = known.filter((key) => !optional.includes(key) && !Object.hasOwn(profile, key));
      const foreign = Object.keys(profile).filter((key) => !known.includes(key));
      const at = `${file}: profile '${name}'`;
      if (missing.length > 0)
        throw new Error(`${at} lacks ${missing.join(', ')}; add it, with what the framework's source says`);
      if (foreign.length > 0)
        throw new Error(`${at} has the unknown key ${foreign.join(', ')}; a profile has ${known.join(', ')}`);
      if (Object.hasOwn(all, name)) throw new Error(`${at} stands in another file too; give one of them another name`);
      all[name] = profile;
    }
  return all;
}

/** Where the mathematics departs, a line for each part and the operations it is of: `train: t_own = x - next_mean`. */
export function departures({ reads = {}, formulas = {} }: Profile, shown = (text: string): string => text): string[] {
  const lines = new Map<string, string[]>();
  const put = (texts: Texts, line: (name: string, text: string) => string): void => {
    for (const [op, own] of Object.entries(texts))
      for (const [name, text] of Object.entries(own)) {
        const key = line(name, text);
        lines.set(key, [...(lines.get(key) ?? []), op]);
      }
  };
  put(reads, (from, to) => `${shown(from)} reads ${shown(to)}`);
  put(formulas, (name, text) => shown(`${name} = ${text}`));
  return [...lines].map(([line, ops]) => `${ops.join(', ')}: ${line}`);
}
