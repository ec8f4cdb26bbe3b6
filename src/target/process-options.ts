/** Times in milliseconds, sizes in bytes. */
export interface ProcessOptions {
  readonly helloTimeout?: number;
  readonly caseTimeout?: number;
  readonly maxReply?: number;
  /** Limit of the target's data segment, where prlimit can set one. */
  readonly maxMemory?: number;
  /** Names of variables that it may see beyond the allow-list. */
  readonly passEnv?: readonly string[];
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly restartBudget?: number;
  readonly grace?: number;
  /** Directory that holds the request in flight. */
  readonly journal?: string;
  readonly replyFd?: 1 | 3;
}

/** Frameworks import slowly; a case is small. */
export const processDefaults = {
  helloTimeout: 60_000,
  caseTimeout: 10_000,
  maxReply: 2 ** 28,
  maxMemory: 0,
  passEnv: [] as readonly string[],
  restartBudget: 20,
  grace: 2_000,
  replyFd: 1 as 1 | 3,
};
