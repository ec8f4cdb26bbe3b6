/** Laws or mistakes of several files, in the order of the files, and where each stands. */
export interface Entries<T> {
  readonly all: readonly T[];
  readonly fileOf: Readonly<Record<string, string>>;
}

/**
 * What several modules export that has an id: within a file by id, since a module does not remember the order in which it
 * was written. Throws Error for an id that is given twice, here or among `taken`.
 */
export function entries<T extends { readonly id: string }>(
  files: Readonly<Record<string, object>>,
  taken: Readonly<Record<string, string>> = {},
): Entries<T> {
  const fileOf: Record<string, string> = {};
  const all = Object.entries(files).flatMap(([file, module]) => {
    const own = Object.values(module).filter(isEntry) as T[];
    for (const { id } of own) {
      const other = fileOf[id] ?? taken[id];
      if (other !== undefined)
        throw new Error(`${file}: '${id}' stands in ${other} already; give one of them another id`);
      fileOf[id] = file;
    }
    return own.sort((a, b) => (a.id < b.id ? -1 : 1));
  });
  return { all, fileOf };
}

const isEntry = (value: unknown): boolean => typeof value === 'object' && value !== null && 'id' in value;
