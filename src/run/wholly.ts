import type { Target } from '../target/target.js';
import { type FullAsker, Unanswered } from './asker.js';

/**
 * Asks a whole case. A target that dies in the midst of a sequence has forgotten its layers: all of it is asked once
 * more, since no step means anything without those before it.
 */
export async function wholly<T>(
  ask: () => Promise<T>,
  { close }: FullAsker,
  { warnings }: Target,
  law: string,
): Promise<T> {
  try {
    return await ask();
  } catch (cause) {
    if (!(cause instanceof Unanswered && cause.lost)) throw cause;
    const answers = await ask();
    warnings?.push(`unstable: ${law}: ${cause.message}; its sequence, asked again after a restart, was answered`);
    return answers;
  } finally {
    await close();
  }
}
