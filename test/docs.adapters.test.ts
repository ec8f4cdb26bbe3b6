import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { bnspec, folder } from './cli.process.js';
import { file } from './house.modules.js';

const blocks = [...file('docs/adapters.md').text.matchAll(/^```\w+\n(?:\/\/|#) (adapter\.\w+)\n((?:.*\n)*?)```$/gm)];

test('the document shows an adapter in Python and one in JavaScript', () => {
  expect(blocks.map(([, name]) => name)).toEqual(['adapter.py', 'adapter.mjs']);
});

test.each(blocks.map(([, name, text]) => [name!, text!]))('its %s conforms as it stands', async (name, text) => {
  const cwd = folder();
  writeFileSync(join(cwd, name), text);
  const { out, last } = await bnspec(['run', `./${name}`, '--effort', 'quick'], { cwd });
  expect(last, out).toMatch(
    /^exit 0: conforms \((?:stable|faithful|exact)\) for infer; train, grad, infer_grad, grad_grad, sync_train, sync_grad, fold, layer, steps refused$/,
  );
});
