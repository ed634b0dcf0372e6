import { sql, type Transaction } from "kysely";
import { ABOUT_ITEMS, type PulledItem } from "../../src/domain/sync-protocol.ts";
import { isDuplicate, type Database } from "../db/database.ts";
import type { Role, Schema } from "../db/schema.ts";
import { epochAt } from "./epochs.ts";
import { putSpaceKey } from "./sealed-keys.ts";
import { ITEM_COLUMNS, itemOf } from "../sync/item.ts";

/** A space as a member sees it. */
export interface Space {
  id: string;
  kind: string;
  role: Role;
  encrypted: boolean;
  /** What the member opens an encrypted one with; null for none. */
  key: string | null;
  epoch: number;
  headSeq: number;
  bytes: number;
  /** Accounts that may use it, the owner's among them. */
  members: number;
  /** The items that a list of conversations shows. */
  about: PulledItem[];
}

/** What an account may do in a space, and what kind of space it is with its epoch and newest number. */
export interface Access {
  role: Role;
  kind: string;
  encrypted: boolean;
  epoch: number;
  headSeq: number;
}

/** Spaces asked for in one query. */
const PER_QUERY = 500;

/** Spaces and who may use them. */
export class Spaces {
  readonly #database: Database;
  readonly #now: () => number;

  constructor(database: Database, now: () => number) {
    this.#database = database;
    this.#now = now;
  }

  /** The newest number of each of the account's spaces. */
  async headsOf(accountId: string): Promise<Map<string, number>> {
    const rows = await this.#database.kysely
      .selectFrom("members")
      .innerJoin("spaces", "spaces.id", "members.space_id")
      .select(["spaces.id", "head_seq"])
      .where("members.account_id", "=", accountId)
      .where("kind", "!=", "site")
      .execute();
    return new Map(rows.map((row) => [row.id, Number(row.head_seq)]));
  }

  /** The account's spaces, or one of them. */
  async ofAccount(accountId: string, only?: string): Promise<Space[]> {
    let query = this.#database.kysely
      .selectFrom("members")
      .innerJoin("spaces", "spaces.id", "members.space_id")
      .leftJoin("space_keys", (join) =>
        join
          .onRef("space_keys.space_id", "=", "members.space_id")
          .onRef("space_keys.account_id", "=", "members.account_id"),
      )
      .select(["spaces.id", "kind", "role", "encrypted", "sealed", "epoch", "head_seq", "bytes"])
      .where("members.account_id", "=", accountId)
      // A site's space holds its blobs alone, and nothing to sync.
      .where("kind", "!=", "site")
      .orderBy("spaces.id");
    if (only !== undefined) query = query.where("members.space_id", "=", only);
    const rows = await query.execute();
    const ids = rows.map(({ id }) => id);
    const about = await this.#about(ids);
    const members = await this.#memberCounts(ids);
    return rows.map((row) => ({
      id: row.id,
      kind: row.kind,
      role: row.role as Role,
      encrypted: Number(row.encrypted) === 1,
      key: Number(row.encrypted) === 1 ? row.sealed : null,
      epoch: Number(row.epoch),
      headSeq: Number(row.head_seq),
      bytes: Number(row.bytes),
      members: members.get(row.id) ?? 1,
      about: about.get(row.id) ?? [],
    }));
  }

