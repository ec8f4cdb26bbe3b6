import type { Report } from '../run/report.js';
import { badge } from './badge.js';
import { ctrf } from './ctrf.js';
import { github } from './github.js';
import { json } from './json.js';
import { junit } from './junit.js';
import { markdown } from './markdown.js';
import { sarif } from './sarif.js';

/** What makes a text of a report, and may look at the name of the file that it goes to. */
export type Reporter = (report: Report, file?: string) => string;

/** Every reporter that works from the report alone, by its name on the command line: all but the terminal's and the page's. */
export const reporters = { json, junit, github, markdown, ctrf, sarif, badge } as const satisfies Record<
  string,
  Reporter
>;
