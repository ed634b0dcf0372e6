const STAR = "*".charCodeAt(0);

/** Replaces keys by as many asterisks wherever they pass, in whatever pieces. */
export class KeyMask {
  readonly #keys: readonly Buffer[];
  /** What may be the beginning of a key. */
  #held: Buffer = Buffer.alloc(0);

  constructor(keys: readonly string[]) {
    this.#keys = keys.filter((key) => key !== "").map((key) => Buffer.from(key, "utf8"));
  }

  get isEmpty(): boolean {
    return this.#keys.length === 0;
  }

  /** The next bytes that can go on. Nothing waits but what may become a key: a token is not held up. */
  take(chunk: Uint8Array): Buffer {
    const bytes = Buffer.concat([this.#held, chunk]);
    for (const key of this.#keys)
      for (let at = bytes.indexOf(key); at >= 0; at = bytes.indexOf(key, at + key.length))
        bytes.fill(STAR, at, at + key.length);
    const cut = bytes.length - Math.max(0, ...this.#keys.map((key) => beginningAtEnd(bytes, key)));
    this.#held = bytes.subarray(cut);
    return bytes.subarray(0, cut);
  }

  /** What was held back. */
  end(): Buffer {
    const rest = this.#held;
    this.#held = Buffer.alloc(0);
    return rest;
  }

  /** A text that is there as a whole. */
  text(value: string): string {
    return Buffer.concat([this.take(Buffer.from(value, "utf8")), this.end()]).toString("utf8");
  }

  /** A body as it passes. */
  stream(): TransformStream<Uint8Array, Uint8Array> {
    return new TransformStream({
      transform: (chunk, controller) => {
        const ready = this.take(chunk);
        if (ready.length > 0) controller.enqueue(new Uint8Array(ready));
      },
      flush: (controller) => {
        const rest = this.end();
        if (rest.length > 0) controller.enqueue(new Uint8Array(rest));
      },
    });
  }
}

/** How many bytes at the end are the beginning of a key. */
function beginningAtEnd(bytes: Buffer, key: Buffer): number {
  for (let length = Math.min(key.length - 1, bytes.length); length > 0; length -= 1)
    if (bytes.subarray(bytes.length - length).equals(key.subarray(0, length))) return length;
  return 0;
}
