import { describe, expect, test } from 'vitest';
import type { ProcessOptions } from '../src/target/process-options.js';
import { left, suspect } from './fixtures/suspects.js';

/** Card and greeting: the run ends here, incomplete. */
const mute: readonly (readonly [number, string, RegExp, string, ProcessOptions])[] = [
  [2, 'ends before hello', /^no hello from ends before hello: ended without a reply, code 0$/, 'no CUDA#x1B[0m', {}],
  [11, 'prints before hello', /: something printed to stdout: "loading model weights/, '', {}],
  [7, 'silent', /: no reply within 0.6 s$/, '', { helloTimeout: 600 }],
  [41, 'cardless', /: the card lacks name; it must have name, ops, dtypes$/, '', {}],
  [42, 'bad card', /: the card says layouts = "nchw#x1B"; allowed is one of channels_first channels_last$/, '', {}],
  [0, 'refusing', /: it answered status error no device$/, '', {}],
];

describe.concurrent('hello', () => {
  test.each(mute)('case %i, %s: no hello', async (_, fault, message, detail, options) => {
    const { target, tag } = suspect(fault, options);
    const error = { name: 'TargetError', kind: 'hello', message: expect.stringMatching(message), detail };
    await expect(target.hello()).rejects.toMatchObject(error);
    await target.close();
    expect(left(tag)).toEqual([]);
  });

  test('case 41: an empty card is a card, with nothing to ask', async () => {
    const { target } = suspect('empty card');
    expect(await target.hello()).toMatchObject({ ops: [], dtypes: [] });
    await target.close();
  });

  test('case 42: texts on the card are visible and short', async () => {
    const { target } = suspect('nasty card');
    const card = await target.hello();
    expect(card).toMatchObject({ name: '#x1B]0;owned#x7#x202Egnp', unknown: { colour: '#xD' } });
    expect(card.version).toHaveLength(2048 + ' … (97952 more characters)'.length);
    await target.close();
  });
});
