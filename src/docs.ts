import { writeFileSync } from 'node:fs';
import { pages } from './docs/pages.js';
import { published } from './published.js';
import { suite } from './suite.js';

/** `npm run docs`: writes the documents that say in words what the sources say in data. A test compares them. */
const docs = new URL('../../docs/', import.meta.url);
for (const [name, text] of Object.entries(pages(suite, published(docs)))) writeFileSync(new URL(name, docs), text);