  async #memberCounts(spaceIds: readonly string[]): Promise<Map<string, number>> {
    const found = new Map<string, number>();
    for (let at = 0; at < spaceIds.length; at += PER_QUERY) {
      const rows = await this.#database.kysely
        .selectFrom("members")
        .select(["space_id", sql<number>`count(*)`.as("count")])
        .where("space_id", "in", spaceIds.slice(at, at + PER_QUERY))
        .groupBy("space_id")
        .execute();
      for (const row of rows) found.set(row.space_id, Number(row.count));
    }
    return found;
  }

  async #about(spaceIds: readonly string[]): Promise<Map<string, PulledItem[]>> {
    const found = new Map<string, PulledItem[]>();
    for (let at = 0; at < spaceIds.length; at += PER_QUERY) {
      const rows = await this.#database.kysely
        .selectFrom("items")
        .select(["space_id", ...ITEM_COLUMNS])
        .where("space_id", "in", spaceIds.slice(at, at + PER_QUERY))
        .where("id", "in", ABOUT_ITEMS)
        .execute();
      for (const row of rows) {
        const items = found.get(row.space_id) ?? [];
        items.push(itemOf(row));
        found.set(row.space_id, items);
      }
    }
    return found;
  }

  /** The account's role in a space, and how that stands; null when it has none there, or there is no such space. */
  async accessOf(spaceId: string, accountId: string): Promise<Access | null> {
    // As text: it is asked with every call, and to put it together would take longer than to answer it.
    const { rows } = await sql<{
      role: string;
      kind: string;
      encrypted: number;
      epoch: number;
      head_seq: number;
    }>`SELECT role, kind, encrypted, epoch, head_seq FROM members
      INNER JOIN spaces ON spaces.id = members.space_id
      WHERE members.space_id = ${spaceId} AND members.account_id = ${accountId}`.execute(
      this.#database.kysely,
    );
    const [row] = rows;
    if (!row) return null;
    return {
      role: row.role as Role,
      kind: row.kind,
      encrypted: Number(row.encrypted) === 1,
      epoch: Number(row.epoch),
      headSeq: Number(row.head_seq),
    };
  }

  /**
   * Makes a space that the account owns; doing it again changes nothing, and
   * answers how it was made. null when another account has that id. `key`: what
   * the owner opens an encrypted one with. The home space's number is raised with
   * it: who listens there learns that the account's spaces are others.
   */
  async create(
    spaceId: string,
    accountId: string,
    { kind, encrypted, key }: { kind: string; encrypted: boolean; key: string | null },
  ): Promise<MadeSpace | null> {
    try {
      const space = { id: spaceId, ownerId: accountId, kind, encrypted };
      const now = this.#now();
      const home = await this.#database.transact(async (transaction) => {
        await insertSpace(transaction, space, now);
        if (key !== null) await putSpaceKey(transaction, { spaceId, accountId, sealed: key });
        return raiseHome(transaction, accountId);
      });
      return { epoch: epochAt(now), encrypted, key, home };
    } catch (error) {
      if (!isDuplicate(error)) throw error;
      const row = await this.#database.kysely
        .selectFrom("spaces")
        .leftJoin("space_keys", (join) =>
          join
            .onRef("space_keys.space_id", "=", "spaces.id")
            .onRef("space_keys.account_id", "=", "spaces.owner_id"),
        )
        .select(["epoch", "encrypted", "sealed"])
        .where("id", "=", spaceId)
        .where("owner_id", "=", accountId)
        .executeTakeFirst();
      if (!row) return null;
      const encrypted = Number(row.encrypted) === 1;
      return { epoch: Number(row.epoch), encrypted, key: row.sealed, home: null };
    }
  }
}

/** How a space was made. `home` is null when it was there before. */
export interface MadeSpace {
  epoch: number;
  encrypted: boolean;
  /** What its owner opens it with; null for one that is not encrypted. */
  key: string | null;
  home: RaisedHome | null;
}

/** An account's home space with its new number. */
export interface RaisedHome {
  id: string;
  headSeq: number;
}

/** Raises the number of an account's home space: who listens there learns that the account's spaces are others. */
export async function raiseHome(transaction: Transaction<Schema>, accountId: string): Promise<RaisedHome> {
  const { home_space: id } = await transaction
    .selectFrom("accounts")
    .select("home_space")
    .where("id", "=", accountId)
    .executeTakeFirstOrThrow();
  await transaction
    .updateTable("spaces")
    .set({ head_seq: sql`head_seq + 1` })
    .where("id", "=", id)
    .execute();
  const { head_seq } = await transaction
    .selectFrom("spaces")
    .select("head_seq")
    .where("id", "=", id)
    .executeTakeFirstOrThrow();
  return { id, headSeq: Number(head_seq) };
}

/** A new empty space with its owner as its one member. */
export async function insertSpace(
  transaction: Transaction<Schema>,
  space: { id: string; ownerId: string; kind: string; encrypted: boolean },
  now: number,
): Promise<void> {
  await transaction
    .insertInto("spaces")
    .values({
      id: space.id,
      owner_id: space.ownerId,
      kind: space.kind,
      encrypted: space.encrypted ? 1 : 0,
      // One that is made again after a restore is another one to who has a cursor of it.
      epoch: epochAt(now),
      head_seq: 0,
      bytes: 0,
      created_at: now,
    })
    .execute();
  await transaction
    .insertInto("members")
    .values({ space_id: space.id, account_id: space.ownerId, role: "owner", created_at: now })
    .execute();
}
