import { OkcvmError } from "../domain/errors.ts";
import { classOf, itemId, type ItemValue } from "../domain/sync-items.ts";
import type { ArrivedChange, NextPull } from "../ports/sync-store.ts";
import type { AppDatabase } from "./database.ts";
import { writeItem } from "./item-values.ts";
import { UNKNOWN } from "./open-conversation.ts";
import type { Outbox } from "./outbox.ts";
import { isFilesItem, noteArrived } from "./remote-files.ts";
import { isNewer, noteVersion } from "./versions.ts";

/** Takes in what is newer than what is here; answers the kinds of what was taken. Inside a transaction. */
export async function takeChanges(
  { db, outbox }: { db: AppDatabase; outbox: Outbox },
  changes: readonly ArrivedChange[],
  { space, self }: { space: string; self: string },
): Promise<string[]> {
  const taken: string[] = [];
  for (const change of changes) {
    const { item, stamp, device, value } = change;
    await outbox.see(stamp);
    const id = itemId(item);
    if (isFilesItem(item)) {
      await noteArrived(db, space, change);
      taken.push(item.kind);
      continue;
    }
    if (value === null) continue;
    if (classOf(item) === "add") {
      await writeItem(db, space, value);
      await db.outbox.delete([space, id]);
      taken.push(item.kind);
      continue;
    }
    if (!(await isNewer(db, { space, id, stamp, device }, self))) continue;
    await write(db, space, value);
    await db.outbox.delete([space, id]);
    await noteVersion(db, { space, id, stamp, device });
    taken.push(item.kind);
  }
  return taken;
}

async function write(db: AppDatabase, space: string, value: ItemValue): Promise<void> {
  try {
    await writeItem(db, space, value);
  } catch (error) {
    // A setting of a later version, or a mistake of another program's: the one of here stays.
    if (!(error instanceof OkcvmError) || error.code !== "bad-arguments") throw error;
  }
}

/** Notes where to pull from next. Inside a transaction. */
export async function moveCursor(
  { spaces, conversations }: AppDatabase,
  space: string,
  { cursor, end, head }: NextPull,
): Promise<void> {
  const known = (await spaces.get(space)) ?? { ...UNKNOWN, id: space };
  if (known.dormant) return;
  await spaces.put({
    ...known,
    made: true,
    cursor,
    head: end ? head : known.head,
    wanted: known.wanted && !end,
  });
  if (!end) return;
  const conversation = await conversations.get(space);
  if (!conversation?.incomplete) return;
  const { incomplete: _, ...whole } = conversation;
  await conversations.put(whole);
}
