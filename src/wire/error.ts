/**
 * Bytes that are no blob of this protocol. The message says what was found and what was expected, both numbers where
 * there are two. `text` is set when the bytes read like words: then something other than a blob was written there.
 */
export class WireError extends Error {
  override readonly name = 'WireError';
  readonly text: string | undefined;

  constructor(message: string, text?: string) {
    super(message);
    this.text = text;
  }
}
