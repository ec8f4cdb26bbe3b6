import { writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { bnspec } from './cli.process.js';
import { readme, shown, textOf, timeless } from './readme.js';

/** With README=write the blocks are written anew: `README=write npx vitest run test/readme.test.ts`. */
const rewriting = process.env.README === 'write';

describe('the README', () => {
  const blocks = shown(textOf(readme));

  it('shows a run that passes and one that fails', () => {
    expect(blocks.map(({ printed }) => /^exit (\d):/m.exec(printed)?.[1])).toEqual(['0', '1']);
  });

  it.each(blocks)('$command prints what is shown', async ({ command, printed }) => {
    const [, ...argv] = command.replace(/^npx /, '').split(' ');
    const { out } = await bnspec(argv);
    if (rewriting) {
      const text = textOf(readme);
      writeFileSync(readme, text.replace(`$ ${command}\n${printed}`, `$ ${command}\n${out.trim()}\n`));
    } else expect(timeless(out)).toBe(timeless(printed));
  });

  it('names scripts that there are', () => {
    const { scripts } = JSON.parse(textOf(readme.replace('README.md', 'package.json'))) as {
      scripts: Record<string, string>;
    };
    const named = [
      ...textOf(readme).matchAll(
        /npm (?:run )?(start|test|typecheck|lint|bench|common-checks|false-alarms|theorems|claims|book|docs)\b/g,
      ),
    ].map(([, name]) => name!);
    expect(named.length).toBeGreaterThan(5);
    for (const name of named) expect(Object.keys(scripts)).toContain(name);
  });
});
