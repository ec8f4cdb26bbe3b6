import { copyFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError, unknown } from '../run/usage.js';
import { makeFolder } from '../target/folder.js';
import type { Arguments } from './arguments.js';
import type { Screen } from './screen.js';
import { shelf, type Template, templates } from './templates.js';

/** `bnspec init LANGUAGE [DIR]`: writes an adapter to fill in, and says what to type. Nothing that is there is overwritten. */
export async function init({ words, command }: Arguments, screen: Screen): Promise<number> {
  const [language, folder = '.', ...more] = words;
  const known = Object.entries(templates);
  const list = known.map(([name, { says }]) => `  ${name.padEnd(8)} ${says}`).join('\n');
  if (language === undefined) throw new UsageError(`init needs a language:\n${list}`);
  if (more.length > 0 || command !== null)
    throw new UsageError('init takes a language and a folder: bnspec init python kernels');
  if (!Object.hasOwn(templates, language))
    throw unknown('language', language, Object.keys(templates), `there are:\n${list}`);
  const template = templates[language]!;
  const there = Object.keys(template.files).filter((name) => existsSync(join(folder, name)));
  if (there.length > 0)
    throw new UsageError(`${there.map((name) => join(folder, name)).join(', ')} is there already\nname another folder`);
  makeFolder(folder);
  for (const [name, source] of Object.entries(template.files)) copyFileSync(join(shelf, source), join(folder, name));
  screen.out(`${written(template, folder)}\n`);
  return 0;
}

/** The files, and the commands as they are to be typed from here. */
function written({ files, needs, commands }: Template, folder: string): string {
  const go = folder === '.' ? [] : [`cd ${folder}`];
  const names = Object.keys(files).map((name) => join(folder, name));
  return [
    `wrote ${names.join(', ')}; needs ${needs}. Now:`,
    '',
    ...[...go, ...commands].map((line) => `    ${line.replace(/^bnspec /, 'npx bnspec ')}`),
  ].join('\n');
}
