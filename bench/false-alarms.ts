import { builtins } from '../src/builtin/catalogue.js';
import { check, lawOf } from '../src/run/check.js';
import { dialect } from '../src/run/dialect.js';
import { Log } from '../src/run/log.js';
import type { Tier } from '../src/run/report.js';
import { refusal, terms } from '../src/run/select.js';
import { subject } from '../src/run/subject.js';
import { suite } from '../src/suite.js';
import { local } from '../src/target/local.js';

/**
 * Right kernels under every law, many cases each: whatever is refuted here is a false alarm. Prints the count.
 * Arguments: cases per law (2000), seed (1), kernels (all).
 */
const [cases = '2000', seed = '1', ...names] = process.argv.slice(2);

/** The tier that each right kernel must hold: the textbook's word on its algorithm. */
const tierOf = (name: string): Tier => (name === 'one-pass' || name === 'sequential' ? 'semantic' : 'stable');

const total = { cases: 0, elements: 0, alarms: 0 };
for (const name of names.length > 0 ? names : Object.keys(builtins)) {
  const target = local(name, builtins[name]!);
  const card = await target.hello();
  const judged = subject(card, dialect(card, undefined, suite.profiles).profile, suite.spec);
  const asked = terms(judged, card.dtypes, card.layouts);
  const own = { laws: 0, cases: 0, elements: 0, alarms: 0 };
  for (const property of suite.laws) {
    if (refusal(property, judged, asked) !== null) continue;
    const counted = await check(property, lawOf(property, judged)!, {
      ...{ target, subject: judged, terms: asked, required: tierOf(name), log: new Log() },
      ...{ seed: Number(seed), cases: Number(cases), signal: new AbortController().signal },
    });
    own.laws += 1;
    own.cases += counted.cases;
    own.elements += counted.elements;
    if (counted.status === 'holds') continue;
    own.alarms += 1;
    console.log(
      `  ${name}   ${property.id}   ${counted.status}   ${counted.message ?? JSON.stringify(counted.refuted?.refutation)}`,
    );
  }
  console.log(
    `${name.padEnd(12)} ${tierOf(name).padEnd(9)} ${own.laws} laws   ${own.cases} cases   ${own.elements} elements   ${own.alarms} false alarms`,
  );
  total.cases += own.cases;
  total.elements += own.elements;
  total.alarms += own.alarms;
}
console.log(`in all: ${total.cases} cases, ${total.elements} elements, ${total.alarms} false alarms`);
process.exitCode = total.alarms === 0 ? 0 : 1;
