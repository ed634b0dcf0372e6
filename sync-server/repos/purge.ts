import type { Database } from "../db/database.ts";

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
    for (const space of spaces) await purgeSpace(database, space.id);
    // The account goes last: as long as it is there, what is left is found again.
    await database.transact(async (transaction) => {
      await transaction.deleteFrom("members").where("account_id", "=", id).execute();
      await transaction.deleteFrom("letters").where("account_id", "=", id).execute();
      await transaction.deleteFrom("devices").where("account_id", "=", id).execute();
      await transaction.deleteFrom("accounts").where("id", "=", id).execute();
    });
  }
  return due.length;
}

async function purgeSpace(database: Database, spaceId: string): Promise<void> {
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
  await database.transact(async (transaction) => {
    await transaction.deleteFrom("members").where("space_id", "=", spaceId).execute();
    await transaction.deleteFrom("spaces").where("id", "=", spaceId).execute();
  });
}
