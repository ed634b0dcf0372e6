import { BLOB_PART_BYTES } from "../domain/sync-protocol.ts";
import type { Outgoing } from "../ports/shared-workspace.ts";
import type { ServerApi } from "./server-api.ts";

/** A pack as it goes up. */
type Pack = Outgoing["packs"][number];

/** Uploads a pack, going on where an earlier upload was cut off. `absent`: commits that came before and are nowhere. */
export async function uploadPack(
  api: ServerApi,
  { space, pack, absent }: { space: string; pack: Pack; absent: readonly string[] },
  signal: AbortSignal,
): Promise<{ size: number }> {
  const data = pack.data instanceof Blob ? pack.data : new Blob([pack.data]);
  const { whole, parts } = await api.blobParts(space, pack.id);
  if (!whole) {
    const there = new Set(parts);
    for (let n = 0; n * BLOB_PART_BYTES < data.size; n += 1) {
      signal.throwIfAborted();
      if (there.has(n)) continue;
      const part = data.slice(n * BLOB_PART_BYTES, (n + 1) * BLOB_PART_BYTES);
      await api.putPart(space, { blob: pack.id, n }, part);
    }
    await api.finishBlob(space, pack.id, { size: data.size, absent });
  }
  return { size: data.size };
}
