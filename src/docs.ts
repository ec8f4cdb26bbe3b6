import { writeFileSync } from 'node:fs';
import { pages } from './docs/pages.js';
import { suite } from './suite.js';

/** `npm run docs`: writes the documents that say in words what the sources say in data. A test compares them. */
for (const [name, text] of Object.entries(pages(suite)))
  writeFileSync(new URL(`../../docs/${name}`, import.meta.url), text);
