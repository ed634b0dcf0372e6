import type { IncomingMessage } from "node:http";
import { pipeline, type Readable } from "node:stream";
import { createBrotliDecompress, createGunzip, createInflate } from "node:zlib";
import { GuardError } from "./guard-error.ts";
import type { IdleWatch } from "./idle-watch.ts";

/** What bounds a reply's body. */
export interface BodyBounds {
  /** Whether what its headers say of compression counts. */
  isPacked: boolean;
  /** Counted after decompression. */
  maxBytes: number;
  idleMs: number;
  watch: IdleWatch;
  /** Ends the connection. */
  stop(): void;
}

/**
 * A reply's body, decompressed, read from the network only as it is read here.
 * Errors: GuardError `unreadable` for one that was compressed too often. Its
 * reader gets GuardError `too-large` and `timeout`, and the network's errors.
 */
export function replyBody(reply: IncomingMessage, bounds: BodyBounds): ReadableStream<Uint8Array> {
  const whole: AsyncIterable<Buffer> = bounds.isPacked ? decoded(reply, bounds) : reply;
  const chunks = whole[Symbol.asyncIterator]();
  let bytes = 0;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        // A slow reader is no silent peer: the watch runs while something is awaited.
        bounds.watch.start(bounds.idleMs);
        const { done, value } = await chunks.next().finally(() => bounds.watch.rest());
        if (done) return controller.close();
        bytes += value.byteLength;
        if (bytes > bounds.maxBytes) {
          bounds.stop();
          throw new GuardError("too-large", `The reply is over its limit of ${bounds.maxBytes} bytes.`);
        }
        controller.enqueue(value);
      },
      cancel: () => bounds.stop(),
    },
    { highWaterMark: 0 },
  );
}

/** Each one multiplies the work that a short reply can make. */
const MAX_ENCODINGS = 2;

function decoded(reply: IncomingMessage, bounds: BodyBounds): AsyncIterable<Buffer> {
  // The last one named was the last to be applied.
  const encodings = encodingsOf(reply).toReversed();
  if (encodings.length > MAX_ENCODINGS) {
    bounds.stop();
    const message = `The reply is compressed ${encodings.length} times; ${MAX_ENCODINGS} are read here.`;
    throw new GuardError("unreadable", message);
  }
  const decoders = encodings.map(decoderFor).filter((decoder) => decoder !== null);
  const [first] = decoders;
  // What nobody asked for stays as it is.
  if (!first || decoders.length < encodings.length) return reply;
  // A failure on either side reaches the reader through the decoder, which the pipeline destroys.
  const whole = decoders.reduce<Readable>((from, to) => pipeline(from, to, () => undefined), reply);
  return unpacked(reply, first, whole);
}

/** In small letters, in the order in which they were applied. */
function encodingsOf({ headers }: IncomingMessage): string[] {
  const names = (headers["content-encoding"] ?? "").split(",").map((name) => name.trim().toLowerCase());
  return names.filter((name) => name !== "" && name !== "identity");
}

async function* unpacked(reply: IncomingMessage, first: Decoder, whole: Readable): AsyncGenerator<Buffer> {
  try {
    yield* whole;
  } catch (error) {
    // Decoders take nothing for a cut file, and servers send it for an empty body.
    if (first.bytesWritten > 0 || !reply.complete) throw error;
  }
}

type Decoder = NonNullable<ReturnType<typeof decoderFor>>;

function decoderFor(encoding: string) {
  switch (encoding) {
    case "gzip":
    case "x-gzip":
      return createGunzip();
    case "deflate":
      return createInflate();
    case "br":
      return createBrotliDecompress();
    default:
      return null;
  }
}
