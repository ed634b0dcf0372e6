import type { Database } from "../db/database.ts";
import { hideBlobs, lockIfThere } from "./blobs.ts";

/** What went up for a version rests this long before it counts as one that never came. Milliseconds. */
const VERSION_COMES_MS = 60 * 60_000;

/**
 * Hides what sites have and no version does: from then on it counts as an upload
 * that was not ended, which is removed after a day. Answers how many.
 */
export async function hideUnusedBlobs(database: Database, now: number): Promise<number> {
  const due = await database.kysely
    .selectFrom("blobs")
    .innerJoin("sites", "sites.space_id", "blobs.space_id")
    .leftJoin("site_files", (join) =>
      join.onRef("site_files.site_id", "=", "sites.id").onRef("site_files.blob_id", "=", "blobs.id"),
    )
    .select(["blobs.space_id as space", "blobs.id as blob", "sites.id as site"])
    .where("blobs.whole", "=", 1)
    .where("blobs.created_at", "<=", now - VERSION_COMES_MS)
    .where("site_files.blob_id", "is", null)
    .execute();
  for (const { space, blob, site } of due)
    await database.transact(async (transaction) => {
      if (!(await lockIfThere(transaction, space))) return;
      // One that was published meanwhile is in use.
      const used = await transaction
        .selectFrom("site_files")
        .select("blob_id")
        .where("site_id", "=", site)
        .where("blob_id", "=", blob)
        .executeTakeFirst();
      if (used) return;
      await hideBlobs(transaction, { space, ids: [blob] }, now);
    });
  return due.length;
}
