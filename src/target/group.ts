import { existsSync, readdirSync, readFileSync } from 'node:fs';

/**
 * The process groups that targets run in: each target leads one of its own, so that it ends with all it has started.
 * A process that leaves its group (setsid) cannot be reached; a reliable cure is a container.
 */
const live = new Set<number>();

/** Ends every group that is still registered, at once. The last resort of a program that exits without closing. */
const endAll = () => {
  for (const leader of live) signal(leader, 'SIGKILL');
};

/** Registers the group of a leader that has just been started. */
export function register(leader: number): void {
  if (live.size === 0) process.on('exit', endAll);
  live.add(leader);
}

/** Sends a signal to every process of a registered group; 0 only asks. Says whether there was one to receive it. */
export function signal(leader: number, name: NodeJS.Signals | 0): boolean {
  if (!live.has(leader)) return false;
  try {
    return process.kill(-leader, name);
  } catch (error) {
    // EPERM: it exists and is not ours to signal any more.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Whether somebody of a registered group still runs: one that has ended and that nobody has asked about does not. */
export function lives(leader: number): boolean {
  if (!signal(leader, 0)) return false;
  if (!existsSync('/proc/self/stat')) return true;
  return readdirSync('/proc').some((pid) => /^\d+$/.test(pid) && runsIn(leader, pid));
}

function runsIn(leader: number, pid: string): boolean {
  try {
    // After the name, in brackets: state, parent, group.
    const [, state, group] = /.*\) (\w) \d+ (\d+)/s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? [];
    return state !== 'Z' && Number(group) === leader;
  } catch {
    return false; // it has just ended
  }
}

/** Kills what is left of the group and forgets it: its number may be given to others from now on. */
export function release(leader: number): void {
  signal(leader, 'SIGKILL');
  live.delete(leader);
  if (live.size === 0) process.off('exit', endAll);
}
