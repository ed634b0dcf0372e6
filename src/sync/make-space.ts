import type { SyncStore } from "../ports/sync-store.ts";
import type { ServerApi } from "./server-api.ts";

/** Makes a conversation's space where the server has none yet. Answers where it is pulled from. Errors: `unauthorized` with the reason `exists` for one of another account. */
export async function makeSpace(store: SyncStore, api: ServerApi, space: string): Promise<string | null> {
  const known = await store.space(space);
  if (known?.made) return known.cursor;
  const cursor = await api.makeSpace(space);
  await store.saveSpace(space, { made: true, cursor });
  // It was there once and is no more: all of it goes up again, not only what is new.
  if (known) await store.repush(space, new Set());
  return cursor;
}
