import type { Reply } from '../target/target.js';
import { Unanswered } from './asker.js';
import type { CheckOptions, Law } from './check.js';
import { type Attempt, Elsewhere } from './coming.js';
import type { Entry, Journal } from './journal.js';
import { type CaseJudgement, judgePut, type Put, rising } from './judge-case.js';
import { lookedAt } from './log.js';
import { recorded, within } from './recorded.js';
import type { Tier } from './report.js';
import { Unfit } from './unfit.js';

/** Tensors of so many bytes are left out of an answer that nobody compares. */
const large = 2 ** 20;

/** Writes a case into the journal, if it does not stand there. */
export function keep(
  { spot, drawn, came, replies }: Attempt,
  judged: CaseJudgement | null,
  { journal, required }: { readonly journal?: Journal | undefined; readonly required: Tier },
): void {
  if (!journal || !replies || came instanceof Elsewhere) return;
  journal.write(spot, drawn, kept({ spot, drawn, came, replies, judged }, required));
}

/**
 * What the journal keeps of a case. Its answers only where somebody looks at them afterwards: those of the first cases of
 * a law, of one that refutes it at the required tier, and of steps from there. Of large layers nobody ever does.
 */
function kept(
  {
    spot,
    drawn,
    came,
    replies,
    judged,
  }: Pick<Attempt, 'spot' | 'drawn' | 'came'> & {
    readonly replies: readonly Reply[];
    readonly judged: CaseJudgement | null;
  },
  required: Tier,
): Entry {
  const unfit = came instanceof Unfit ? ({ unfit: true } as const) : {};
  const early = spot.kind === 'step' || spot.at < lookedAt;
  const demanded = rising.slice(0, rising.indexOf(required) + 1);
  const refuted = demanded.some((tier) => judged?.byTier.get(tier)?.refuted);
  const looked = !drawn.layer.column && (early || refuted);
  const shown = came instanceof Unanswered || looked ? replies.map(drawn.layer.column ? bare : whole) : null;
  return { replies: shown, judged: judged && recorded(judged), ...unfit };
}

const whole = (reply: Reply): Reply => reply;

/** A reply whose large tensors are empty: what failed was a later one. */
function bare(reply: Reply): Reply {
  if (reply.status !== 'ok') return reply;
  const cut = [...reply.tensors].map(
    ([name, tensor]) => [name, tensor.data.length > large ? { ...tensor, data: new Uint8Array(0) } : tensor] as const,
  );
  return { ...reply, tensors: new Map(cut) };
}

/** What a case that was answered comes to; the journal may know. */
export function judgedOf(
  { property, parts, count }: Law,
  { drawn, came, known }: Attempt,
  options: CheckOptions,
): CaseJudgement {
  const { required, journal } = options;
  if (known) return within(known, drawn, count.open(), required);
  return judgePut(property, parts, came as Put, count.open(), journal && journal.part.of > 1 ? required : null);
}
