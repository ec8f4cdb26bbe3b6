import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { asked, cli, hostile, type Kind } from './hostile.js';

/**
 * The reliability card: right kernels of every kind that do one bad thing when they are asked of five samples. None may
 * conform, nothing may be left running, and no run may take much longer than its time-outs. Arguments: kinds to try.
 */
const timeout = 1500;
const what = [...asked, '--timeout', String(timeout), '--max-memory', '2G'];

interface Ending {
  readonly code: number | null;
  readonly seconds: number;
  readonly last: string;
  /** Processes that it left behind. */
  readonly left: number;
}

/** One run against a target with a fault. What it starts is told by a mark in its environment. */
async function judged(kind: Kind, fault: string): Promise<Ending> {
  const cwd = mkdtempSync(join(tmpdir(), 'bnspec-reliability-'));
  const mark = randomUUID();
  const env = { ...process.env, PYTHON_FAULT: fault, PYTHON_MARK: mark, NO_COLOR: '1' };
  const started = performance.now();
  try {
    const target = await kind.target(fault, cwd);
    const child = spawn(process.execPath, [cli, 'run', ...what, ...target], {
      cwd,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let out = '';
    child.stdout.on('data', (text) => (out += text));
    child.stderr.resume();
    const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
    const seconds = (performance.now() - started) / 1000;
    await sleep(300);
    return { code, seconds, last: out.trimEnd().split('\n').at(-1) ?? '', left: marked(mark).length };
  } finally {
    for (const pid of marked(mark)) process.kill(pid, 'SIGKILL');
    rmSync(cwd, { recursive: true, force: true });
  }
}

/** Processes with the mark in their environment. */
function marked(mark: string): number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0 && pid !== process.pid && environmentOf(pid).includes(mark));
}

function environmentOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1');
  } catch {
    return ''; // gone, or not ours
  }
}

const sum = {
  tried: 0,
  refuted: 0,
  inconclusive: 0,
  harmless: 0,
  falseConforms: 0,
  falseRefusals: 0,
  left: 0,
  worst: 0,
};
const wanted = process.argv.slice(2);
for (const kind of hostile.filter(({ name }) => wanted.length === 0 || wanted.includes(name))) {
  const why = await kind.missing();
  if (why !== null) {
    console.log(`${kind.name}: left out, ${why}`);
    continue;
  }
  const right = await judged(kind, '');
  if (right.code !== 0) throw new Error(`${kind.name} without a fault: ${right.last}`);
  console.log(`\n${kind.name}   without a fault ${right.seconds.toFixed(1)} s`);
  for (const fault of await kind.faults()) {
    const ending = await judged(kind, fault);
    const harmless = kind.harmless.includes(fault);
    const longer = ending.seconds - right.seconds;
    sum.tried += 1;
    sum.refuted += ending.code === 1 && !harmless ? 1 : 0;
    sum.inconclusive += ending.code === 3 && !harmless ? 1 : 0;
    sum.harmless += ending.code === 0 && harmless ? 1 : 0;
    sum.falseConforms += ending.code === 0 && !harmless ? 1 : 0;
    sum.falseRefusals += ending.code !== 0 && harmless ? 1 : 0;
    sum.left += ending.left;
    sum.worst = Math.max(sum.worst, longer);
    const note = harmless ? ' (its answers are right: nothing to refuse)' : '';
    console.log(
      `  ${fault.padEnd(28)} exit ${ending.code}   ${longer.toFixed(1).padStart(5)} s longer   ${ending.left} left${note}`,
    );
  }
}
console.log(`
faults tried ${sum.tried}: refuted ${sum.refuted}, nothing concluded ${sum.inconclusive}, harmless and accepted ${sum.harmless}
false conforms ${sum.falseConforms}   harmless and refused ${sum.falseRefusals}   processes left ${sum.left}
longest: ${sum.worst.toFixed(1)} s more than without a fault (time-out ${timeout / 1000} s, waited for up to three times: among others, alone, of a fresh process)`);
if (sum.falseConforms + sum.falseRefusals + sum.left > 0) process.exitCode = 1;
