import { sql, type Transaction } from "kysely";
import { newId } from "../../src/domain/ids.ts";
import { hashOf } from "../auth/secrets.ts";
import type { Database } from "../db/database.ts";
import type { Role, Schema } from "../db/schema.ts";
import { lockIfThere } from "./blobs.ts";
import { dropSpaceKey, putSpaceKey } from "./sealed-keys.ts";
import { raiseHome, type RaisedHome } from "./spaces.ts";

/** What an owner can make of others. */
export type GivenRole = Exclude<Role, "owner">;

export interface Member {
  /** The account's id. */
  id: string;
  role: Role;
  /** What the person calls themself; null when they have not said. */
  name: string | null;
  /** Milliseconds since 1970 UTC. */
  since: number;
}

/** An invitation that was not used yet, without what the link holds. */
export interface OpenInvitation {
  handle: string;
  role: GivenRole;
  createdAt: number;
  expiresAt: number;
}

/** Whose lists of spaces are others now. */
export interface Told {
  homes: RaisedHome[];
}

/** An account joined a space, or was in it already. */
export interface Joined extends Told {
  spaceId: string;
  role: Role;
}

/** How long an invitation can be used. Milliseconds. */
const KEPT_MS = 7 * 24 * 60 * 60_000;
/** A program that goes wrong must not fill the table. */
const MAX_OPEN = 50;

/** Who may use a space, and the invitations by which others come to. */
export class Members {
  readonly #database: Database;
  readonly #now: () => number;

  constructor(database: Database, now: () => number) {
    this.#database = database;
    this.#now = now;
  }

  /** A new invitation; its id is told once. null when the space has too many open ones. */
  async invite(
    spaceId: string,
    role: GivenRole,
  ): Promise<{ id: string; handle: string; expiresAt: number } | null> {
    const now = this.#now();
    const made = { id: newId(), handle: newId(), expiresAt: now + KEPT_MS };
    const row = {
      id: hashOf(made.id),
      handle: made.handle,
      space_id: spaceId,
      role,
      created_at: now,
      expires_at: made.expiresAt,
    };
    return this.#database.transact(async (transaction) => {
      await transaction.deleteFrom("invitations").where("expires_at", "<=", now).execute();
      const { open } = await transaction
        .selectFrom("invitations")
        .select(sql<number>`count(*)`.as("open"))
        .where("space_id", "=", spaceId)
        .executeTakeFirstOrThrow();
      if (Number(open) >= MAX_OPEN) return null;
      await transaction.insertInto("invitations").values(row).execute();
      return made;
    });
  }

  /** Those that can still be used, oldest first. */
  async invitations(spaceId: string): Promise<OpenInvitation[]> {
    const rows = await this.#database.kysely
      .selectFrom("invitations")
      .select(["handle", "role", "created_at", "expires_at"])
      .where("space_id", "=", spaceId)
      .where("expires_at", ">", this.#now())
      .orderBy("created_at")
      .orderBy("handle")
      .execute();
    return rows.map((row) => ({
      handle: row.handle,
      role: row.role as GivenRole,
      createdAt: Number(row.created_at),
      expiresAt: Number(row.expires_at),
    }));
  }

  /** Makes an invitation worthless; answers whether there was one. */
  async revoke(spaceId: string, handle: string): Promise<boolean> {
    return this.#database.transact(async (transaction) => {
      const { numDeletedRows } = await transaction
        .deleteFrom("invitations")
        .where("space_id", "=", spaceId)
        .where("handle", "=", handle)
        .executeTakeFirst();
      return numDeletedRows > 0n;
    });
  }

  /**
   * Makes the account a member, and the invitation worthless. Who may do as much
   * already leaves it as it is. `key`: what the member opens an encrypted space
   * with. null when there is none, or it was used, or is too old. no-key: the
   * space is encrypted, and the invitation was left as it is.
   */
  async take(id: string, accountId: string, key: string | null): Promise<Joined | "no-key" | null> {
    const hash = hashOf(id);
    const now = this.#now();
    return this.#database.transact(async (transaction) => {
      const row = await transaction
        .selectFrom("invitations")
        .select(["space_id", "role"])
        .where("id", "=", hash)
        .where("expires_at", ">", now)
        .executeTakeFirst();
      if (!row) return null;
      const space = row.space_id;
      const role = row.role as GivenRole;
      await lockIfThere(transaction, space);
      const before = await roleIn(transaction, space, accountId);
      if (key === null && (await needsKey(transaction, space, accountId))) return "no-key";
      if (before !== null && (before !== "viewer" || role === "viewer")) {
        // Who has the right key may have come by a link with a wrong one before.
        if (key !== null && before !== "owner")
          await putSpaceKey(transaction, { spaceId: space, accountId, sealed: key });
        return { spaceId: space, role: before, homes: [] };
      }
      // Of two who use it at once, the one who removes it is let in.
      const { numDeletedRows } = await transaction
        .deleteFrom("invitations")
        .where("id", "=", hash)
        .executeTakeFirst();
      if (numDeletedRows === 0n) return null;
      if (key !== null) await putSpaceKey(transaction, { spaceId: space, accountId, sealed: key });
      if (before === null)
        await transaction
          .insertInto("members")
          .values({ space_id: space, account_id: accountId, role, created_at: now })
          .execute();
      else await setRole(transaction, { space, accountId, role });
      return { spaceId: space, role, homes: await this.#raise(transaction, space, accountId) };
    });
  }

  /** The owner first, then by when they came. */
  async ofSpace(spaceId: string): Promise<Member[]> {
    const rows = await this.#database.kysely
      .selectFrom("members")
      .leftJoin("account_names", "account_names.account_id", "members.account_id")
      .select(["members.account_id as id", "role", "name", "members.created_at as since"])
      .where("space_id", "=", spaceId)
      .orderBy(sql`CASE role WHEN 'owner' THEN 0 ELSE 1 END`)
      .orderBy("members.created_at")
      .orderBy("members.account_id")
      .execute();
    return rows.map(({ id, role, name, since }) => ({
      id,
      role: role as Role,
      name,
      since: Number(since),
    }));
  }

  /** null when it is no member, or the owner, whose role stays. */
  async setRole(spaceId: string, accountId: string, role: GivenRole): Promise<Told | null> {
    return this.#database.transact(async (transaction) => {
      // Under the lock, or one who becomes the owner meanwhile would be what they were made before.
      await lockIfThere(transaction, spaceId);
      const before = await roleIn(transaction, spaceId, accountId);
      if (before === null || before === "owner") return null;
      if (before === role) return { homes: [] };
      await setRole(transaction, { space: spaceId, accountId, role });
      return { homes: await this.#raise(transaction, spaceId, accountId) };
    });
  }

  /** null when it is no member, or the owner, without whom there is no space. */
  async remove(spaceId: string, accountId: string): Promise<Told | null> {
    return this.#database.transact(async (transaction) => {
      const { numDeletedRows } = await transaction
        .deleteFrom("members")
        .where("space_id", "=", spaceId)
        .where("account_id", "=", accountId)
        .where("role", "!=", "owner")
        .executeTakeFirst();
      if (numDeletedRows === 0n) return null;
      await dropSpaceKey(transaction, spaceId, accountId);
      return { homes: await this.#raise(transaction, spaceId, accountId) };
    });
  }

  /**
   * Makes another member the owner, who stays as an editor: from then on the space
   * takes the room of the new one, and goes with that account. null when `to` is
   * no member, or is it already, or `from` is not (any more). leaving: the account
   * of `to` is to be deleted, and all it owns with it.
   */
  async passOn(
    spaceId: string,
    { from, to }: { from: string; to: string },
  ): Promise<Told | "leaving" | null> {
    return this.#database.transact(async (transaction) => {
      // Of two who do it at once, the second finds that the first is the owner no more.
      await lockIfThere(transaction, spaceId);
      const before = await roleIn(transaction, spaceId, to);
      if ((await roleIn(transaction, spaceId, from)) !== "owner") return null;
      if (before === null || before === "owner") return null;
      if (await isLeaving(transaction, to)) return "leaving";
      // One who leaves at this moment does not become the owner of what they left.
      if (!(await setRole(transaction, { space: spaceId, accountId: to, role: "owner" }))) return null;
      await setRole(transaction, { space: spaceId, accountId: from, role: "editor" });
      await transaction.updateTable("spaces").set({ owner_id: to }).where("id", "=", spaceId).execute();
      return { homes: await this.#raise(transaction, spaceId, from) };
    });
  }

  async nameOf(accountId: string): Promise<string | null> {
    const row = await this.#database.kysely
      .selectFrom("account_names")
      .select("name")
      .where("account_id", "=", accountId)
      .executeTakeFirst();
    return row?.name ?? null;
  }

  /** What fellow members see of an account; null for nothing. */
  async setName(accountId: string, name: string | null): Promise<void> {
    await this.#database.transact(async (transaction) => {
      await transaction.deleteFrom("account_names").where("account_id", "=", accountId).execute();
      if (name !== null)
        await transaction.insertInto("account_names").values({ account_id: accountId, name }).execute();
    });
  }

  /**
   * Raises the home spaces of the member and of the owner, always in the same
   * order, so that two who do it at once do not wait for each other.
   */
  async #raise(transaction: Transaction<Schema>, spaceId: string, accountId: string): Promise<RaisedHome[]> {
    const { owner_id: owner } = await transaction
      .selectFrom("spaces")
      .select("owner_id")
      .where("id", "=", spaceId)
      .executeTakeFirstOrThrow();
    const homes: RaisedHome[] = [];
    for (const id of [...new Set([owner, accountId])].toSorted())
      homes.push(await raiseHome(transaction, id));
    return homes;
  }
}

