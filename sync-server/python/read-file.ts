import { createHash } from "node:crypto";
import type { FileHandle } from "node:fs/promises";

const READ_BYTES = 64 * 1024;

/** A file's bytes as they are asked for. The handle is closed at the end and when the reader goes. */
export function streamFile(handle: FileHandle): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const chunk = new Uint8Array(READ_BYTES);
        const { bytesRead } = await handle.read(chunk, 0, READ_BYTES, null);
        if (bytesRead > 0) return controller.enqueue(chunk.subarray(0, bytesRead));
        await handle.close();
        controller.close();
      },
      cancel: () => handle.close(),
    },
    { highWaterMark: 0 },
  );
}

/** The SHA-256 of a file, in hexadecimal. Leaves the handle where it was. */
export async function hashFile(handle: FileHandle): Promise<string> {
  const hash = createHash("sha256");
  const chunk = new Uint8Array(READ_BYTES);
  for (let at = 0; ;) {
    const { bytesRead } = await handle.read(chunk, 0, READ_BYTES, at);
    if (bytesRead === 0) return hash.digest("hex");
    hash.update(chunk.subarray(0, bytesRead));
    at += bytesRead;
  }
}
