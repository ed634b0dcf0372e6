import { sql, type Transaction } from "kysely";
import { newId } from "../../src/domain/ids.ts";
import { hashOf } from "../auth/secrets.ts";
import { isDuplicate, type Database } from "../db/database.ts";
import type { Schema } from "../db/schema.ts";

/** An invitation that was not used yet, without what the link holds. */
export interface OpenAccountInvitation {
  handle: string;
  /** Milliseconds since 1970 UTC. */
  createdAt: number;
  expiresAt: number;
}

/** How long an invitation can be used. Milliseconds. */
const KEPT_MS = 7 * 24 * 60 * 60_000;
/** What one account may invite in that time, used or not, into conversations too: a program that goes wrong must not let a crowd in. */
const MOST = 20;
/** In an account's place: the operator, by the command line. */
const OPERATOR = "";

/** Invitations to make an account, for servers that want one. */
export class AccountInvitations {
  readonly #database: Database;
  readonly #now: () => number;

  constructor(database: Database, now: () => number) {
    this.#database = database;
    this.#now = now;
  }

  /** A new one; its id is told once. `by`: an account, or null for the operator. null when the account has invited too many. */
  async make(by: string | null): Promise<{ id: string; handle: string; expiresAt: number } | null> {
    const now = this.#now();
    const made = { id: newId(), handle: newId(), expiresAt: now + KEPT_MS };
    return this.#database.transact(async (transaction) => {
      if (by !== null && (await countOf(transaction, by, now)) >= MOST) return null;
      await transaction
        .insertInto("account_invitations")
        .values({
          id: hashOf(made.id),
          handle: made.handle,
          account_id: by ?? OPERATOR,
          created_at: now,
          expires_at: made.expiresAt,
          used: 0,
        })
        .execute();
      return made;
    });
  }

  /** An account's that can still be used, oldest first. */
  async open(accountId: string): Promise<OpenAccountInvitation[]> {
    const rows = await this.#database.kysely
      .selectFrom("account_invitations")
      .select(["handle", "created_at", "expires_at"])
      .where("account_id", "=", accountId)
      .where("used", "=", 0)
      .where("expires_at", ">", this.#now())
      .orderBy("created_at")
      .orderBy("handle")
      .execute();
    return rows.map((row) => ({
      handle: row.handle,
      createdAt: Number(row.created_at),
      expiresAt: Number(row.expires_at),
    }));
  }

  /** Makes one of an account's worthless; answers whether there was one. */
  async revoke(accountId: string, handle: string): Promise<boolean> {
    return this.#database.transact(async (transaction) => {
      const { numDeletedRows } = await transaction
        .deleteFrom("account_invitations")
        .where("account_id", "=", accountId)
        .where("handle", "=", handle)
        .where("used", "=", 0)
        .executeTakeFirst();
      return numDeletedRows > 0n;
    });
  }
}

/** What an account has invited of late. */
async function countOf(transaction: Transaction<Schema>, accountId: string, now: number): Promise<number> {
  const { count } = await transaction
    .selectFrom("account_invitations")
    .select(sql<number>`count(*)`.as("count"))
    .where("account_id", "=", accountId)
    .where("expires_at", ">", now)
    .executeTakeFirstOrThrow();
  return Number(count);
}

/**
 * Uses an invitation up, so that it makes one account. That into a conversation
 * makes one too, for its owner, and can be used for the conversation after that:
 * whoever was let in there is not sent for another link. False for one that is
 * none, was used, or is too old, or whose owner has let too many in.
 */
export async function useAccountInvitation(
  transaction: Transaction<Schema>,
  id: string,
  now: number,
): Promise<boolean> {
  const hash = hashOf(id);
  const { numUpdatedRows } = await transaction
    .updateTable("account_invitations")
    .set({ used: 1 })
    .where("id", "=", hash)
    .where("used", "=", 0)
    .where("expires_at", ">", now)
    .executeTakeFirst();
  if (numUpdatedRows > 0n) return true;
  const conversation = await transaction
    .selectFrom("invitations")
    .innerJoin("spaces", "spaces.id", "invitations.space_id")
    .select(["expires_at", "owner_id"])
    .where("invitations.id", "=", hash)
    .where("expires_at", ">", now)
    .executeTakeFirst();
  if (!conversation || (await countOf(transaction, conversation.owner_id, now)) >= MOST) return false;
  const about = { owner: conversation.owner_id, expiresAt: Number(conversation.expires_at) };
  return noteUsed(transaction, { id: hash, now, ...about });
}

/** False when another was faster. */
async function noteUsed(
  transaction: Transaction<Schema>,
  { id, now, owner, expiresAt }: { id: string; now: number; owner: string; expiresAt: number },
): Promise<boolean> {
  const about = { handle: newId(), account_id: owner, created_at: now, expires_at: expiresAt, used: 1 };
  try {
    await transaction
      .insertInto("account_invitations")
      .values({ id, ...about })
      .execute();
    return true;
  } catch (error) {
    if (isDuplicate(error)) return false;
    throw error;
  }
}

/** Forgets those that can be used no more. */
export async function forgetOldInvitations(database: Database, now: number): Promise<void> {
  await database.transact((transaction) =>
    transaction.deleteFrom("account_invitations").where("expires_at", "<=", now).execute(),
  );
}
