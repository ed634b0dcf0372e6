import { sql, type Transaction } from "kysely";
import { BLOB_PART_BYTES } from "../../src/domain/sync-protocol.ts";
import type { Database } from "../db/database.ts";
import type { Schema } from "../db/schema.ts";

/** Which blob. */
export interface BlobName {
  space: string;
  id: string;
}

export interface BlobState {
  /** Bytes of the parts that are there. */
  size: number;
  /** True when it was checked and may be read. */
  whole: boolean;
}

/** What each part takes besides its bytes. */
export const PART_BYTES = 100;

/** Blobs of spaces, in parts. */
export class Blobs {
  readonly #database: Database;
  readonly #now: () => number;

  constructor(database: Database, now: () => number) {
    this.#database = database;
    this.#now = now;
  }

  /** null for one that is not there. */
  async state({ space, id }: BlobName): Promise<BlobState | null> {
    const row = await this.#database.kysely
      .selectFrom("blobs")
      .select(["size", "whole"])
      .where("space_id", "=", space)
      .where("id", "=", id)
      .executeTakeFirst();
    return row ? { size: Number(row.size), whole: Number(row.whole) === 1 } : null;
  }

  /** Numbers and bytes of the parts that are there. */
  async parts({ space, id }: BlobName): Promise<{ n: number; size: number }[]> {
    const rows = await this.#database.kysely
      .selectFrom("blob_parts")
      .select(["n", sql<number>`length(bytes)`.as("size")])
      .where("space_id", "=", space)
      .where("blob_id", "=", id)
      .orderBy("n")
      .execute();
    return rows.map(({ n, size }) => ({ n: Number(n), size: Number(size) }));
  }

  /**
   * Keeps a part; one that is there already stays. Answers whether there was
   * room. What it takes counts for the space at once.
   */
  async put(name: BlobName, n: number, bytes: Uint8Array, maxBytes: number): Promise<boolean> {
    return this.#database.transact(async (transaction) => {
      const space = await lockSpace(transaction, name.space);
      const there = await transaction
        .selectFrom("blob_parts")
        .select("n")
        .where("space_id", "=", name.space)
        .where("blob_id", "=", name.id)
        .where("n", "=", n)
        .executeTakeFirst();
      if (there) return true;
      const takes = bytes.length + PART_BYTES;
      if (space.bytes + takes > maxBytes) return false;
      await transaction
        .insertInto("blob_parts")
        .values({ space_id: name.space, blob_id: name.id, n, bytes: Buffer.from(bytes) })
        .execute();
      await this.#grow(transaction, name, bytes.length);
      await transaction
        .updateTable("spaces")
        .set({ bytes: space.bytes + takes })
        .where("id", "=", name.space)
        .execute();
      return true;
    });
  }

  /** One part's bytes; null when it is not there. */
  async part({ space, id }: BlobName, n: number): Promise<Buffer | null> {
    const row = await this.#database.kysely
      .selectFrom("blob_parts")
      .select("bytes")
      .where("space_id", "=", space)
      .where("blob_id", "=", id)
      .where("n", "=", n)
      .executeTakeFirst();
    return row ? Buffer.from(row.bytes) : null;
  }

  /** Bytes from `start` up to `end`, read part by part as they are taken. Errors: one whose part is not there breaks off. */
  read(name: BlobName, start: number, end: number): ReadableStream<Uint8Array> {
    let at = start;
    return new ReadableStream<Uint8Array>({
      pull: async (controller) => {
        if (at >= end) return controller.close();
        const n = Math.floor(at / BLOB_PART_BYTES);
        const part = await this.part(name, n);
        if (!part) throw new Error(`A part of a blob is missing: ${name.id} ${n}`);
        const from = at - n * BLOB_PART_BYTES;
        const bytes = part.subarray(from, Math.min(part.length, from + end - at));
        at += bytes.length;
        controller.enqueue(new Uint8Array(bytes));
      },
    });
  }

  /** Lets it be read from now on. */
  async finish({ space, id }: BlobName): Promise<void> {
    await this.#database.transact((transaction) =>
      transaction
        .updateTable("blobs")
        .set({ whole: 1 })
        .where("space_id", "=", space)
        .where("id", "=", id)
        .execute(),
    );
  }

  /** Removes blobs, whole or not, and gives their room back. */
  async remove(space: string, ids: readonly string[]): Promise<void> {
    for (const id of ids) await removeBlob(this.#database, { space, id });
  }

  async #grow(transaction: Transaction<Schema>, { space, id }: BlobName, by: number): Promise<void> {
    const { numUpdatedRows } = await transaction
      .updateTable("blobs")
      .set({ size: sql`size + ${by}` })
      .where("space_id", "=", space)
      .where("id", "=", id)
      .executeTakeFirst();
    if (numUpdatedRows > 0n) return;
    const row = { space_id: space, id, size: by, whole: 0, created_at: this.#now() };
    await transaction.insertInto("blobs").values(row).execute();
  }
}

/** Locks a space's row, so that what it takes is counted by one at a time. */
export async function lockSpace(transaction: Transaction<Schema>, space: string): Promise<{ bytes: number }> {
  const locked = await lockIfThere(transaction, space);
  if (!locked) throw new Error("The space was removed meanwhile.");
  return locked;
}

/** The same; null for a space that is gone. */
export async function lockIfThere(
  transaction: Transaction<Schema>,
  space: string,
): Promise<{ bytes: number } | null> {
  await transaction
    .updateTable("spaces")
    .set({ bytes: sql`bytes + 0` })
    .where("id", "=", space)
    .execute();
  const row = await transaction
    .selectFrom("spaces")
    .select("bytes")
    .where("id", "=", space)
    .executeTakeFirst();
  return row ? { bytes: Number(row.bytes) } : null;
}

/** Lets blobs be read no more: they count as uploads that were not ended from `now` on. Inside a transaction. */
export async function hideBlobs(
  transaction: Transaction<Schema>,
  { space, ids }: { space: string; ids: readonly string[] },
  now: number,
): Promise<void> {
  await transaction
    .updateTable("blobs")
    .set({ whole: 0, created_at: now })
    .where("space_id", "=", space)
    .where("id", "in", ids)
    .execute();
}

/** Parts removed in one transaction. */
const PER_TRANSACTION = 16;

/** Removes one, part by part: a long transaction would hold others up. Stopped anywhere, it can be done again. */
export async function removeBlob(database: Database, { space, id }: BlobName): Promise<void> {
  for (let left = true; left;) {
    left = await database.transact(async (transaction) => {
      // Of one that is gone what is left here counts for nobody.
      await lockIfThere(transaction, space);
      const rows = await transaction
        .selectFrom("blob_parts")
        .select(["n", sql<number>`length(bytes)`.as("size")])
        .where("space_id", "=", space)
        .where("blob_id", "=", id)
        .limit(PER_TRANSACTION)
        .execute();
      if (rows.length === 0) {
        await transaction.deleteFrom("blobs").where("space_id", "=", space).where("id", "=", id).execute();
        return false;
      }
      const numbers = rows.map(({ n }) => Number(n));
      const freed = rows.reduce((sum, { size }) => sum + Number(size) + PART_BYTES, 0);
      await transaction
        .deleteFrom("blob_parts")
        .where("space_id", "=", space)
        .where("blob_id", "=", id)
        .where("n", "in", numbers)
        .execute();
      await transaction
        .updateTable("spaces")
        .set({ bytes: sql`bytes - ${freed}` })
        .where("id", "=", space)
        .execute();
      return true;
    });
  }
}
