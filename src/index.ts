/**
 * The public surface: the suite as one value, and what it takes to judge a target with it.
 * `run` needs a target that has said hello; the command line (`bnspec run`) does all of it.
 */
export { builtins } from './builtin/catalogue.js';
export type { Report } from './run/report.js';
export { type Progress, type RunOptions, run } from './run/run.js';
export { UsageError } from './run/usage.js';
export { type Suite, suite } from './suite.js';
export type { Kernel } from './target/kernel.js';
export { local } from './target/local.js';
export { openTarget } from './target/open.js';
export { type Reply, type Target, TargetError } from './target/target.js';
