import type { Screen } from './screen.js';

/** What stops a run early. */
export interface Interrupt {
  /** Its reason is a sentence, as `interrupted by SIGINT`. */
  readonly signal: AbortSignal;
  /** A second signal ends at once: with 1 after a refutation, else with 3. */
  refuted: boolean;
  release(): void;
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** The first signal asks the run to stop and still write its reports, the second ends bnspec at once; so does the time limit, once. */
export function interruptible(screen: Screen, maxSeconds: number | undefined): Interrupt {
  const controller = new AbortController();
  const stop = (signal: NodeJS.Signals) => {
    if (controller.signal.aborted) {
      screen.err(`\nexit ${interrupt.refuted ? 1 : 3}: ended by a second ${signal}; no report was written\n`);
      process.exit(interrupt.refuted ? 1 : 3);
    }
    controller.abort(`interrupted by ${signal}`);
  };
  for (const signal of signals) process.on(signal, stop);
  const limit =
    maxSeconds && setTimeout(() => controller.abort(`--max-time ${maxSeconds} s is spent`), 1000 * maxSeconds);
  const interrupt: Interrupt = {
    signal: controller.signal,
    refuted: false,
    release() {
      for (const signal of signals) process.off(signal, stop);
      if (limit) clearTimeout(limit);
    },
  };
  return interrupt;
}
