import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream, readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { relative, sep } from 'node:path';
import type { Readable } from 'node:stream';
import { fileFor, type Served, servedFor, typeOf } from './files.js';
import { importMap } from './packages.js';

/** What the page does, seen from the server. */
export interface Events {
  /** It has asked for requests: it serves a kernel. */
  connected(): void;
  reply(bytes: Uint8Array): void;
  /** It says itself that it cannot go on. */
  stopped(why: string): void;
  /** It no longer listens for requests. */
  left(): void;
  /** It asked for what is not there. */
  missed(path: string): void;
}

export interface Server {
  /** Of the page to open. */
  readonly url: string;
  /** Without it nothing is served, to whoever else is on this machine. */
  readonly cookie: { readonly name: string; readonly value: string };
}

const headers = {
  'Cache-Control': 'no-store',
  // With these two a page may have threads and exact clocks.
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'credentialless',
};

const script = `globalThis.bnspec = {
  serve: (kernel) => import('/bnspec/src/target/browser/page.js').then((page) => page.serve(kernel)),
  load: (path) => import('/bnspec/src/target/browser/page.js').then((page) => page.load(path)),
  stop: (why) => fetch('/bnspec/stop', { method: 'POST', body: String(why) }),
};
`;

/** Serves an adapter, and what it imports, on a free port of this machine alone. `requests` is streamed to its page. */
export async function serve(adapter: string, requests: Readable, events: Events): Promise<Server> {
  const served = servedFor(adapter);
  const token = randomBytes(24).toString('base64url');
  const path = `/${relative(served.root, adapter).split(sep).map(encodeURIComponent).join('/')}`;
  const page = typeOf(adapter).startsWith('text/html') ? path : '/bnspec/page';
  const map = () => `<script type="importmap">${JSON.stringify(importMap(served.packages))}</script>`;
  const texts: Record<string, () => [type: string, text: string]> = {
    '/bnspec.js': () => ['text/javascript', script],
    '/bnspec/page': () => ['text/html; charset=utf-8', `<!doctype html><title>bnspec</title>${map()}${loads(path)}`],
    // A page that says itself what names mean is left as it is.
    ...(page === path ? { [path]: () => [typeOf(adapter), mapped(readFileSync(adapter, 'utf8'), map)] } : {}),
  };
  const conversation = converse(requests, events);
  // A connection may be idle for as long as nothing is asked.
  const server = createServer({ keepAliveTimeout: 0, requestTimeout: 0 }, (request, response) => {
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    const [asked] = (request.url ?? '').split(/[?#]/);
    const own = Object.hasOwn(texts, asked!) ? texts[asked!]!() : null;
    if (!request.headers.cookie?.split('; ').includes(`bnspec=${token}`)) ended(response, 403);
    else if (conversation(asked!, request, response)) return;
    else if (own) ended(response.setHeader('Content-Type', own[0]), 200, own[1]);
    else if (!give(response, asked!, served)) events.missed(asked!);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}${page}`, cookie: { name: 'bnspec', value: token } };
}

const loads = (path: string): string =>
  `<script src="/bnspec.js"></script><script type="module">bnspec.load(${JSON.stringify(path)})</script>`;

function mapped(html: string, map: () => string): string {
  if (/type\s*=\s*["']?importmap/i.test(html)) return html;
  const head = /<head[^>]*>/i.exec(html) ?? /<!doctype[^>]*>/i.exec(html);
  const at = head ? head.index + head[0].length : 0;
  return `${html.slice(0, at)}${map()}${html.slice(at)}`;
}

function ended(response: ServerResponse, status: number, text = ''): void {
  response.writeHead(status).end(text);
}

/** Gives a file, and says whether there is one; no page means its icon. */
function give(response: ServerResponse, asked: string, served: Served): boolean {
  const file = fileFor(asked, served);
  const icon = asked === '/favicon.ico';
  if (file === null) ended(response, icon ? 204 : 404);
  else {
    const stream = createReadStream(file).on('error', () => response.destroy());
    stream.pipe(response.setHeader('Content-Type', typeOf(file)));
  }
  return file !== null || icon;
}

/** The three addresses that a page and its host talk by. Says whether the request was for one of them. */
function converse(requests: Readable, events: Events) {
  let serving = false;
  const received = async (request: IncomingMessage, response: ServerResponse, take: (bytes: Buffer) => void) => {
    for await (const chunk of request) take(chunk as Buffer);
    ended(response, 204);
  };
  return (path: string, request: IncomingMessage, response: ServerResponse): boolean => {
    const { method } = request;
    if (path === '/bnspec/requests' && method === 'GET') {
      if (serving) ended(response, 409, 'this page serves a kernel already, or was loaded anew');
      else {
        serving = true;
        response.writeHead(200, { 'Content-Type': 'application/octet-stream' }).flushHeaders();
        requests.pipe(response).on('close', events.left);
        events.connected();
      }
    } else if (path === '/bnspec/replies' && method === 'POST') {
      received(request, response, events.reply).catch(() => {}); // what was cut off is missed by who waits for it
    } else if (path === '/bnspec/stop' && method === 'POST') {
      const said: Buffer[] = [];
      const tell = () => events.stopped(Buffer.concat(said).toString('utf8'));
      received(request, response, (bytes) => said.push(bytes)).then(tell, tell);
    } else return false;
    return true;
  };
}
