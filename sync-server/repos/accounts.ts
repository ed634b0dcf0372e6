import type { Transaction } from "kysely";
import { newId } from "../../src/domain/ids.ts";
import { hashOf, newToken } from "../auth/secrets.ts";
import { joinScopes, splitScopes, type Scope } from "../auth/scopes.ts";
import { isDuplicate, type Database } from "../db/database.ts";
import type { Schema } from "../db/schema.ts";
import { useAccountInvitation } from "./account-invitations.ts";
import { ofAccount, putAccountKey } from "./sealed-keys.ts";
import { insertSpace } from "./spaces.ts";

export interface Account {
  id: string;
  homeSpace: string;
  createdAt: number;
  /** Milliseconds since 1970 UTC; null while it is not to be deleted. */
  deleteAt: number | null;
}

export interface Device {
  id: string;
  name: string;
  scopes: Set<Scope>;
  createdAt: number;
  seenAt: number;
}

/** Who a token belongs to. */
export interface Caller {
  accountId: string;
  deviceId: string;
  scopes: ReadonlySet<Scope>;
}

/** Another secret, and what of the account goes along. */
export interface Rotation {
  authHash: string;
  /** The account's key under the new secret; null for none. */
  sealedKey: string | null;
  /** The sealed key that the caller knows of; left out when it does not say. */
  before: string | null | undefined;
  /** Every other device is revoked; null: none is. */
  keepDevice: string | null;
}

/** A token is noted as seen this often at most. Milliseconds. */
const SEEN_EVERY_MS = 60_000;

/** Accounts and their devices. */
export class Accounts {
  readonly #database: Database;
  readonly #now: () => number;

  constructor(database: Database, now: () => number) {
    this.#database = database;
    this.#now = now;
  }

