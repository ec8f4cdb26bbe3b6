import type { Report } from '../run/report.js';

/**
 * The report as a program reads it: exactly the value, indented by two blanks, schema docs/report.schema.json.
 * JSON has no infinity or NaN; the schema lets `null` stand for a budget or ulps without bound.
 */
export const json = (report: Report): string => `${JSON.stringify(report, null, 2)}\n`;
