import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { chromium } from './src/target/browser/command.js';

/** What runs Python adapters: what the caller names, what targets/install.sh made, or python3. */
const installed = fileURLToPath(new URL('.venv/bin/python', import.meta.url));
const python = process.env.BNSPEC_PYTHON ?? (existsSync(installed) ? installed : 'python3');

/** Tests that need a Python library, by that library. Without it they are left out, said aloud; never in CI. */
const needing = {
  numpy: [
    'test/target.python.test.ts',
    'test/target.adapters.test.ts',
    'test/docs.adapters.test.ts',
    'test/cli.offline.test.ts',
  ],
  pytest: ['test/pytest.test.ts'],
  torch: ['test/implementations.torch.test.ts'],
};
const lacking = Object.keys(needing).filter(
  (library) => spawnSync(python, ['-c', `import ${library}`], { stdio: 'ignore' }).status !== 0,
);
const left = lacking.map((library) => ({
  files: needing[library as keyof typeof needing],
  says: `${python} has no ${library}; sh targets/install.sh installs it`,
}));
/** Tests of pages need a browser. */
if (!browserThere())
  left.push({
    files: [
      ...['test/target.browser.test.ts', 'test/target.browser.run.test.ts', 'test/implementations.browser.test.ts'],
      ...['test/report.html.browser.test.ts', 'test/report.site.browser.test.ts', 'test/book.browser.test.ts'],
    ],
    says: 'there is no Chromium; sh targets/install-chromium.sh installs it',
  });
for (const { files, says } of left) {
  if (process.env.CI) throw new Error(says);
  console.warn(`${says}: ${files.join(' ')} left out`);
}

function browserThere(): boolean {
  try {
    return chromium() !== '';
  } catch {
    return false;
  }
}

export default defineConfig({
  test: {
    globalSetup: ['test/build.ts'],
    include: ['test/**/*.test.ts'],
    exclude: left.flatMap(({ files }) => files),
    // What is tested prints for us, not for the service that runs the tests.
    env: { BNSPEC_PYTHON: python, GITHUB_ACTIONS: '' },
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
