import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openTarget } from '../src/target/open.js';
import type { Reply } from '../src/target/target.js';
import { ok, trial } from './fixtures/adapters.js';
import { folder, training } from './fixtures/suspects.js';

const module_ = (body: string) => `
export const card = { name: 'trial', dtypes: ['f32'] };
export async function train({ x }) { ${body} }
`;

describe('a JavaScript module', () => {
  const y = '{ y: x.data }';

  test.each([
    ['prints', `console.log('hello'); process.stdout.write('bare'); return ${y};`],
    ['prints below Node', `(await import('node:fs')).writeSync(1, 'native'); return ${y};`],
  ])('that %s answers', async (_, body) => {
    const { reply } = await trial('a.mjs', module_(body));
    expect(ok(reply as Reply).get('y')).toEqual(training().tensors.get('x'));
  });

  test.each([
    ['patches the language', `Array.prototype.join = () => '{'; return ${y};`, { status: 'breaks' }],
    ['exits', 'process.exit(0)', { status: 'breaks', reason: 'ended without a reply, code 0' }],
    ['throws', 'throw new Error("no device")', { status: 'error', message: 'no device' }],
    [
      'fails out of turn',
      'setTimeout(() => { throw new Error("late") }, 1); await new Promise(() => {})',
      { status: 'breaks', reason: 'ended without a reply, code 1', detail: expect.stringMatching(/Error: late/) },
    ],
  ])('that %s', async (_, body, expected) => {
    expect((await trial('a.mjs', module_(body))).reply).toMatchObject(expected);
    expect([1, 2].join()).toBe('1,2');
  });

  test('that keeps a timer running ends with its last question', async () => {
    const { reply, warnings } = await trial('a.mjs', `${module_(`return ${y};`)}\nsetInterval(() => {}, 1000);`);
    expect(reply).toMatchObject({ status: 'ok' });
    expect(warnings).toEqual([]);
  });

  test('may export a kernel as its default, also from CommonJS', async () => {
    const text = `const train = ({ x }) => (${y});\nconst card = { name: 'd', dtypes: 'f32' };\n`;
    expect((await trial('a.mjs', `${text} export default { card, train };`)).reply).toMatchObject({ status: 'ok' });
    expect((await trial('a.cjs', `${text} module.exports = { card, train };`)).reply).toMatchObject({ status: 'ok' });
  });

  test.each([
    ['has no card', 'export const train = () => {};', /exports no card/],
    ['does not parse', 'export const', /SyntaxError/],
  ])('that %s: no hello, and why', async (_, text, detail) => {
    const { reply } = await trial('a.mjs', text);
    expect(reply).toMatchObject({ kind: 'hello', detail: expect.stringMatching(detail) });
  });

  test('in TypeScript runs where Node can run it, and is refused with the cure elsewhere', async () => {
    const path = join(folder(), 'a.ts');
    writeFileSync(path, module_(`return ${y};`).replace('{ x }', '{ x }: { x: { data: Float32Array } }'));
    const native = (process.features as { typescript?: unknown }).typescript;
    if (native) {
      const target = await openTarget(path);
      expect(await target.ask(training())).toMatchObject({ status: 'ok' });
      await target.close();
    } else {
      const message = expect.stringMatching(/a\.ts is TypeScript: Node 22\.18 and later run it as it is, this is \d/);
      await expect(openTarget(path)).rejects.toMatchObject({ kind: 'usage', message });
    }
  });
});