/** Whether a space is encrypted and the account has nothing to open it with. */
async function needsKey(
  transaction: Transaction<Schema>,
  spaceId: string,
  accountId: string,
): Promise<boolean> {
  const row = await transaction
    .selectFrom("spaces")
    .leftJoin("space_keys", (join) =>
      join.onRef("space_keys.space_id", "=", "spaces.id").on("space_keys.account_id", "=", accountId),
    )
    .select(["encrypted", "sealed"])
    .where("spaces.id", "=", spaceId)
    .executeTakeFirst();
  return Number(row?.encrypted ?? 0) === 1 && (row?.sealed ?? null) === null;
}

async function roleIn(
  transaction: Transaction<Schema>,
  spaceId: string,
  accountId: string,
): Promise<Role | null> {
  const row = await transaction
    .selectFrom("members")
    .select("role")
    .where("space_id", "=", spaceId)
    .where("account_id", "=", accountId)
    .executeTakeFirst();
  return (row?.role as Role | undefined) ?? null;
}

async function isLeaving(transaction: Transaction<Schema>, accountId: string): Promise<boolean> {
  const row = await transaction
    .selectFrom("accounts")
    .select("delete_at")
    .where("id", "=", accountId)
    .executeTakeFirst();
  return row?.delete_at !== null;
}

/** Answers whether there was such a member, with another role. */
async function setRole(
  transaction: Transaction<Schema>,
  { space, accountId, role }: { space: string; accountId: string; role: Role },
): Promise<boolean> {
  const { numUpdatedRows } = await transaction
    .updateTable("members")
    .set({ role })
    .where("space_id", "=", space)
    .where("account_id", "=", accountId)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}
