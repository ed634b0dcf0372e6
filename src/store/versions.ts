import { classOf, readItemId } from "../domain/sync-items.ts";
import { rowsOf, type AppDatabase, type VersionRow } from "./database.ts";

/** Stamps of the registers that are known of a space, by item. Inside a transaction. */
export async function stampsOf(db: AppDatabase, space: string): Promise<Map<string, string>> {
  const rows = await db.versions
    .where("[space+id]")
    .between(...rowsOf(space))
    .toArray();
  return new Map(rows.map((row) => [row.id, row.stamp]));
}

/** Notes when a register was changed last. Inside a transaction. */
export async function noteVersion({ versions }: AppDatabase, version: VersionRow): Promise<void> {
  const known = await versions.get([version.space, version.id]);
  if (!known || known.stamp <= version.stamp) await versions.put(version);
}

/** Keeps when what waits was changed, when nobody is to be told any more. Inside a transaction. */
export async function keepVersions({ outbox, versions }: AppDatabase): Promise<void> {
  for (const { space, id, stamp } of await outbox.toArray()) {
    const item = readItemId(id);
    if (item && classOf(item) !== "add") await versions.put({ space, id, stamp, device: "" });
  }
}

/** Whether a change is later than what is here. `self`: this browser's device. Inside a transaction. */
export async function isNewer(db: AppDatabase, change: VersionRow, self: string): Promise<boolean> {
  const { space, id, stamp, device } = change;
  const row = await db.outbox.get([space, id]);
  const known = row ? { stamp: row.stamp, device: self } : await db.versions.get([space, id]);
  if (!known) return true;
  return stamp === known.stamp ? device > known.device : stamp > known.stamp;
}

/** Forgets when a conversation's registers were changed. Inside a transaction. */
export async function forgetVersions(db: AppDatabase, space: string): Promise<void> {
  await db.versions
    .where("[space+id]")
    .between(...rowsOf(space))
    .delete();
}
