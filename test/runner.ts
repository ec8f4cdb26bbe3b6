/** What the runner of GitHub Actions obeys (actions/runner, ActionCommand.cs and ActionCommandManager.cs), line by line. */
export interface Command {
  readonly name: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly data: string;
}

const registered =
  'error warning notice debug group endgroup add-mask add-matcher remove-matcher echo stop-commands save-state set-output internal-set-repo-path'.split(
    ' ',
  );

/** The commands of a log, in order. Between `stop-commands` and its token there are none. */
export function commands(log: string): Command[] {
  const found: Command[] = [];
  const known = new Set(registered);
  let token: string | null = null;
  for (const line of log.split(/\r\n|\n|\r/)) {
    const command = modern(line, known) ?? old(line, known);
    if (command === null) continue;
    if (token !== null) {
      if (command.name === token) token = null;
      continue;
    }
    found.push(command);
    if (command.name !== 'stop-commands') continue;
    token = command.data;
    known.add(token);
  }
  return found;
}

/** `::name key=value,key=value::data`, after blanks. */
function modern(line: string, known: ReadonlySet<string>): Command | null {
  const text = line.trimStart();
  const end = text.indexOf('::', 2);
  if (!text.startsWith('::') || end < 0) return null;
  return read(text.slice(2, end), ',', text.slice(end + 2), known, (word) =>
    unescaped(word, { '%0D': '\r', '%0A': '\n', '%3A': ':', '%2C': ',', '%25': '%' }),
  );
}

/** `##[name key=value;key=value]data`, wherever it begins. */
function old(line: string, known: ReadonlySet<string>): Command | null {
  const begin = line.indexOf('##[');
  const end = line.indexOf(']', begin);
  if (begin < 0 || end < 0) return null;
  return read(line.slice(begin + 3, end), ';', line.slice(end + 1), known, (word) =>
    unescaped(word, { '%3B': ';', '%0D': '\r', '%0A': '\n', '%5D': ']', '%25': '%' }),
  );
}

function read(
  head: string,
  between: string,
  data: string,
  known: ReadonlySet<string>,
  plain: (word: string) => string,
): Command | null {
  const blank = head.indexOf(' ');
  const name = blank < 0 ? head : head.slice(0, blank);
  if (!known.has(name)) return null;
  const pairs = blank < 0 ? [] : head.slice(blank + 1).split(between);
  const properties = pairs.flatMap((pair) => {
    const [, key, value] = /^\s*([^=]+)=(.+)$/s.exec(pair) ?? [];
    return key === undefined ? [] : [[key, plain(value!)]];
  });
  return { name, properties: Object.fromEntries(properties), data: plain(data) };
}

const unescaped = (word: string, signs: Readonly<Record<string, string>>): string =>
  Object.entries(signs).reduce((text, [from, to]) => text.replaceAll(from, to), word);
