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

/** Kills what is left of the group and forgets it: its number may be given to others from now on. */
export function release(leader: number): void {
  signal(leader, 'SIGKILL');
  live.delete(leader);
  if (live.size === 0) process.off('exit', endAll);
}
