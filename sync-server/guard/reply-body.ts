import type { IncomingMessage } from "node:http";
import { pipeline } from "node:stream";
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
 * Its reader gets GuardError `too-large` and `timeout`, and the network's errors.
 */
export function replyBody(reply: IncomingMessage, bounds: BodyBounds): ReadableStream<Uint8Array> {
  const chunks = (bounds.isPacked ? decoded(reply) : reply)[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
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

function decoded(reply: IncomingMessage): AsyncIterable<Buffer> {
  const decoder = decoderFor(reply.headers["content-encoding"]?.trim().toLowerCase());
  if (!decoder) return reply;
  // A failure on either side reaches the reader through the decoder, which the pipeline destroys.
  return unpacked(
    reply,
    pipeline(reply, decoder, () => undefined),
  );
}

async function* unpacked(reply: IncomingMessage, decoder: Decoder): AsyncGenerator<Buffer> {
  try {
    yield* decoder;
  } catch (error) {
    // Decoders take nothing for a cut file, and servers send it for an empty body.
    if (decoder.bytesWritten > 0 || !reply.complete) throw error;
  }
}

type Decoder = NonNullable<ReturnType<typeof decoderFor>>;

function decoderFor(encoding: string | undefined) {
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
