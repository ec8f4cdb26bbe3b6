import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Browser } from '../test/fixtures/browsing.js';

/**
 * How large the page of a default run is, and how long a Chromium takes until all of it is there: `bench:page [TARGET]…`. The first
 * visit also starts the browser, and is left out.
 */
const targets = process.argv.length > 2 ? process.argv.slice(2) : ['builtin:two-pass'];
const cli = fileURLToPath(new URL('../src/cli.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'bnspec-page-'));
const browser = new Browser();
try {
  for (const target of targets) {
    const file = join(folder, 'report.html');
    spawnSync(process.execPath, [cli, 'run', target, '--out', folder, '--reporter', `html=${file}`], {
      stdio: 'ignore',
    });
    const times: number[] = [];
    for (let round = 0; round < 6; round += 1) {
      const page = await browser.visit(pathToFileURL(file).href);
      times.push(await page.evaluate("performance.getEntriesByType('navigation')[0].loadEventEnd"));
    }
    const [, ...warm] = times.map(Math.round);
    console.log(
      `${target}: ${Math.round(statSync(file).size / 1024)} KiB, loaded in ${warm.sort((a, b) => a - b).join(' ')} ms`,
    );
  }
} finally {
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
}
