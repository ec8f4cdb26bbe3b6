import type { Reply } from '../target/target.js';

/** Whether the target still talks: a reply that is out of form is one, silence and a crash are none. */
export const inForm = (reply: Reply): boolean => reply.status !== 'breaks' || / expected .*, got /.test(reply.reason);

/**
 * How a question was not answered: by an error, or out of form in such a way. Null where it was answered, and where the
 * target did not live to do so, which no published mistake is about.
 */
export function failure(reply: Reply): string | null {
  if (reply.status === 'error') return 'error';
  return reply.status === 'breaks' && inForm(reply) ? unnumbered(reply.reason) : null;
}

/** What went wrong, whatever its numbers. */
export const unnumbered = (message: string): string => message.replace(/\d+/g, '#');
