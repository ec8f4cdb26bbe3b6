const raised = [...'⁰¹²³⁴⁵⁶⁷⁸⁹'];
const power = (n: number): string => `10${n < 0 ? '⁻' : ''}${[...String(Math.abs(n))].map((d) => raised[+d]).join('')}`;

/** A number in so many digits. */
export function figure(value: number, digits = 2): string {
  if (value === 0 || !Number.isFinite(value)) return value === 0 ? '0' : Number.isNaN(value) ? 'none' : 'without bound';
  const exponent = Math.floor(Math.log10(Math.abs(Number(value.toPrecision(digits)))));
  if (exponent >= -3 && exponent < 5) return String(Number(value.toPrecision(digits)));
  const front = Number((value / 10 ** exponent).toPrecision(digits));
  return front === 1 ? power(exponent) : `${front} × ${power(exponent)}`;
}

export const percent = (share: number): string => `${Number((100 * share).toPrecision(3))} %`;

export const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
};

/** The middle of what the seeds gave, and its ends. */
export function spread(values: readonly number[], say: (value: number) => string = figure): string {
  const [least, most] = [Math.min(...values), Math.max(...values)].map((value) => say(value));
  return least === most ? least : `${say(median(values))} (${least} to ${most})`;
}

/** How many of them. */
export const count = (held: readonly boolean[], of = 'seeds'): string =>
  `${held.filter(Boolean).length} of ${held.length} ${of}`;

export const mean = (values: ArrayLike<number>): number => {
  let sum = 0;
  for (let i = 0; i < values.length; i += 1) sum += values[i];
  return sum / values.length;
};

/** The deviation, with the divisor n. */
export const deviation = (values: ArrayLike<number>): number => {
  const middle = mean(values);
  return Math.sqrt(mean(Array.from(values, (value) => (value - middle) ** 2)));
};

export const norm = (values: ArrayLike<number>): number => {
  let squares = 0;
  for (let i = 0; i < values.length; i += 1) squares += values[i] ** 2;
  return Math.sqrt(squares);
};

/** The numbers 0 to n - 1, or what is made of each. */
export const times = <T>(n: number, make: (i: number) => T): T[] => Array.from({ length: n }, (_, i) => make(i));

/** n numbers from one to another, each the same factor above the last. */
export const geometric = (from: number, to: number, n: number): number[] =>
  times(n, (i) => from * (to / from) ** (i / (n - 1)));
