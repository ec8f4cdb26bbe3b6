import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { contents } from './book/contents.js';
import { print } from './book/print.js';
import { site } from './book/site.js';
import { sources } from './book/sources.js';
import { whole } from './book/whole.js';
import { published } from './published.js';
import { suite } from './suite.js';

/** `npm run book`: writes the suite as a site and as one file to print, both into book/, which is made anew. */
const docs = new URL('../../docs/', import.meta.url);
const folder = fileURLToPath(new URL('../../book/', import.meta.url));

const read = sources(docs, published(docs));
const parts = contents(suite, read);
const plots = [...read.plots].map(([file, text]) => [`claims/${file}`, text] as const);
const files = new Map([...site(parts), ...plots, ['book.html', whole(parts, read.plots)]]);

rmSync(folder, { recursive: true, force: true });
for (const [name, text] of files) {
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(join(folder, name), text);
}
console.log(
  `book/index.html: ${parts.flatMap(({ pages }) => pages).length} pages; book/book.html: all of them in one file`,
);

const printed = await print(join(folder, 'book.html'));
if (typeof printed === 'string') console.log(`book/book.pdf is not written: ${printed}`);
else {
  writeFileSync(join(folder, 'book.pdf'), printed);
  console.log(`book/book.pdf: ${(printed.length / 2 ** 20).toFixed(1)} MiB`);
}
