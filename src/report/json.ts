import type { Report } from '../run/report.js';

/**
 * The report as a program reads it: exactly the value, indented by two blanks, schema docs/report.schema.json.
 * JSON has no infinity or NaN; the schema lets `null` stand for a budget or ulps without bound.
 */
export const json = (report: Report): string => written(report);

/**
 * A value as JSON, indented by two blanks. A log of GitHub's would obey `##[name]` wherever it stands in a line, so its second
 * sign is written as an escape: for whoever reads JSON the same text.
 */
export const written = (value: unknown): string => `${JSON.stringify(value, null, 2).replaceAll('##[', '#\\u0023[')}\n`;
