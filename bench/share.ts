import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { builtins } from '../src/builtin/catalogue.js';
import { Oracle } from '../src/oracle/oracle.js';
import { run } from '../src/run/run.js';
import { suite } from '../src/suite.js';
import { local } from '../src/target/local.js';
import type { Row } from './rounds.js';

const timed = ['train', 'infer', 'grad', 'inferGrad', 'sums'] as const;

/** How much of a default run is spent in the oracle, and of the laws of its large tensors alone. */
export async function shares(): Promise<Row[]> {
  const of = { 'the whole default run': '*', 'its large tensors': 'large.*' };
  const rows: Row[] = [];
  for (const [name, laws] of Object.entries(of))
    rows.push({ name: `share of the oracle in ${name}`, ratio: await share(laws), must: null, reach: null });
  return rows;
}

/** The share of the time of a run of builtin:two-pass, on the laws of the glob, that is spent in the oracle. */
async function share(laws: string): Promise<number> {
  let within = 0;
  const prototype = Oracle.prototype as unknown as Record<string, (...of: unknown[]) => unknown>;
  const own = timed.map((name) => [name, prototype[name]!] as const);
  for (const [name, method] of own)
    prototype[name] = function (...of) {
      const started = performance.now();
      try {
        return method.apply(this, of);
      } finally {
        within += performance.now() - started;
      }
    };
  const out = mkdtempSync(join(tmpdir(), 'bnspec-share-'));
  const target = local('two-pass', builtins['two-pass']!);
  const started = performance.now();
  try {
    await run({
      ...{ target, card: await target.hello(), suite, profile: 'torch', laws, effort: 'standard', seed: 1, out },
      ...{ command: ['two-pass'], version: '', environment: { node: '', platform: '' } },
      signal: new AbortController().signal,
      now: () => 0,
    });
    return within / (performance.now() - started);
  } finally {
    for (const [name, method] of own) prototype[name] = method;
    rmSync(out, { recursive: true, force: true });
  }
}
