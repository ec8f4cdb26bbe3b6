import type { Chapter } from '../src/formula/chapter.js';

/**
 * The weight of the new batch, `alpha`: one formula for each way frameworks average. `momentum` is what the caller
 * sends, `count` how many batches there were before. Frameworks that keep an unfinished sum and finish it where it is
 * read follow from `debias`. Haiku and Sonnet start h at 0, set h' = k h + (1 - k) v and read h / (1 - k^n); Caffe sets
 * S' = k S + v, s' = k s + 1 and reads S / s, where s = (1 - k^n) / (1 - k). With A the average that was read after
 * n batches both read (k (1 - k^n) A + (1 - k) v) / (1 - k^(n + 1)) next: v weighs (1 - k) / (1 - k^(n + 1)), A the rest.
 */
export const averages = {
  take: { is: 'momentum', says: 'Momentum is the weight of the new batch.' },
  keep: { is: '1 - momentum', says: 'Momentum is the weight of the old value.' },
  cumulative: { is: '1 / (count + 1)', says: 'All batches weigh the same; there is no momentum.' },
  debias: {
    is: '(1 - momentum) / (1 - momentum^(count + 1))',
    says: 'Momentum is the weight of the old value, in a sum that is divided by its weights when it is read.',
  },
  copy: {
    is: 'count == 0 ? 1 : 1 - momentum',
    says: 'The first batch is copied; from then on momentum is the weight of the old value.',
  },
} as const satisfies Chapter;
