/** What is timed, and against what: its time in one round is divided by the base's in the same round. */
export interface Race {
  readonly name: string;
  readonly base: () => void;
  readonly run: () => void;
  readonly must?: number;
  readonly reach?: number;
}

export interface Row {
  readonly name: string;
  readonly ratio: number;
  readonly must: number | null;
  readonly reach: number | null;
}

export const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;

const timed = (run: () => void, times: number): number => {
  const start = performance.now();
  for (let i = 0; i < times; i++) run();
  return (performance.now() - start) / times;
};

/** The median, over interleaved rounds, of the ratio of both times; what is short is repeated to `least` ms. */
export function race({ name, base, run, must, reach }: Race, rounds: number, least = 20): Row {
  // The engine compiles what is called often, and again better: neither side is timed before that.
  for (const start = performance.now(); performance.now() - start < 20 * least; ) {
    base();
    run();
  }
  const [times, baseTimes] = [run, base].map((f) => Math.max(1, Math.ceil(least / timed(f, 1)))) as [number, number];
  const ratios = Array.from({ length: rounds }, () => {
    const before = timed(base, baseTimes);
    return timed(run, times) / before;
  });
  return { name, ratio: median(ratios), must: must ?? null, reach: reach ?? null };
}
