import { readFileSync } from 'node:fs';

/** The version of bnspec, from its package.json: two folders above the built file's own. */
export const version: string = JSON.parse(
  readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'),
).version;

/** What the reports say of the machine. */
export const environment = { node: process.version, platform: `${process.platform} ${process.arch}` };
