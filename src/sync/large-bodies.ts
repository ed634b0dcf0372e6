import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";

import { MAX_ITEM_BYTES, type PulledItem } from "../domain/sync-protocol.ts";
import { uploadBlob } from "./blob-transfer.ts";
import type { ServerApi } from "./server-api.ts";

/** What stands in the place of a body that is kept as a blob. */
const REFERENCE = /^\{"blob":"([0-9a-f]{64})","size":\d{1,12}\}$/;

/** A body as it is pushed: one that is larger than an item may be goes up as a blob first. */
export async function smallBody(
  api: ServerApi,
  { space, body }: { space: string; body: string },
  signal: AbortSignal,
): Promise<string> {
  // No text has fewer bytes than characters.
  if (body.length * 3 <= MAX_ITEM_BYTES) return body;
  const data = new TextEncoder().encode(body);
  if (data.length <= MAX_ITEM_BYTES) return body;
  const id = bytesToHex(sha256(data));
  await uploadBlob(api, { space, blob: { id, data } }, signal);
  return `{"blob":"${id}","size":${data.length}}`;
}

/** Items with bodies as they were before they were made small. Errors: what the server says of a blob that is not there. */
export function wholeBodies(
  api: ServerApi,
  space: string,
  items: readonly PulledItem[],
): Promise<PulledItem[]> {
  return Promise.all(
    items.map(async (item) => {
      const id = REFERENCE.exec(item.body ?? "")?.[1];
      if (id === undefined) return item;
      return { ...item, body: new TextDecoder().decode(await api.readBlob(space, id)) };
    }),
  );
}
