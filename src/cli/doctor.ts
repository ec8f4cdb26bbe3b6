import { hang, margin, wrap } from '../report/lines.js';
import { visible } from '../report/visible.js';
import { dialect } from '../run/dialect.js';
import { UsageError } from '../run/usage.js';
import { suite } from '../suite.js';
import { type Target, TargetError } from '../target/target.js';
import { type Card, writeCard } from '../wire/protocol.js';
import type { Blob } from '../wire/safetensors.js';
import type { Arguments } from './arguments.js';
import { compared, exchanged, listed } from './bytes.js';
import { mend } from './mend.js';
import type { Screen } from './screen.js';
import { smoke } from './smoke.js';
import { named, openNamed, specification } from './target.js';

/** Prints a labelled part of the examination. */
type Tell = (label: string, lines: readonly string[]) => void;

/** What is wrong with a target, and its last words. */
interface Fault {
  readonly says: string;
  readonly words: string;
}

/** `bnspec doctor TARGET`: hello, the card, one smoke case with the bytes both ways, what is wrong and how to mend it. */
export async function doctor(given: Arguments, screen: Screen): Promise<number> {
  const name = named(given);
  if (name === null) throw new UsageError('doctor needs a target: bnspec doctor ./adapter.py');
  const target = await openNamed(name, given.settings);
  const tell: Tell = (label, lines) => {
    const cut = lines.flatMap((line) => wrap(line, screen.width - margin));
    screen.out(`${hang(label, cut).join('\n')}\n`);
  };
  const fault = await examine(target, tell).finally(() => target.close());
  for (const warning of target.warnings ?? []) tell('WARNS', [visible(warning)]);
  if (fault === null) {
    screen.out(
      `exit 0: hello and one case were answered in form; bnspec run ${name.map(visible).join(' ')} judges it\n`,
    );
    return 0;
  }
  tell('WRONG', [
    visible(fault.says),
    ...fault.words.split('\n').flatMap((line) => (line === '' ? [] : `| ${visible(line)}`)),
  ]);
  tell('MEND', [mend(fault.says, fault.words)]);
  screen.out('exit 3: nothing may be concluded: it does not answer in form\n');
  return 3;
}

/** The dialect of one question to a target that names none. */
const assumed = 'torch';

async function examine(target: Target, tell: Tell): Promise<Fault | null> {
  try {
    const card = await target.hello();
    tell('HELLO', [visible(target.id), ...described(card)]);
    const { profile: said } = card;
    if (said === undefined)
      tell('PROFILE', [`none on the card: asked as ${assumed}; bnspec run tells by questions which it is`]);
    else dialect(card, said, suite.profiles);
    const spoken = said ?? assumed;
    const request = smoke(card, suite.profiles[spoken]);
    if (request === null)
      return { says: 'the card lacks ops, dtypes, layouts or ranks that could be asked', words: '' };
    tell('ASKED', exchanged(request));
    const reply = await target.ask(request);
    if (reply.status === 'breaks') return { says: reply.reason, words: reply.detail ?? '' };
    if (reply.status !== 'ok')
      return { says: `it answered ${reply.status}: ${reply.message}`, words: target.log?.() ?? '' };
    tell('ANSWER', ['as it was read:', ...listed(reply.tensors)]);
    tell('EXACT', compared(reply.tensors, await exact(request, spoken)));
    return null;
  } catch (error) {
    if (error instanceof UsageError) {
      const [says = '', ...words] = error.message.split('\n');
      return { says, words: words.join('\n') };
    }
    if (error instanceof TargetError && error.kind !== 'usage') return { says: error.message, words: error.detail };
    throw error;
  }
}

/** The card key by key; keys that nobody knows are ignored, and said to be. */
function described(card: Card): string[] {
  const ignored = (key: string) => (Object.hasOwn(card.unknown, key) ? '   (unknown to this version, ignored)' : '');
  return Object.entries(writeCard(card)).map(
    ([key, value]) => `${visible(key).padEnd(13)} ${visible(value)}${ignored(key)}`,
  );
}

/** The outputs that the specification gives to the same request. */
async function exact(request: Blob, dialect: string) {
  const reply = await specification(dialect).ask(request);
  if (reply.status !== 'ok')
    throw new Error(`the specification did not answer: ${'reason' in reply ? reply.reason : reply.message}`);
  return reply.tensors;
}
