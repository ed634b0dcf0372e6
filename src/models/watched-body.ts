/** A reply's bytes on their way to the parser, and what they showed. */
export interface WatchedBody {
  stream: ReadableStream<Uint8Array<ArrayBuffer>>;
  /** Whether the [DONE] mark went by. */
  sawDone(): boolean;
}

const TAIL = 32;
const DONE_LINE = /(^|[\r\n])data: ?\[DONE\]/;

/**
 * Passes a body on, notes the [DONE] mark (the SDK swallows it, and without it
 * a cut reply cannot be told from a whole one), ends the last event with the
 * blank line some servers leave out, and gives up after `idleMs` without a byte.
 */
export function watchBody(
  body: ReadableStream<Uint8Array>,
  idleMs: number,
  onIdle: () => Error,
): WatchedBody {
  const reader = body.getReader();
  const ascii = new TextDecoder("latin1");
  let tail = "\n";
  let done = false;

  function look(bytes: Uint8Array): void {
    // One byte, one character: only ASCII is searched for, and a split character does no harm.
    const text = tail + ascii.decode(bytes);
    done ||= DONE_LINE.test(text);
    tail = text.slice(-TAIL);
  }

  const stream = new ReadableStream<Uint8Array<ArrayBuffer>>({
    async pull(controller) {
      const result = await readInTime(reader, idleMs, onIdle);
      if (result.done) {
        controller.enqueue(new Uint8Array([10, 10]));
        controller.close();
        return;
      }
      look(result.value);
      controller.enqueue(new Uint8Array(result.value));
    },
    async cancel(reason) {
      await reader.cancel(reason);
    },
  });
  return { stream, sawDone: () => done };
}

async function readInTime(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  idleMs: number,
  onIdle: () => Error,
): Promise<ReadableStreamReadResult<Uint8Array>> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const silence = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(onIdle()), idleMs);
  });
  try {
    return await Promise.race([reader.read(), silence]);
  } finally {
    clearTimeout(timer);
  }
}
