import { BLOB_PART_BYTES } from "../domain/sync-protocol.ts";
import { ServerRefusal, type ServerApi } from "./server-api.ts";

/** Bytes as they go up, by their name there. */
export interface OutgoingBlob {
  id: string;
  data: Uint8Array<ArrayBuffer> | Blob;
}

/** What is uploaded. */
interface Upload {
  space: string;
  blob: OutgoingBlob;
  /** For a pack: commits that came before and are nowhere. */
  absent?: readonly string[];
  /** Called with the bytes that are there by now. */
  onSent?: (bytes: number) => void;
}

/** Uploads a blob, going on where an earlier upload was cut off. What there is no room for leaves none of it behind. */
export async function uploadBlob(
  api: ServerApi,
  { space, blob, absent = [], onSent }: Upload,
  signal: AbortSignal,
): Promise<{ size: number }> {
  const data = blob.data instanceof Blob ? blob.data : new Blob([blob.data]);
  const { whole, parts } = await api.blobParts(space, blob.id);
  if (!whole) {
    const there = new Set(parts);
    for (let n = 0; n * BLOB_PART_BYTES < data.size; n += 1) {
      signal.throwIfAborted();
      const part = data.slice(n * BLOB_PART_BYTES, (n + 1) * BLOB_PART_BYTES);
      if (!there.has(n))
        await api.putPart(space, { blob: blob.id, n }, part).catch(async (error: unknown) => {
          if (error instanceof ServerRefusal && error.status === 507) await giveUp(api, { space, blob });
          throw error;
        });
      onSent?.(n * BLOB_PART_BYTES + part.size);
    }
    await api.finishBlob(space, blob.id, { size: data.size, absent });
  }
  return { size: data.size };
}

/** A blob that is said to be whole and is not is removed: its parts would take the room that other things need, for a day. */
async function giveUp(api: ServerApi, { space, blob }: Pick<Upload, "space" | "blob">): Promise<void> {
  const size = blob.data instanceof Blob ? blob.data.size : blob.data.length;
  await api.finishBlob(space, blob.id, { size, absent: [] }).catch((error: unknown) => {
    if (!(error instanceof ServerRefusal)) throw error;
  });
}
