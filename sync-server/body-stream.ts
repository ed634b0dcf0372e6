/** A request body on its way up, and whether it grew past its limit. */
export interface CappedBody {
  stream: ReadableStream<Uint8Array>;
  readonly exceeded: boolean;
}

/** Passes a body on chunk by chunk and breaks it off after `limit` bytes. */
export function capBody(body: ReadableStream<Uint8Array>, limit: number): CappedBody {
  let bytes = 0;
  let exceeded = false;
  const counter = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      bytes += chunk.byteLength;
      if (bytes <= limit) return controller.enqueue(chunk);
      exceeded = true;
      controller.error(new Error("The request body is over its limit."));
    },
  });
  return {
    stream: body.pipeThrough(counter),
    get exceeded() {
      return exceeded;
    },
  };
}

/** What becomes of a relayed reply that does not end by itself. */
export interface RelayEnds {
  /** Aborted when the client has gone. */
  signal: AbortSignal;
  /** The provider broke off. Ends the client's connection, so that a cut reply is not taken for a whole one; false when it has none. */
  onCut(cause: unknown): boolean;
  /** Told how many bytes each chunk has. */
  onBytes?(count: number): void;
}

/** Passes a reply on as it comes, one chunk for one read, with nothing held back. */
export function relayBody(body: ReadableStream<Uint8Array>, ends: RelayEnds): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  const pass = (controller: ReadableStreamDefaultController<Uint8Array>, chunk: Uint8Array): void => {
    ends.onBytes?.(chunk.byteLength);
    controller.enqueue(chunk);
  };
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { done, value } = await reader.read();
          if (done) controller.close();
          else pass(controller, value);
        } catch (cause) {
          if (ends.signal.aborted || ends.onCut(cause)) controller.close();
          else controller.error(new Error("The provider broke its reply off."));
        }
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
}
