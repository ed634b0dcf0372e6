import type { Transaction } from "kysely";
import { isDuplicate, type Database } from "../db/database.ts";
import type { Schema } from "../db/schema.ts";

/** Keys that the server keeps for members and cannot use: each is under a key that it does not have. */
export class SealedKeys {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** An account's own key; null when it has none yet. */
  async ofAccount(accountId: string): Promise<string | null> {
    return ofAccount(this.#database.kysely, accountId);
  }

  /** Keeps an account's first key. Answers false when it has one: what is under that one must stay readable. */
  async giveAccount(accountId: string, sealed: string): Promise<boolean> {
    try {
      await this.#database.transact((transaction) => putAccountKey(transaction, accountId, sealed));
      return true;
    } catch (error) {
      if (!isDuplicate(error)) throw error;
      return false;
    }
  }
}

/** An account's own key. */
export async function ofAccount(on: Database["kysely"], accountId: string): Promise<string | null> {
  const row = await on
    .selectFrom("account_keys")
    .select("sealed")
    .where("account_id", "=", accountId)
    .executeTakeFirst();
  return row?.sealed ?? null;
}

/** Keeps an account's first key. Inside a transaction. */
export async function putAccountKey(
  transaction: Transaction<Schema>,
  accountId: string,
  sealed: string,
): Promise<void> {
  await transaction.insertInto("account_keys").values({ account_id: accountId, sealed }).execute();
}

/** Keeps what a member opens a space with, in the place of what they had. Inside a transaction. */
export async function putSpaceKey(
  transaction: Transaction<Schema>,
  { spaceId, accountId, sealed }: { spaceId: string; accountId: string; sealed: string },
): Promise<void> {
  await dropSpaceKey(transaction, spaceId, accountId);
  await transaction
    .insertInto("space_keys")
    .values({ space_id: spaceId, account_id: accountId, sealed })
    .execute();
}

/** What a member opened a space with goes when they do. Inside a transaction. */
export async function dropSpaceKey(
  transaction: Transaction<Schema>,
  spaceId: string,
  accountId: string,
): Promise<void> {
  await transaction
    .deleteFrom("space_keys")
    .where("space_id", "=", spaceId)
    .where("account_id", "=", accountId)
    .execute();
}
