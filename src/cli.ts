#!/usr/bin/env node
import './cli/engine.js'; // first: what is imported before is compiled as ever

import { fenced } from './cli/actions.js';
import { readArguments } from './cli/arguments.js';
import { commands, overview, page } from './cli/commands.js';
import { failure } from './cli/failure.js';
import { openScreen } from './cli/screen.js';
import { version } from './cli/version.js';
import { unknown } from './run/usage.js';

/** Node ends with 1 on an error that nobody caught, and 1 is a verdict: so nothing may get that far. */
function giveUp(error: unknown): never {
  const { code, text } = failure(error, version);
  process.stderr.write(fenced(text));
  process.exit(code);
}

process.on('uncaughtException', giveUp);
process.on('unhandledRejection', giveUp);
const screen = openScreen(giveUp);

/** A first word that is no command. */
const stranger = (name: string) =>
  name.startsWith('-')
    ? unknown('option', name, ['--help', '--version'], 'options of a command follow the command: bnspec run --help')
    : unknown('command', name, Object.keys(commands), 'bnspec --help lists them');

async function main(argv: readonly string[]): Promise<number> {
  const [name, ...rest] = argv;
  const own = argv.includes('--') ? argv.slice(0, argv.indexOf('--')) : argv;
  const asks = (...flags: string[]) => own.some((word) => flags.includes(word));
  if (name === undefined || asks('--help', '-h'))
    screen.out(Object.hasOwn(commands, name ?? '') ? page(name) : overview(version));
  else if (asks('--version', '-v')) screen.out(`${version}\n`);
  else {
    if (!Object.hasOwn(commands, name)) throw stranger(name);
    const given = readArguments(name, rest, commands[name].options);
    return (await commands[name].load())(given, screen);
  }
  return 0;
}

const code = await main(process.argv.slice(2)).catch((error) => {
  const { code, text } = failure(error, version);
  screen.err(text);
  return code;
});
await screen.drained();
process.exit(code);
