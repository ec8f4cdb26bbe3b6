import { existsSync, readFileSync } from 'node:fs';

/** Of package.json: two folders above this file, or three above what is built of it. */
const manifest = ['../../package.json', '../../../package.json'].map((path) => new URL(path, import.meta.url));

/** The version of bnspec. */
export const version: string = JSON.parse(readFileSync(manifest.find((url) => existsSync(url))!, 'utf8')).version;

/** What the reports say of the machine. */
export const environment = { node: process.version, platform: `${process.platform} ${process.arch}` };
