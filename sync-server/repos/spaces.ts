import type { Transaction } from "kysely";
import { isDuplicate, type Database } from "../db/database.ts";
import type { Role, Schema } from "../db/schema.ts";

/** A space as a member sees it. */
export interface Space {
  id: string;
  kind: string;
  role: Role;
  encrypted: boolean;
  epoch: number;
  headSeq: number;
  bytes: number;
}

/** Spaces and who may use them. */
export class Spaces {
  readonly #database: Database;
  readonly #now: () => number;

  constructor(database: Database, now: () => number) {
    this.#database = database;
    this.#now = now;
  }

  async ofAccount(accountId: string): Promise<Space[]> {
    const rows = await this.#database.kysely
      .selectFrom("members")
      .innerJoin("spaces", "spaces.id", "members.space_id")
      .select(["spaces.id", "kind", "role", "encrypted", "epoch", "head_seq", "bytes"])
      .where("members.account_id", "=", accountId)
      .orderBy("spaces.id")
      .execute();
    return rows.map((row) => ({
      id: row.id,
      kind: row.kind,
      role: row.role as Role,
      encrypted: Number(row.encrypted) === 1,
      epoch: Number(row.epoch),
      headSeq: Number(row.head_seq),
      bytes: Number(row.bytes),
    }));
  }

  /** The account's role in a space; null when it has none there, or there is no such space. */
  async roleOf(spaceId: string, accountId: string): Promise<Role | null> {
    const row = await this.#database.kysely
      .selectFrom("members")
      .select("role")
      .where("space_id", "=", spaceId)
      .where("account_id", "=", accountId)
      .executeTakeFirst();
    return (row?.role as Role | undefined) ?? null;
  }

  /** Makes a space that the account owns; doing it again changes nothing. Answers false when another account has that id. */
  async create(
    spaceId: string,
    accountId: string,
    about: { kind: string; encrypted: boolean },
  ): Promise<boolean> {
    try {
      const space = { id: spaceId, ownerId: accountId, ...about };
      await this.#database.transact((transaction) => insertSpace(transaction, space, this.#now()));
      return true;
    } catch (error) {
      if (!isDuplicate(error)) throw error;
      return (await this.roleOf(spaceId, accountId)) === "owner";
    }
  }
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
      epoch: 1,
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
