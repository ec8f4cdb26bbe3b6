// Runs the reproductions of docs/findings: each in the implementation's own language, without an adapter or a file of bnspec's.
//
//   node docs/confirm/findings.mjs [NAME]             compares what they print with what stands beneath them
//   node docs/confirm/findings.mjs --write [NAME]     writes it there anew
//
// The word after the language names the interpreter; one that is not installed is said to be left out. `chromium` is a page in one
// (docs/confirm/page.mjs; BNSPEC_CHROMIUM names another). The exact values stand in docs/confirm/exact.py, by other means.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = new URL('../findings/', import.meta.url);
const words = process.argv.slice(2);
const writing = words.includes('--write');
const only = words.filter((word) => word !== '--write');
const block = /```(python|js) (\S+)\n([\s\S]*?)```\n\n```text\n([\s\S]*?)```/;
const page = fileURLToPath(new URL('page.mjs', import.meta.url));
const browser = process.env.BNSPEC_CHROMIUM ?? 'chromium';
const browses = spawnSync(browser, ['--version'], { stdio: 'ignore' }).status === 0;
// No device but the processor, and no banner.
const env = { ...process.env, CUDA_VISIBLE_DEVICES: '', JAX_PLATFORMS: 'cpu', TF_CPP_MIN_LOG_LEVEL: '3' };
let wrong = 0;

for (const file of readdirSync(folder).filter((name) => name.endsWith('.md') && name !== 'README.md')) {
  const name = file.slice(0, -3);
  if (only.length > 0 && !only.includes(name)) continue;
  const place = new URL(file, folder);
  const text = readFileSync(place, 'utf8');
  const [whole, language, interpreter, code, printed] = block.exec(text) ?? [];
  if (whole === undefined) continue;
  const paged = interpreter === 'chromium';
  const command = language === 'js' ? process.execPath : `${root}${interpreter}`;
  if (paged ? !browses : !existsSync(command)) {
    console.log(name.padEnd(36), `left out: no ${interpreter}`);
    continue;
  }
  const inNode = paged ? [page, browser, `${root}node_modules`, code] : ['--input-type=module', '-e', code];
  const argv = language === 'js' ? inNode : ['-W', 'ignore', '-c', code];
  const { stdout, stderr, status } = spawnSync(command, argv, { cwd: root, env, encoding: 'utf8' });
  if (status !== 0) console.log(stderr);
  if (writing && status === 0)
    writeFileSync(
      place,
      text.replace(whole, () => whole.replace(/```text\n[\s\S]*$/, () => `\`\`\`text\n${stdout}\`\`\``)),
    );
  const same = status === 0 && (writing || stdout === printed);
  if (!same) wrong += 1;
  console.log(name.padEnd(36), same ? 'as it says' : `DIFFERS\n${stdout}`);
}
process.exitCode = wrong > 0 ? 1 : 0;
