import type { Told } from './devtools.js';

interface Value {
  readonly type: string;
  readonly value?: unknown;
  readonly unserializableValue?: string;
  readonly description?: string;
}

const shown = ({ type, value, unserializableValue, description }: Value): string =>
  String(unserializableValue ?? (value === undefined ? (description ?? type) : value));

/** What a page prints, what fails in it and what it asks of a person, as words for its log; null for everything else. */
export function said({ method, params }: Told): string | null {
  switch (method) {
    case 'Runtime.consoleAPICalled':
      return params.args.map(shown).join(' ');
    case 'Runtime.exceptionThrown': {
      const { text, exception, url, lineNumber, columnNumber } = params.exceptionDetails;
      const what = exception ? shown(exception) : text;
      return what.includes('\n    at ') || !url ? what : `${what} at ${url}:${lineNumber + 1}:${columnNumber + 1}`;
    }
    case 'Log.entryAdded':
      return [params.entry.text, params.entry.url].filter(Boolean).join(' ');
    case 'Page.javascriptDialogOpening':
      return `${params.type}: ${params.message}`;
    default:
      return null;
  }
}
