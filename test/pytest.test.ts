import { execFile } from 'node:child_process';
import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { cli, fixture, folder } from './cli.process.js';
import { root } from './house.modules.js';

const python = process.env.BNSPEC_PYTHON!;

/** What pytest says of a file that asks for the laws of a target. */
async function tested(target: string, filters: readonly string[], options: readonly string[] = ['--cases', '4']) {
  const cwd = folder();
  for (const name of ['bnspec.py', 'bnspec_pytest.py', 'plain.mjs'])
    cpSync(join(root, 'targets', name), join(cwd, name));
  cpSync(fixture('cli-liar.mjs'), join(cwd, 'liar.mjs'));
  const how = `command=${list([process.execPath, cli])}, filters=${list(filters)}, options=${list(options)}`;
  writeFileSync(join(cwd, 'test_kernel.py'), `import bnspec\ntest_conforms = bnspec.pytest("${target}", ${how})\n`);
  return new Promise<{ code: number; out: string }>((resolve) => {
    execFile(python, ['-m', 'pytest', '-v', '-rs', '-p', 'no:cacheprovider'], { cwd }, (error, out, err) =>
      resolve({ code: Number(error?.code ?? 0), out: out + err }),
    );
  });
}

const list = (items: readonly string[]): string => `[${items.map((item) => JSON.stringify(item)).join(', ')}]`;

describe('bnspec.pytest', () => {
  test('makes every law a test of its name; refused ones are skipped', async () => {
    const { code, out } = await tested('./plain.mjs', ['--laws', 'inference.*,fold.*']);
    expect(code, out).toBe(0);
    expect(out).toMatch(/test_conforms\[inference\.output\] PASSED/);
    expect(out).toMatch(/test_conforms\[verdict\] PASSED/);
    expect(out).toMatch(/test_conforms\[fold\.\S+\] SKIPPED/);
    expect(out).not.toMatch(/FAILED/);
  });

  test('shows what a wrong kernel did, and fails the verdict too', async () => {
    const { code, out } = await tested('./liar.mjs', ['--laws', 'inference.output']);
    expect(code).toBe(1);
    expect(out).toMatch(/fails\nThe output is normalized[\s\S]*left 0\nright [\s\S]*again: bnspec replay/);
    expect(out).toMatch(/exit 1: does not conform/);
    expect(out).toMatch(/2 failed/);
  });

  test('fails every law of a target that is not there, and passes none in silence', async () => {
    const { code, out } = await tested('./nobody.mjs', ['--laws', 'inference.output,inference.center']);
    expect(code).toBe(1);
    expect(out).toMatch(/it was not asked: bnspec: there is no file \.\/nobody\.mjs/);
    expect(out).toMatch(/3 failed/);
    const slip = await tested('./plain.mjs', ['--laws', 'inference.outptu']);
    expect(slip.out).toMatch(/unknown law 'inference\.outptu' - did you mean inference\.output/);
  });

  test('without a target does not judge ours in its place', async () => {
    const { code, out } = await tested('', ['--laws', 'inference.output']);
    expect(code).not.toBe(0);
    expect(out).toContain('no target: bnspec.pytest(');
  });
});
