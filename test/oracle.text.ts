import { backward } from '../spec/backward.js';
import { forward } from '../spec/forward.js';
import { frozen } from '../spec/frozen.js';
import { inference } from '../spec/inference.js';
import { running } from '../spec/running.js';
import { type Column, column } from '../src/exact/column.js';
import type { Format } from '../src/exact/format.js';
import { round } from '../src/exact/round.js';
import type { Chapter } from '../src/formula/chapter.js';
import { bind } from '../src/formula/evaluate.js';
import { exacts } from '../src/formula/exact.js';
import type { Channel } from './oracle.mpfr.js';

const chapters: Readonly<Record<'train' | 'infer', readonly Chapter[]>> = {
  train: [forward, running, backward],
  infer: [inference, frozen],
};

/** The outputs of one channel by the text of the specification, rounded once; a division by 0 throws RangeError. */
export function fromText(channel: Channel, mode: 'train' | 'infer') {
  const numbers = Object.entries(channel).filter(([, value]) => typeof value !== 'string');
  const given = new Map<string, Column>(numbers.map(([name, value]) => [name, column([value].flat())]));
  const lookup = bind(chapters[mode], exacts(channel.x.length), (name) => given.get(name));
  return (output: string, format: Format): number[] => {
    const values = lookup(output, ['N', 'S']);
    return values.p.map((_, i) => round(values, i, format));
  };
}
