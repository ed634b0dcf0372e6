/** One server-sent event. */
export interface ServerEvent {
  name: string;
  data: string;
}

/** Longer lines are no events of our server's. */
const MAX_BUFFER = 4 * 1024 * 1024;

/**
 * Reads server-sent events: EventSource cannot send a token. Ends with the
 * stream; `onBytes` is called for every piece, comments included, so that the
 * caller can tell a quiet line from a dead one.
 */
export async function* readEvents(
  body: ReadableStream<Uint8Array>,
  onBytes: () => void = () => {},
): AsyncGenerator<ServerEvent> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let buffer = "";
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      onBytes();
      buffer += decoder.decode(value, { stream: true });
      if (buffer.length > MAX_BUFFER) return;
      const blocks = buffer.split(/\r?\n\r?\n/);
      buffer = blocks.pop() ?? "";
      yield* blocks.map(readBlock).filter((event) => event !== null);
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
}

function readBlock(block: string): ServerEvent | null {
  let name = "message";
  const data: string[] = [];
  for (const line of block.split(/\r?\n/)) {
    const [, field, value = ""] = /^([a-z]+):? ?(.*)$/.exec(line) ?? [];
    if (field === "event") name = value;
    if (field === "data") data.push(value);
  }
  return data.length === 0 ? null : { name, data: data.join("\n") };
}
