const kept = 65536;

/** The last 64 KiB of a stream that may be endless. */
export interface Tail {
  add(chunk: Uint8Array): void;
  text(): string;
}

export function tail(): Tail {
  let last = Buffer.alloc(0);
  return {
    add(chunk) {
      last = Buffer.concat([last, chunk]);
      // A copy, so that the longer buffer can go.
      if (last.length > kept) last = Buffer.from(last.subarray(-kept));
    },
    text: () => last.toString('utf8'),
  };
}
