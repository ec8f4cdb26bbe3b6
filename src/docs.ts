import { writeFileSync } from 'node:fs';
import { configSchema } from './cli/config-schema.js';
import { pages } from './docs/pages.js';
import { published } from './published.js';
import { suite } from './suite.js';

/** `npm run docs`: writes the documents that say in words what the sources say in data. A test compares them. */
const docs = new URL('../../docs/', import.meta.url);
const written = { ...pages(suite, published(docs)), 'config.schema.json': configSchema() };
for (const [name, text] of Object.entries(written)) writeFileSync(new URL(name, docs), text);
