import { BLOB_PART_BYTES } from "../domain/sync-protocol.ts";
import type { ServerApi } from "./server-api.ts";

/** Bytes as they go up, by their name there. */
export interface OutgoingBlob {
  id: string;
  data: Uint8Array<ArrayBuffer> | Blob;
}

/** Uploads a blob, going on where an earlier upload was cut off. `absent`: for a pack, commits that came before and are nowhere. */
export async function uploadBlob(
  api: ServerApi,
  { space, blob, absent = [] }: { space: string; blob: OutgoingBlob; absent?: readonly string[] },
  signal: AbortSignal,
): Promise<{ size: number }> {
  const data = blob.data instanceof Blob ? blob.data : new Blob([blob.data]);
  const { whole, parts } = await api.blobParts(space, blob.id);
  if (!whole) {
    const there = new Set(parts);
    for (let n = 0; n * BLOB_PART_BYTES < data.size; n += 1) {
      signal.throwIfAborted();
      if (there.has(n)) continue;
      const part = data.slice(n * BLOB_PART_BYTES, (n + 1) * BLOB_PART_BYTES);
      await api.putPart(space, { blob: blob.id, n }, part);
    }
    await api.finishBlob(space, blob.id, { size: data.size, absent });
  }
  return { size: data.size };
}
