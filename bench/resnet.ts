import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { layers } from '../properties/layer.js';
import * as laws from '../properties/resnet.js';
import { builtins } from '../src/builtin/catalogue.js';
import { check, lawOf } from '../src/run/check.js';
import { judgeCase } from '../src/run/judge-case.js';
import { clauses } from '../src/run/law.js';
import { sizeOf } from '../src/run/layer.js';
import { Log } from '../src/run/log.js';
import type { Drawn, Property } from '../src/run/property.js';
import { refusal, terms } from '../src/run/select.js';
import { subject } from '../src/run/subject.js';
import { suite } from '../src/suite.js';
import type { Kernel } from '../src/target/kernel.js';
import { local } from '../src/target/local.js';
import { plain } from '../test/resnet.kernel.js';

/**
 * What it takes to judge the layers of real networks: memory beyond x and y once each, of one layer of ResNet-50 at batch
 * 32 in a fresh process; and the time of the whole chapter. `node dist/bench/resnet.js two-pass` times a builtin kernel.
 */
const mib = 2 ** 20;
const shape = [32, 64, 112, 112] as const;

async function asked(kernel: Kernel) {
  const target = local(kernel.card.name, kernel);
  const card = await target.hello();
  const of = subject(card, suite.profiles[card.profile!]!, suite.spec);
  return { target, subject: of, terms: terms(of, card.dtypes as ['f32'], card.layouts, Infinity) };
}

/** Resident memory of this process in bytes: now, or at its most. */
const resident = (what: 'VmRSS' | 'VmHWM'): number =>
  1024 * Number(new RegExp(`${what}:\\s+(\\d+)`).exec(readFileSync('/proc/self/status', 'utf8'))![1]);

/** Prints what judging one layer adds to the memory of this process, beyond x and y once each. */
async function memory(): Promise<void> {
  const of = await asked(plain());
  const text = lawOf(laws.forward, of.subject)!;
  const judge = async (extents: readonly [number, number, number, number]): Promise<Drawn> => {
    const layer = layers({ ...of.terms, layouts: ['channels_first'] }, { shape: extents, affine: true });
    const [drawn] = fc.sample(fc.record({ layer }), { seed: 1, numRuns: 1 });
    await judgeCase(laws.forward, clauses(text, laws.forward.id), drawn!, { ...of, log: new Log() }, ['stable']);
    return drawn!;
  };
  await judge([2, 64, 8, 8]);
  const before = resident('VmRSS');
  const { layer } = await judge(shape);
  const tensor = 4 * sizeOf(layer);
  const more = resident('VmHWM') - before - 2 * tensor;
  console.log(`training, f32 ${shape.join('x')}: ${sizeOf(layer)} elements, ${(tensor / mib).toFixed(0)} MiB`);
  console.log(`before ${(before / mib).toFixed(0)} MiB, at most ${(resident('VmHWM') / mib).toFixed(0)} MiB`);
  console.log(`beyond x and y once each: ${(more / mib).toFixed(0)} MiB, ${(more / tensor).toFixed(2)} x the tensor`);
}

/** Prints how long each law of the chapter takes. */
async function time(kernel: Kernel): Promise<void> {
  const of = await asked(kernel);
  let total = 0;
  for (const law of Object.values(laws) as Property[]) {
    if (refusal(law, of.subject, of.terms) !== null) continue;
    const start = performance.now();
    const signal = new AbortController().signal;
    const drawing = { required: 'semantic', seed: 1, cases: 600, signal, log: new Log() } as const;
    const { status, cases, elements } = await check(law, lawOf(law, of.subject)!, { ...of, ...drawing });
    const seconds = (performance.now() - start) / 1000;
    total += seconds;
    const figures = `${String(cases).padStart(3)} cases ${String(elements).padStart(10)} elements ${seconds.toFixed(1).padStart(6)} s`;
    console.log(`${law.id.padEnd(20)} ${status.padEnd(6)} ${figures}`);
  }
  console.log(`${kernel.card.name}, the chapter: ${total.toFixed(0)} s`);
}

const [what = 'all'] = process.argv.slice(2);
if (what === 'memory') await memory();
else if (what !== 'all') await time(what === 'plain' ? plain() : builtins[what]!);
else
  for (const row of ['memory', 'plain']) {
    const child = spawn(process.execPath, [fileURLToPath(import.meta.url), row], { stdio: 'inherit' });
    await new Promise((resolve) => child.on('exit', resolve));
  }
