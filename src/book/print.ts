import { pathToFileURL } from 'node:url';
import { launch } from '../target/browser/chromium.js';
import { chromium } from '../target/browser/command.js';
import { TargetError } from '../target/target.js';

/** Prints a page by the Chromium of this machine. Returns the PDF, or why there is none. */
export async function print(file: string): Promise<Buffer | string> {
  const found = browser();
  if (typeof found !== 'string') return found.message;
  let loaded = (): void => {};
  const whenLoaded = new Promise<void>((done) => {
    loaded = done;
  });
  const running = launch(found, [], ({ method }) => {
    if (method === 'Page.loadEventFired') loaded();
  });
  try {
    const { targetId } = await running.send('Target.createTarget', { url: 'about:blank' });
    const { sessionId } = await running.send('Target.attachToTarget', { targetId, flatten: true });
    await running.send('Page.enable', {}, sessionId);
    await running.send('Page.navigate', { url: pathToFileURL(file).href }, sessionId);
    await whenLoaded;
    const { data } = await running.send('Page.printToPDF', settings, sessionId);
    return Buffer.from(data, 'base64');
  } finally {
    await running.stop();
  }
}

/** The style says the size of the page and its margins. */
const settings = {
  preferCSSPageSize: true,
  printBackground: true,
  generateDocumentOutline: true,
  generateTaggedPDF: true,
};

function browser(): string | TargetError {
  try {
    return chromium();
  } catch (cause) {
    if (!(cause instanceof TargetError)) throw cause;
    return cause;
  }
}
