// Prints what a module prints in a page of a headless Chromium: for the reproductions in a browser, without a file of bnspec's.
//
//   node docs/confirm/page.mjs CHROMIUM NODE_MODULES 'console.log(navigator.userAgent)'
//
// Paths that it imports begin at node_modules. SwiftShader computes, whatever GPU there is.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';

const [chromium, modules, code] = process.argv.slice(2);
const profile = mkdtempSync(join(tmpdir(), 'bnspec-page-'));
const types = { '.mjs': 'text/javascript', '.wasm': 'application/wasm' };
const page = `<!doctype html><script type="module">
const post = (path, text) => fetch(path, { method: 'POST', body: text });
const show = (value) => (typeof value === 'string' ? value : '[' + Array.from(value).join(', ') + ']');
const lines = [];
console.log = (...values) => lines.push(values.map(show).join(' '));
import('/code.mjs').then(() => post('/done', lines.join('\\n') + '\\n'), (error) => post('/failed', String(error.stack ?? error)));
</script>`;

let browser;
function end(status, text) {
  (status === 0 ? process.stdout : process.stderr).write(text);
  process.exitCode = status;
  server.closeAllConnections();
  server.close();
  clearTimeout(patience);
  browser.on('close', () => rmSync(profile, { recursive: true, force: true }));
  process.kill(-browser.pid, 'SIGKILL'); // with all its processes: none writes to the profile any more
}

const server = createServer((request, response) => {
  const { pathname } = new URL(request.url, 'http://page');
  const send = (type, body) => response.writeHead(200, { 'content-type': type }).end(body);
  if (request.method === 'POST') {
    let text = '';
    request.on('data', (part) => {
      text += part;
    });
    request.on('end', () => end(pathname === '/done' ? 0 : 1, text));
  } else if (pathname === '/') send('text/html', page);
  else if (pathname === '/code.mjs') send('text/javascript', code);
  else
    try {
      send(types[extname(pathname)] ?? 'text/plain', readFileSync(join(modules, pathname)));
    } catch {
      response.writeHead(404).end();
    }
});
const patience = setTimeout(() => end(1, 'the page said nothing for two minutes\n'), 120_000);
server.listen(0, '127.0.0.1', () => {
  const root = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const gpu = ['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader', '--enable-unsafe-swiftshader'];
  const flags = ['--headless=new', '--no-first-run', `--user-data-dir=${profile}`, ...root, ...gpu];
  browser = spawn(chromium, [...flags, `http://127.0.0.1:${server.address().port}/`], {
    stdio: 'ignore',
    detached: true,
  });
});
