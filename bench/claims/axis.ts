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

/** An axis that the data fills, with about five marks. */
export function scale(axis: Axis, values: readonly number[], exactly = false): Scale {
  const { log = false } = axis;
  const by = log ? Math.log10 : (v: number): number => v;
  const there = values.filter((v) => Number.isFinite(by(v)));
  const ends = [...there, ...(axis.from === undefined ? [] : [axis.from]), ...(axis.to === undefined ? [] : [axis.to])];
  let [low, high] = [by(ends.reduce((a, b) => Math.min(a, b))), by(ends.reduce((a, b) => Math.max(a, b)))];
  if (low === high) [low, high] = [low - 1, high + 1];
  const step = stepOf(high - low, log);
  if (!exactly) [low, high] = [Math.floor(low / step + slack) * step, Math.ceil(high / step - slack) * step];
  const at = (value: number): number => (by(value) - low) / (high - low);
  const first = Math.ceil(low / step - slack);
  const marks = Array.from({ length: Math.floor(high / step + slack) - first + 1 }, (_, i) => (first + i) * step).map(
    (mark) => ({ at: (mark - low) / (high - low), says: log ? decade(mark) : plain(mark, step) }),
  );
  return { at, marks };
}

/** Ends that stand on a mark but for rounding stay there. */
const slack = 1 / 1024;

/** What lies between two marks: 1, 2 or 5 times a power of ten; of logarithms, whole powers, or halves of ten in a short axis. */
function stepOf(length: number, log: boolean): number {
  if (log && length > 1.5) return Math.ceil(length / 6);
  const rough = length / 5;
  const ten = 10 ** Math.floor(Math.log10(rough));
  return ten * ([1, 2, 5, 10].find((k) => k * ten >= rough * 0.999) ?? 10);
}

const decade = (exponent: number): string => {
  const value = 10 ** exponent;
  if (exponent >= -2 && exponent < 4) return String(Number(value.toPrecision(2)));
  const digits = [...String(Math.round(Math.abs(exponent)))].map((d) => '⁰¹²³⁴⁵⁶⁷⁸⁹'[+d]).join('');
  return `10${exponent < 0 ? '⁻' : ''}${digits}`;
};

const plain = (value: number, step: number): string =>
  value.toFixed(Math.max(0, -Math.floor(Math.log10(step) + slack))).replace('-', '−');