  /**
   * A new account with its home space. `sealedKey`: the account's key, under one
   * that the server does not have. `invitation`: what is used up for it; null
   * where none is needed. exists: there is one with that hash, and the invitation
   * stays as it is. not-invited: the invitation is not good.
   */
  async create(
    authHash: string,
    sealedKey: string | null = null,
    invitation: string | null = null,
  ): Promise<Account | "exists" | "not-invited"> {
    const now = this.#now();
    const account: Account = { id: newId(), homeSpace: newId(), createdAt: now, deleteAt: null };
    try {
      return await this.#database.transact(async (transaction) => {
        const { id, homeSpace } = account;
        // Before an invitation is used up: whoever lost the first answer asks again with the same.
        if (await isTaken(transaction, authHash)) return "exists";
        if (invitation !== null && !(await useAccountInvitation(transaction, invitation, now)))
          return "not-invited";
        await transaction
          .insertInto("accounts")
          .values({ id, auth_hash: authHash, home_space: homeSpace, created_at: now, delete_at: null })
          .execute();
        const space = { id: homeSpace, ownerId: id, kind: "home", encrypted: false };
        await insertSpace(transaction, space, now);
        if (sealedKey !== null) await putAccountKey(transaction, id, sealedKey);
        return account;
      });
    } catch (error) {
      if (isDuplicate(error)) return "exists";
      throw error;
    }
  }

  /** The account whose sign-in key this is; null when there is none. */
  async byAuthKey(authKey: string): Promise<Account | null> {
    return this.#one("auth_hash", hashOf(authKey));
  }

  async byId(id: string): Promise<Account | null> {
    return this.#one("id", id);
  }

  async #one(column: "id" | "auth_hash", value: string): Promise<Account | null> {
    const row = await this.#database.kysely
      .selectFrom("accounts")
      .selectAll()
      .where(column, "=", value)
      .executeTakeFirst();
    if (!row) return null;
    return {
      id: row.id,
      homeSpace: row.home_space,
      createdAt: Number(row.created_at),
      deleteAt: row.delete_at === null ? null : Number(row.delete_at),
    };
  }

  /**
   * Puts another secret in the place of the account's; the old one is worthless.
   * With `keepDevice`, every other device is revoked. `sealedKey`: the account's
   * key under the new secret. exists: another account has that secret. no-key:
   * the account has a key, which the new secret would not open. other-key:
   * it has another than the caller knows of.
   */
  async rotate(
    accountId: string,
    { authHash, sealedKey, before, keepDevice }: Rotation,
  ): Promise<"rotated" | "exists" | "no-key" | "other-key"> {
    try {
      return await this.#database.transact(async (transaction) => {
        const now = await ofAccount(transaction, accountId);
        if (sealedKey === null && now !== null) return "no-key";
        if (before !== undefined && before !== now) return "other-key";
        if (sealedKey !== null) {
          await transaction.deleteFrom("account_keys").where("account_id", "=", accountId).execute();
          await putAccountKey(transaction, accountId, sealedKey);
        }
        await transaction
          .updateTable("accounts")
          .set({ auth_hash: authHash })
          .where("id", "=", accountId)
          .execute();
        if (keepDevice === null) return "rotated";
        await transaction
          .deleteFrom("devices")
          .where("account_id", "=", accountId)
          .where("id", "!=", keepDevice)
          .execute();
        // A sign-in link that one of them made would let it in again.
        await transaction.deleteFrom("letters").where("account_id", "=", accountId).execute();
        return "rotated";
      });
    } catch (error) {
      if (isDuplicate(error)) return "exists";
      throw error;
    }
  }

  /** Says when the account is to be gone; null takes it back. */
  async setDeletion(accountId: string, at: number | null): Promise<void> {
    await this.#database.transact((transaction) =>
      transaction.updateTable("accounts").set({ delete_at: at }).where("id", "=", accountId).execute(),
    );
  }

  /** A new device; its token is told once and never kept. */
  async addDevice(
    accountId: string,
    { name, scopes }: { name: string; scopes: readonly Scope[] },
  ): Promise<{ device: Device; token: string }> {
    const now = this.#now();
    const token = newToken();
    const device: Device = { id: newId(), name, scopes: new Set(scopes), createdAt: now, seenAt: now };
    const row = {
      account_id: accountId,
      id: device.id,
      token_hash: hashOf(token),
      name,
      scopes: joinScopes(scopes),
      created_at: now,
      seen_at: now,
    };
    await this.#database.transact((transaction) => transaction.insertInto("devices").values(row).execute());
    return { device, token };
  }

  async devices(accountId: string): Promise<Device[]> {
    const rows = await this.#database.kysely
      .selectFrom("devices")
      .selectAll()
      .where("account_id", "=", accountId)
      .orderBy("created_at")
      .orderBy("id")
      .execute();
    return rows.map((row) => ({
      id: row.id,
      name: row.name,
      scopes: splitScopes(row.scopes),
      createdAt: Number(row.created_at),
      seenAt: Number(row.seen_at),
    }));
  }

  /** Answers whether there was one. */
  async renameDevice(accountId: string, deviceId: string, name: string): Promise<boolean> {
    return this.#database.transact(async (transaction) => {
      // Asked first: a row that has the name already counts as not changed.
      const found = await transaction
        .selectFrom("devices")
        .select("id")
        .where("account_id", "=", accountId)
        .where("id", "=", deviceId)
        .executeTakeFirst();
      if (!found) return false;
      await transaction
        .updateTable("devices")
        .set({ name })
        .where("account_id", "=", accountId)
        .where("id", "=", deviceId)
        .execute();
      return true;
    });
  }

  /** Makes its token worthless; answers whether there was one. */
  async revokeDevice(accountId: string, deviceId: string): Promise<boolean> {
    return this.#database.transact(async (transaction) => {
      const { numDeletedRows } = await transaction
        .deleteFrom("devices")
        .where("account_id", "=", accountId)
        .where("id", "=", deviceId)
        .executeTakeFirst();
      // Which device made a sign-in link is not known: those of all go.
      if (numDeletedRows > 0n)
        await transaction.deleteFrom("letters").where("account_id", "=", accountId).execute();
      return numDeletedRows > 0n;
    });
  }

  /** Who a token belongs to; null for one that is unknown or was revoked. */
  async callerOf(tokenHash: string): Promise<Caller | null> {
    const row = await this.#database.kysely
      .selectFrom("devices")
      .select(["account_id", "id", "scopes", "seen_at"])
      .where("token_hash", "=", tokenHash)
      .executeTakeFirst();
    if (!row) return null;
    await this.#noteSeen(row.account_id, row.id, Number(row.seen_at));
    return { accountId: row.account_id, deviceId: row.id, scopes: splitScopes(row.scopes) };
  }

  async #noteSeen(accountId: string, deviceId: string, before: number): Promise<void> {
    const now = this.#now();
    if (now - before < SEEN_EVERY_MS) return;
    await this.#database.transact((transaction) =>
      transaction
        .updateTable("devices")
        .set({ seen_at: now })
        .where("account_id", "=", accountId)
        .where("id", "=", deviceId)
        .execute(),
    );
  }
}

async function isTaken(transaction: Transaction<Schema>, authHash: string): Promise<boolean> {
  const row = await transaction
    .selectFrom("accounts")
    .select("id")
    .where("auth_hash", "=", authHash)
    .executeTakeFirst();
  return row !== undefined;
}
