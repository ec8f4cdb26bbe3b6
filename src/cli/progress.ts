import { count } from '../report/figures.js';
import { visible } from '../report/visible.js';
import type { Progress } from '../run/run.js';
import { doing } from './failure.js';
import type { Screen } from './screen.js';

/** Shortest time between two rewritings of the line, milliseconds. */
const pause = 80;

/** One line on standard error, rewritten while the run goes on; nothing at all where nobody watches. */
export function progress(screen: Screen, now: () => number): { on(event: Progress): void; clear(): void } {
  let [law, place, cases, last] = ['', '', 0, Number.NEGATIVE_INFINITY];
  const draw = () => {
    if (!screen.live || now() - last < pause) return;
    last = now();
    const text = visible(`${place}  ${law}  ${count(cases)} cases`).slice(0, screen.width - 1);
    screen.err(`\r\x1b[K${text}`);
  };
  return {
    on(event) {
      if (event.kind === 'law') {
        [law, place, cases] = [event.id, `${event.index + 1}/${event.of}`, 0];
        doing.law = law;
      }
      if (event.kind === 'case') cases = event.cases;
      draw();
    },
    clear() {
      delete doing.law;
      if (screen.live) screen.err('\r\x1b[K');
    },
  };
}
