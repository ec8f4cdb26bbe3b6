/**
 * The process that a page is judged in: `node host.js ADAPTER CHROMIUM [FLAG]…`. It relays: requests from stdin to the page,
 * replies from the page to descriptor 3. What a browser prints is its log, on stderr. When nothing more can be answered
 * it ends, and its last line says why.
 */
import { writeSync } from 'node:fs';
import { resolve } from 'node:path';
import { PassThrough } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { line } from '../../wire/text.js';
import { type Chromium, launch } from './chromium.js';
import type { Told } from './devtools.js';
import { said } from './said.js';
import { serve } from './server.js';

const replies = 3;
/** How long, in ms, a page may take to call bnspec.serve once it is loaded, or something in it has failed. */
const patience = 5_000;
/** How long, in ms, it may take to be told why a page is gone. */
const hearsay = 300;

const [adapter, chromium, ...flags] = process.argv.slice(2) as [string, string, ...string[]];
/** A module alone, in a page of ours: whether it can be loaded is told by the page. */
const bare = !/\.html?$/.test(adapter);
const requests = new PassThrough();
let browser: Chromium | null = null;
let serving = false;
let ending = false;
let session = '';
let origin = '';
let address = '';

/** Words of the page, without the address that we serve it at: the next one is another. */
const log = (text: string) => void (ending || process.stderr.write(`${text.replaceAll(origin, '')}\n`));

/** Ends everything, once: with the reason why nothing more can be answered, or without one where nobody asks any more. */
async function end(why?: string): Promise<void> {
  if (ending) return;
  if (why !== undefined) {
    const [first = '', ...more] = why.split('\n');
    if (more.length > 0) log(why);
    log(`bnspec: ${line(first)}`);
  }
  ending = true;
  await browser?.stop();
  process.exit(why === undefined ? 0 : 1);
}

/** The page is gone; what becomes known of it in a moment says more. */
const left = () => void sleep(hearsay).then(() => end(`the page closed itself or left for ${line(address)}`));

/** Said by who serves, before the page can fail of it: the browser's own word may come too late. */
const missed = (path: string) => log(`404: nothing is served at ${path}`);

function reply(bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(replies, bytes, at);
}

function hear(event: Told): void {
  const { method, params } = event;
  const words = said(event);
  if (words !== null) log(words);
  if (method === 'Target.targetCrashed') end(`the tab crashed (${params.status})`);
  else if (method === 'Target.detachedFromTarget' && params.sessionId === session) end('the page closed itself');
  else if (method === 'Page.loadEventFired')
    sleep(patience).then(() => serving || log('the page is loaded, and has not called bnspec.serve(kernel) yet'));
  else if (method === 'Page.frameNavigated' && !params.frame.parentId) {
    address = params.frame.unreachableUrl ?? params.frame.url;
    if (serving) end(`the page was loaded anew, or left for ${address}`);
  } else if (method === 'Runtime.exceptionThrown' && !serving && !bare)
    sleep(patience).then(() => void (serving || end(`the page never called bnspec.serve; it failed: ${words}`)));
  // Nobody is there to press a button.
  else if (method === 'Page.javascriptDialogOpening')
    browser?.send('Page.handleJavaScriptDialog', { accept: params.type === 'beforeunload' }, session).catch(() => {});
}

async function open(): Promise<void> {
  const connected = () => (serving = true);
  const events = { connected, reply, left, missed, stopped: (why: string) => end(why) };
  const { url, cookie } = await serve(resolve(adapter), requests, events);
  origin = new URL(url).origin;
  browser = launch(chromium, flags, hear);
  browser.ended.then((words) => end(`Chromium ended by itself\n${words}`));
  const { send } = browser;
  await send('Target.setDiscoverTargets', { discover: true });
  const { targetId } = await send('Target.createTarget', { url: 'about:blank' });
  session = (await send('Target.attachToTarget', { targetId, flatten: true })).sessionId;
  for (const domain of ['Page', 'Runtime', 'Log']) await send(`${domain}.enable`, {}, session);
  await send('Browser.setDownloadBehavior', { behavior: 'deny' });
  await send('Network.setCookie', { ...cookie, url, httpOnly: true, sameSite: 'Strict' }, session);
  const { errorText } = await send('Page.navigate', { url }, session);
  if (errorText) throw new Error(`${url}: ${errorText}`);
}

process.stderr.on('error', () => {}); // whoever reads it is gone, as stdin will say
process.stdin.pipe(requests);
process.stdin.on('end', () => end());
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => end());
// Whoever asks may be killed while a page that never looks up keeps us from seeing the end of stdin.
const parent = process.ppid;
setInterval(() => process.ppid === parent || end(), 1000);
// Had it ended, that would be known in a moment, and say more.
open().catch(({ message }: Error) => sleep(hearsay).then(() => end(message)));
