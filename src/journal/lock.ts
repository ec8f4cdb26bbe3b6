import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { UsageError } from '../run/usage.js';

/**
 * Takes `file` for this process, so that no two runs write one journal; returns what gives it back. What a process left
 * that is no more is taken over. Throws UsageError where somebody else holds it.
 */
export function lock(file: string): () => void {
  const own = [hostname(), process.pid, began(process.pid)].join(' ');
  const mine = `${file}.${process.pid}`;
  writeFileSync(mine, own);
  try {
    for (let tries = 0; !linked(mine, file); tries += 1) {
      const holder = contents(file);
      if (tries > 2 || (holder !== null && holds(holder, own))) throw taken(file, holder ?? '');
      if (holder !== null) clear(file, holder, `${mine}.old`);
    }
  } finally {
    rmSync(mine, { force: true });
  }
  return () => {
    if (contents(file) === own) rmSync(file, { force: true });
  };
}

function linked(from: string, to: string): boolean {
  try {
    linkSync(from, to); // with all that is in it, or not at all
    return true;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause;
    return false;
  }
}

/** Takes away what `holder` left; if somebody was faster and has the lock by now, it is given back. */
function clear(file: string, holder: string, aside: string): void {
  try {
    renameSync(file, aside);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return; // somebody was faster
    throw cause;
  }
  if (contents(aside) !== holder) linked(aside, file);
  rmSync(aside, { force: true });
}

function contents(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw cause;
    return null;
  }
}

/** Whether the process that wrote this may still run; of another machine nobody here can tell. */
function holds(text: string, own: string): boolean {
  const [host, pid, begin] = text.split(' ');
  if (host !== own.split(' ')[0]) return true;
  return text !== own && alive(Number(pid)) && began(Number(pid)) === begin;
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (cause) {
    return (cause as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** When a process began, in ticks of the machine: numbers of processes are used again. Empty where nobody says. */
function began(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[19] ?? '';
  } catch {
    return '';
  }
}

function taken(file: string, holder: string): UsageError {
  const [host = '?', pid = '?'] = holder.split(' ');
  return new UsageError(
    `another run writes there: process ${pid} on ${host} holds ${file}\nwait for it, name another --journal, or remove the file if that run is no more`,
  );
}
