import type { Drawn } from './oracle.drawn.js';
import { oracle } from './oracle.mpfr.js';
import { type Sure, surely } from './oracle.mpfr.sure.js';

/** The names that the comparison has for what MPFR's side calls otherwise. */
const names: Readonly<Record<string, string>> = {
  ...{ 'train mu': 'mean', 'train sigma2': 'variance', 'train inv_std': 'inv_std' },
  ...{ 'train next_mean': 'next_mean', 'train next_var': 'next_var' },
  ...{ 'train y': 'y', 'train dx': 'dx', 'train dgamma': 'dgamma', 'train dbeta': 'dbeta' },
  ...{ 'infer y': 'infer y', 'infer dx': 'infer_grad dx' },
  ...{ 'infer dgamma': 'infer_grad dgamma', 'infer dbeta': 'infer_grad dbeta' },
};

type Outputs = Readonly<Record<string, readonly (number | undefined)[]>>;

/** The outputs of one channel by MPFR, whose bits no cancellation of the format's values can eat up by half. */
export const byMpfr = async (): Promise<(channel: Drawn) => Outputs> => by(await oracle(4000), await oracle(14_000));

/** As many of them as a few hundred bits tell for sure; undefined are the others. */
export const bySureMpfr = async (): Promise<(channel: Drawn) => Outputs> => by(await surely(320), await surely(640));

function by(narrow: Sure, wide: Sure) {
  return (channel: Drawn): Outputs => {
    if (channel.epsilon === 0 && new Set(channel.x.map((v) => v + 0)).size === 1) return {};
    const right = channel.format === 'f64' ? wide : narrow;
    const parameter = channel.format === 'f64' ? 'f64' : 'f32';
    const found = right(channel, (output) => (/(y|dx)$/.test(output) ? channel.format : parameter));
    return Object.fromEntries(Object.entries(names).map(([ours, theirs]) => [ours, found[theirs]!]));
  };
}
