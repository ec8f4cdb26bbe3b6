/** A mistake of the person at the keyboard: exit 2, and nothing was judged. The message names the culprit and the cure. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** `unknown law 'forward.shfit' - did you mean forward.shift? cure`: for every name that is looked up and not found. */
export function unknown(kind: string, name: string, among: Iterable<string>, cure: string): UsageError {
  const guess = nearest(name, among);
  return new UsageError(
    `unknown ${kind} '${name}'${guess === null ? '' : ` - did you mean ${guess}?`}${cure && `\n${cure}`}`,
  );
}

/** The name that was probably meant: one that contains the word, else the fewest typing slips away; null if all are far off. */
export function nearest(name: string, among: Iterable<string>): string | null {
  const word = name.toLowerCase();
  let best: string | null = null;
  let least = Math.max(2, Math.floor(word.length / 3)) + 0.5;
  for (const candidate of among) {
    const other = candidate.toLowerCase();
    const part =
      word.length >= 3 && (other.endsWith(`.${word}`) || other.endsWith(`:${word}`) || other.startsWith(word));
    const distance = part ? 0.5 : slips(word, other);
    if (distance < least) [best, least] = [candidate, distance];
  }
  return best;
}

/** Insertions, deletions, substitutions and swaps of neighbours that turn a into b. */
function slips(a: string, b: string): number {
  let [before, row] = [[] as number[], Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (same ? 0 : 1));
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swapped) next[j] = Math.min(next[j], before[j - 2] + 1);
    }
    [before, row] = [row, next];
  }
  return row[b.length];
}
