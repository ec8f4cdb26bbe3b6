import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** What runs Python adapters: what the caller names, what targets/install.sh made, or python3. */
const installed = fileURLToPath(new URL('.venv/bin/python', import.meta.url));
const python = process.env.BNSPEC_PYTHON ?? (existsSync(installed) ? installed : 'python3');

export default defineConfig({
  test: {
    globalSetup: ['test/build.ts'],
    include: ['test/**/*.test.ts'],
    env: { BNSPEC_PYTHON: python },
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
