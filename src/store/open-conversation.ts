import type { ArrivedChange } from "../ports/sync-store.ts";
import type { AppDatabase, SpaceRow } from "./database.ts";

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
  { conversations, spaces }: AppDatabase,
  space: string,
  changes: readonly ArrivedChange[],
): Promise<boolean> {
  if (await conversations.get(space)) return true;
  const deleted = changes.find(({ item }) => item.kind === "deleted")?.value;
  const isBack = deleted?.kind === "deleted" && deleted.at === null;
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
