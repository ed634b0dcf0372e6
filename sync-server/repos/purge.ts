import type { Database } from "../db/database.ts";
import { lockIfThere, removeBlob } from "./blobs.ts";

/** Rows removed in one transaction: a long one would hold others up. */
const PER_TRANSACTION = 500;

/** Removes every row of the accounts whose time has come. Stopped anywhere, it goes on the next time. Answers how many are gone. */
export async function purgeAccounts(database: Database, now: number): Promise<number> {
  const due = await database.kysely
    .selectFrom("accounts")
    .select("id")
    .where("delete_at", "<=", now)
    .execute();
  for (const { id } of due) {
    const spaces = await database.kysely
      .selectFrom("spaces")
      .select("id")
      .where("owner_id", "=", id)
      .execute();
    for (const space of spaces)
      if (await isOwned(database, space.id, id)) await purgeSpace(database, space.id);
    // The account goes last: as long as it is there, what is left is found again.
    await database.transact(async (transaction) => {
      await transaction.deleteFrom("members").where("account_id", "=", id).execute();
      await transaction.deleteFrom("identities").where("account_id", "=", id).execute();
      await transaction.deleteFrom("model_usage").where("account_id", "=", id).execute();
      await transaction.deleteFrom("letters").where("account_id", "=", id).execute();
      await transaction.deleteFrom("account_invitations").where("account_id", "=", id).execute();
      await transaction.deleteFrom("account_names").where("account_id", "=", id).execute();
      await transaction.deleteFrom("account_keys").where("account_id", "=", id).execute();
      await transaction.deleteFrom("space_keys").where("account_id", "=", id).execute();
      await transaction.deleteFrom("devices").where("account_id", "=", id).execute();
      await transaction.deleteFrom("accounts").where("id", "=", id).execute();
    });
  }
  return due.length;
}

/** It may have been passed on since it was listed. */
async function isOwned({ kysely }: Database, spaceId: string, accountId: string): Promise<boolean> {
  const row = await kysely
    .selectFrom("spaces")
    .select("owner_id")
    .where("id", "=", spaceId)
    .executeTakeFirst();
  return row?.owner_id === accountId;
}

/** First what is shown, so that nothing is seen of which a part is gone. The site itself goes with its space: until then its owner can do this again. */
async function purgeSitesOf(database: Database, spaceId: string): Promise<void> {
  const sites = await database.kysely
    .selectFrom("sites")
    .select("id")
    .where("space_id", "=", spaceId)
    .execute();
  for (const { id } of sites)
    await database.transact(async (transaction) => {
      await lockIfThere(transaction, spaceId);
      await transaction.updateTable("sites").set({ active: null }).where("id", "=", id).execute();
      await transaction.deleteFrom("site_files").where("site_id", "=", id).execute();
      await transaction.deleteFrom("site_versions").where("site_id", "=", id).execute();
    });
}

/** How long an upload may rest before what is there of it is removed. Milliseconds. */
const UPLOAD_RESTS_MS = 24 * 60 * 60_000;

/** Removes uploads that were not ended. Answers how many. */
export async function purgeUploads(database: Database, now: number): Promise<number> {
  const due = await database.kysely
    .selectFrom("blobs")
    .select(["space_id", "id"])
    .where("whole", "=", 0)
    .where("created_at", "<=", now - UPLOAD_RESTS_MS)
    .execute();
  for (const { space_id: space, id } of due) await removeBlob(database, { space, id });
  return due.length;
}

/** Removes a space with all that is in it. Stopped anywhere, it can be done again. */
export async function purgeSpace(database: Database, spaceId: string): Promise<void> {
  await purgeSitesOf(database, spaceId);
  for (let left = true; left;) {
    left = await database.transact(async (transaction) => {
      const rows = await transaction
        .selectFrom("items")
        .select("id")
        .where("space_id", "=", spaceId)
        .limit(PER_TRANSACTION)
        .execute();
      if (rows.length === 0) return false;
      const ids = rows.map(({ id }) => id);
      await transaction.deleteFrom("items").where("space_id", "=", spaceId).where("id", "in", ids).execute();
      return true;
    });
  }
  const blobs = await database.kysely
    .selectFrom("blobs")
    .select("id")
    .where("space_id", "=", spaceId)
    .execute();
  for (const { id } of blobs) await removeBlob(database, { space: spaceId, id });
  await database.transact(async (transaction) => {
    await lockIfThere(transaction, spaceId);
    await transaction.deleteFrom("invitations").where("space_id", "=", spaceId).execute();
    await transaction.deleteFrom("members").where("space_id", "=", spaceId).execute();
    await transaction.deleteFrom("space_keys").where("space_id", "=", spaceId).execute();
    await transaction.deleteFrom("sites").where("space_id", "=", spaceId).execute();
    // What came while the rest was removed.
    await transaction.deleteFrom("blob_parts").where("space_id", "=", spaceId).execute();
    await transaction.deleteFrom("blobs").where("space_id", "=", spaceId).execute();
    await transaction.deleteFrom("spaces").where("id", "=", spaceId).execute();
  });
}
