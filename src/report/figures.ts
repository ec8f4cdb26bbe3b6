/** Thousands apart: 12 345. */
export const count = (n: number): string => String(n).replace(/\B(?=(\d{3})+$)/g, ' ');

/** `1 law`, `24 laws`. */
export const counted = (n: number, noun: string): string => `${count(n)} ${noun}${n === 1 ? '' : 's'}`;

/** Two significant digits; JSON has no infinity and holds null in its place. */
export function brief(value: number | null): string {
  if (value === null || !Number.isFinite(value)) return 'without bound';
  return value < 1e4 ? String(Number(value.toPrecision(2))) : value.toExponential(1).replace('e+', 'e');
}

/** A share in percent that never rounds to none or to all. */
export function percent(part: number, whole: number): string {
  if (part === 0 || whole === 0) return '0 %';
  const share = (100 * part) / whole;
  if (share < 0.1) return 'under 0.1 %';
  if (part < whole && share > 99.9) return 'over 99.9 %';
  return `${Number(share.toPrecision(2))} %`;
}

/** Milliseconds as seconds, one decimal. */
export const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
