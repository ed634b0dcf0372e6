import type { ArrivedChange } from "../ports/sync-store.ts";
import type { AppDatabase, SpaceRow } from "./database.ts";
import { DELETED } from "./deletions.ts";
import { isNewer } from "./versions.ts";

/** A space of which nothing is known. */
export const UNKNOWN: Omit<SpaceRow, "id"> = {
  made: false,
  head: 0,
  epoch: null,
  cursor: null,
  wanted: false,
  dormant: false,
};

/** Makes the conversation that changes are of where there is none. False for one that is deleted and not here, or was removed for good. Inside a transaction. */
export async function openConversation(
  db: AppDatabase,
  changes: readonly ArrivedChange[],
  { space, self }: { space: string; self: string },
): Promise<boolean> {
  const { conversations, spaces } = db;
  if (await conversations.get(space)) return true;
  const change = changes.find(({ item }) => item.kind === "deleted");
  const deleted = change?.value;
  const isBack =
    change !== undefined &&
    deleted?.kind === "deleted" &&
    deleted.at === null &&
    // It may have been deleted here since, and nobody heard of it.
    (await isNewer(db, { space, id: DELETED, stamp: change.stamp, device: change.device }, self));
  const known = await spaces.get(space);
  if (known?.dormant && !isBack) return false;
  if (deleted?.kind === "deleted" && !isBack) {
    await spaces.put({ ...(known ?? { ...UNKNOWN, id: space, made: true }), cursor: null, dormant: true });
    return false;
  }
  if (known?.dormant) await spaces.update(space, { dormant: false });
  await conversations.add({
    id: space,
    title: "",
    createdAt: 0,
    updatedAt: 0,
    leafId: null,
    deletedAt: null,
    incomplete: true,
    ...(known?.encrypted === undefined ? {} : { encrypted: known.encrypted }),
  });
  return true;
}
