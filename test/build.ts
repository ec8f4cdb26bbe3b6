import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Builds `dist`, once before all tests: the command line and module targets run from there, as a user's do. */
export default function build(): void {
  const at = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url));
  execFileSync(process.execPath, [at('node_modules/typescript/bin/tsc'), '-p', at('tsconfig.build.json')], {
    stdio: 'inherit',
  });
}
