import { OkcvmError } from "../../src/domain/errors.ts";

/** Reads a request's body piece by piece, and no more than a limit of it. */
export class BodyReader {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array> | null;
  readonly #limit: number;
  #left: Buffer = Buffer.alloc(0);
  #read = 0;

  /** Errors while reading: `too-large` beyond `limit` bytes, after they are unpacked. */
  constructor(body: ReadableStream<Uint8Array> | null, options: { gzip: boolean; limit: number }) {
    this.#limit = options.limit;
    this.#reader = body ? unpacked(body, options.gzip).getReader() : null;
  }

  /** The next `length` bytes, fewer at the end. */
  async take(length: number): Promise<Buffer> {
    const pieces: Buffer[] = [];
    for (let wanted = length; wanted > 0;) {
      const piece = await this.#some();
      if (!piece) break;
      pieces.push(piece.subarray(0, wanted));
      this.#left = piece.subarray(wanted);
      wanted -= Math.min(wanted, piece.length);
    }
    return pieces.length === 1 ? (pieces[0] as Buffer) : Buffer.concat(pieces);
  }

  /** The next bytes, as they came; null at the end. */
  async next(): Promise<Buffer | null> {
    const piece = await this.#some();
    this.#left = Buffer.alloc(0);
    return piece;
  }

  /** Reads what is left and forgets it, up to the limit: Git listens for an answer only when all is sent. */
  async drain(): Promise<void> {
    while (this.#read <= this.#limit && (await this.#more()));
    this.#left = Buffer.alloc(0);
  }

  async #some(): Promise<Buffer | null> {
    while (this.#left.length === 0) {
      if (!(await this.#more())) return null;
      if (this.#read > this.#limit)
        throw new OkcvmError("too-large", `The request is over ${this.#limit} bytes.`);
    }
    return this.#left;
  }

  /** Answers whether there was more. */
  async #more(): Promise<boolean> {
    const read = await this.#reader?.read().catch((error: unknown) => {
      // What was packed wrongly is the client's; a connection that broke is not.
      if (!isUnpacking(error)) throw error;
      throw new OkcvmError("bad-request", "The request is not gzip as it says.", error);
    });
    if (!read || read.done) return false;
    this.#left = Buffer.from(read.value.buffer, read.value.byteOffset, read.value.byteLength);
    this.#read += this.#left.length;
    return true;
  }
}

function isUnpacking(error: unknown): boolean {
  for (let one = error; one instanceof Error; one = one.cause)
    if ("code" in one && String(one.code).startsWith("Z_")) return true;
  return false;
}

function unpacked(body: ReadableStream<Uint8Array>, gzip: boolean): ReadableStream<Uint8Array> {
  if (!gzip) return body;
  return body.pipeThrough(
    new DecompressionStream("gzip") as unknown as ReadableWritablePair<Uint8Array, Uint8Array>,
  );
}

interface ReadableWritablePair<R, W> {
  readable: ReadableStream<R>;
  writable: WritableStream<W>;
}
