/** One side of a plot: its words, and the numbers from one end to the other. */
export interface Axis {
  readonly label: string;
  readonly log?: boolean;
  /** Reached whatever the data. */
  readonly from?: number;
  readonly to?: number;
}

export interface Scale {
  /** Where a number stands, as a share of the axis. */
  readonly at: (value: number) => number;
  readonly marks: readonly { readonly at: number; readonly says: string }[];
}

/** An axis that the data fills, with about five marks; `exactly` ends with the data and not with a mark. */
export function scale(axis: Axis, values: readonly number[], exactly = false): Scale {
  const { log = false } = axis;
  const by = log ? Math.log10 : (v: number): number => v;
  const there = values.map(by).filter(Number.isFinite);
  const ends = [...there, ...[axis.from, axis.to].flatMap((end) => (end === undefined ? [] : [by(end)]))];
  let [low, high] = [ends.reduce((a, b) => Math.min(a, b)), ends.reduce((a, b) => Math.max(a, b))];
  if (low === high) [low, high] = [low - 1, high + 1];
  const all = log ? decades(low, high) : even(low, high);
  // what stands on a mark but for rounding stays there
  const [under, over] = [all.filter(({ at }) => at <= low + slack), all.filter(({ at }) => at >= high - slack)];
  if (!exactly) [low, high] = [under.at(-1)?.at ?? low, over[0]?.at ?? high];
  const share = (place: number): number => (place - low) / (high - low);
  const marks = all.filter(({ at }) => at >= low - slack && at <= high + slack);
  return { at: (value) => share(by(value)), marks: marks.map(({ at, says }) => ({ at: share(at), says })) };
}

const slack = 1 / 65536;

/** Multiples of 1, 2 or 5 times a power of ten. */
function even(low: number, high: number): Scale['marks'] {
  const rough = (high - low) / 5;
  const ten = 10 ** Math.floor(Math.log10(rough));
  const step = ten * ([1, 2, 5, 10].find((k) => k * ten >= rough - ten * slack) ?? 10);
  const first = Math.floor(low / step + slack);
  const count = Math.ceil(high / step - slack) - first + 1;
  return Array.from({ length: count }, (_, i) => ({ at: (first + i) * step, says: plain((first + i) * step, step) }));
}

/** Powers of ten, some left out on a long axis; on a short one 2 and 5 times each too. Places are logarithms. */
function decades(low: number, high: number): Scale['marks'] {
  const every = Math.ceil((high - low) / 6);
  const first = Math.floor(low / every + slack) * every;
  const powers = Array.from({ length: Math.ceil((high - first) / every) + 1 }, (_, i) => first + i * every);
  const factors = high - low > 2 ? [1] : [1, 2, 5];
  return powers.flatMap((power) => factors.map((k) => ({ at: power + Math.log10(k), says: decade(power, k) })));
}

const decade = (exponent: number, factor: number): string => {
  if (exponent >= -3 && exponent < 5) return String(Number((factor * 10 ** exponent).toPrecision(2)));
  const digits = [...String(Math.abs(exponent))].map((d) => '⁰¹²³⁴⁵⁶⁷⁸⁹'[+d]).join('');
  return `${factor === 1 ? '' : `${factor}·`}10${exponent < 0 ? '⁻' : ''}${digits}`;
};

const plain = (value: number, step: number): string =>
  value.toFixed(Math.max(0, -Math.floor(Math.log10(step) + slack))).replace('-', '−');
