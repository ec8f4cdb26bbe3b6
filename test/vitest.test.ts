import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { fixture, folder } from './cli.process.js';
import { root } from './house.modules.js';

interface Assertion {
  readonly title: string;
  readonly status: 'passed' | 'failed' | 'skipped' | 'pending';
  readonly failureMessages: readonly string[];
}

/** What vitest says of a test file in a project of somebody's own, where bnspec is installed. */
async function tested(text: string): Promise<{ code: number; tests: readonly Assertion[]; out: string }> {
  const cwd = folder();
  mkdirSync(join(cwd, 'node_modules'));
  symlinkSync(root, join(cwd, 'node_modules/bnspec'));
  symlinkSync(join(root, 'node_modules/vitest'), join(cwd, 'node_modules/vitest'));
  cpSync(fixture('cli-liar.mjs'), join(cwd, 'liar.mjs'));
  cpSync(join(root, 'targets/plain.mjs'), join(cwd, 'plain.mjs'));
  writeFileSync(
    join(cwd, 'slip.mjs'),
    `import { card as right } from './plain.mjs';\nexport * from './plain.mjs';\nexport const card = { ...right, layout: 'channels_first' };\n`,
  );
  writeFileSync(join(cwd, 'package.json'), '{"type": "module"}');
  writeFileSync(join(cwd, 'kernel.test.mjs'), text);
  const argv = [join(root, 'node_modules/vitest/vitest.mjs'), 'run', '--reporter=json', '--outputFile=result.json'];
  const { CI: _, VITEST: _1, ...env } = process.env;
  const [code, out] = await new Promise<[number, string]>((resolve) => {
    execFile(process.execPath, argv, { cwd, env }, (error, stdout, stderr) =>
      resolve([Number(error?.code ?? 0), stdout + stderr]),
    );
  });
  type File = { readonly message: string; readonly assertionResults: readonly Assertion[] };
  const files: File[] = JSON.parse(readFileSync(join(cwd, 'result.json'), 'utf8')).testResults;
  const said = files.map(({ message }) => message).join('\n');
  return { code, tests: files.flatMap(({ assertionResults }) => assertionResults), out: `${out}${said}` };
}

const file = (target: string, options: string) =>
  `import { conforms } from 'bnspec/vitest';\nconforms(${JSON.stringify(target)}, ${options});\n`;

describe('conforms', () => {
  test('makes every law a test of its name; refused ones are skipped', async () => {
    const { code, tests, out } = await tested(file('./plain.mjs', `{ laws: ['inference.*', 'fold.*'], cases: 4 }`));
    expect(code, out).toBe(0);
    const by = (status: string) => tests.filter((one) => one.status === status).map(({ title }) => title);
    expect(by('passed')).toContain(
      'inference.output: The output is normalized by the running statistics, scaled and shifted',
    );
    expect(by('passed')).toContain('verdict');
    expect(by('skipped').some((title) => title.startsWith('fold.'))).toBe(true);
    expect(by('failed')).toEqual([]);
  });

  test('shows what a wrong kernel did, and fails the verdict too', async () => {
    const { code, tests } = await tested(file('./liar.mjs', `{ laws: ['inference.output'], cases: 4 }`));
    expect(code).toBe(1);
    expect(tests.map(({ status }) => status)).toEqual(['failed', 'failed']);
    expect(tests[0]!.failureMessages.join()).toMatch(/FAILS {4}inference\.output[\s\S]*left 0\s[\s\S]*AGAIN {4}bnspec/);
    expect(tests[1]!.failureMessages.join()).toMatch(/exit 1: does not conform/);
  });

  test('fails every test of a target that never says hello, and names a slip in an option at once', async () => {
    const silent = await tested(file('./package.json.mjs', '{}'));
    expect(silent.code).toBe(1);
    const slip = await tested(file('./plain.mjs', `{ laws: ['inference.outptu'] }`));
    expect(slip.code).toBe(1);
    expect(slip.out).toContain("unknown law 'inference.outptu' - did you mean inference.output?");
  });

  test.each([
    [`{ require: 'Stable' }`, "unknown tier 'Stable' - did you mean stable?"],
    [`{ effort: 'qick' }`, "unknown effort 'qick' - did you mean quick?"],
    [`{ dtypes: ['f64'] }`, "unknown option in conforms: 'dtypes' - did you mean dtype?"],
  ])('%s is a slip: a wrong kernel does not pass by it', async (options, says) => {
    const { code, out } = await tested(file('./liar.mjs', options));
    expect(code).toBe(1);
    expect(out).toContain(says);
  });

  test('strict: what a run warns of fails the verdict', async () => {
    const laws = `laws: ['inference.output'], cases: 4`;
    expect((await tested(file('./slip.mjs', `{ ${laws} }`))).code).toBe(0);
    const { code, tests } = await tested(file('./slip.mjs', `{ ${laws}, strict: true }`));
    expect(code).toBe(1);
    expect(tests.at(-1)!.failureMessages.join()).toContain('does not conform (--strict, and 1 warned of)');
  });
});
