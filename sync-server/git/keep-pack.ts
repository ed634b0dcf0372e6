import { sql, type Transaction } from "kysely";
import { OkcvmError } from "../../src/domain/errors.ts";
import { encodeIdxFile, type PackIndex } from "../../src/domain/git/pack-index.ts";
import { BLOB_PART_BYTES } from "../../src/domain/sync-protocol.ts";
import type { Database } from "../db/database.ts";
import type { Schema } from "../db/schema.ts";
import { lockSpace, PART_BYTES, type Blobs } from "../repos/blobs.ts";
import { NO_ROOM, storeIndex } from "./commit-pack.ts";
import type { IncomingPack } from "./incoming-pack.ts";

/** A pack that was checked and is to be the repository's. */
export interface CheckedPack {
  space: string;
  /** Its checksum. */
  id: string;
  pack: IncomingPack;
  index: PackIndex;
}

export interface KeepParts {
  database: Database;
  blobs: Blobs;
  maxBytes: number;
  now: () => number;
}

/** Parts that get another name in one transaction. */
const PER_TRANSACTION = 16;

/** Keeps a pack and its index, so that they can be read. Errors: `storage-full`. */
export async function keepPack(parts: KeepParts, checked: CheckedPack): Promise<void> {
  const { space, id, pack, index } = checked;
  if ((await parts.blobs.state({ space, id }))?.whole) return pack.remove();
  const idx = Buffer.from(encodeIdxFile(index, id));
  if (!pack.isStored && idx.length <= BLOB_PART_BYTES) return keepAtOnce(parts, checked, idx);
  await pack.store();
  await rename(parts, checked);
  if (!(await storeIndex(parts.blobs, { space, id, maxBytes: parts.maxBytes }, index)))
    throw new OkcvmError("storage-full", NO_ROOM);
  await finish(parts.database, checked);
}

/** Lets it be read, when all of it is there: another server may be at the same pack. Errors: `exists`. */
async function finish(database: Database, { space, id, pack }: CheckedPack): Promise<void> {
  await database.transact(async (transaction) => {
    await lockSpace(transaction, space);
    if (await isWhole(transaction, space, id)) return;
    const { size } = await sizeOf(transaction, { space, id });
    if (size !== pack.size)
      throw new OkcvmError("exists", "The same pack is just being taken from someone else. Push again.");
    await transaction
      .updateTable("blobs")
      .set({ whole: 1 })
      .where("space_id", "=", space)
      .where("id", "=", id)
      .execute();
  });
}

/** All of a small pack in one transaction. */
async function keepAtOnce(
  { database, maxBytes, now }: KeepParts,
  { space, id, pack }: CheckedPack,
  idx: Buffer,
): Promise<void> {
  const pieces: Buffer[] = [];
  for (let n = 0; n < pack.count; n += 1) pieces.push(await pack.part(n));
  const blobs = [
    { id, pieces },
    { id: `${id}.idx`, pieces: [idx] },
  ];
  await database.transact(async (transaction) => {
    const room = await lockSpace(transaction, space);
    if (await isWhole(transaction, space, id)) return;
    let bytes = room.bytes;
    for (const blob of blobs) {
      bytes -= await clear(transaction, { space, id: blob.id });
      for (const [n, piece] of blob.pieces.entries())
        await transaction
          .insertInto("blob_parts")
          .values({ space_id: space, blob_id: blob.id, n, bytes: piece })
          .execute();
      const size = blob.pieces.reduce((sum, piece) => sum + piece.length, 0);
      bytes += size + blob.pieces.length * PART_BYTES;
      const row = { space_id: space, id: blob.id, size, whole: 1, created_at: now() };
      await transaction.insertInto("blobs").values(row).execute();
    }
    if (bytes > maxBytes) throw new OkcvmError("storage-full", NO_ROOM);
    await transaction.updateTable("spaces").set({ bytes }).where("id", "=", space).execute();
  });
}

/** Gives a pack that is in the database its own name, some parts at a time. Stopped anywhere, what is there of both is an upload that was not ended. */
async function rename({ database, now }: KeepParts, { space, id, pack }: CheckedPack): Promise<void> {
  for (let from = 0; from < pack.count; from += PER_TRANSACTION) {
    const done = await database.transact(async (transaction) => {
      const { bytes } = await lockSpace(transaction, space);
      if (await isWhole(transaction, space, id)) return true;
      // Whatever else was uploaded under that name was not ended, or is the same.
      const freed = from === 0 ? await clear(transaction, { space, id }) : 0;
      if (from === 0) {
        const row = { space_id: space, id, size: pack.size, whole: 0, created_at: now() };
        await transaction.insertInto("blobs").values(row).execute();
      }
      await transaction
        .updateTable("blob_parts")
        .set({ blob_id: id })
        .where("space_id", "=", space)
        .where("blob_id", "=", pack.name.id)
        .where("n", ">=", from)
        .where("n", "<", from + PER_TRANSACTION)
        .execute();
      await transaction
        .updateTable("spaces")
        .set({ bytes: bytes - freed })
        .where("id", "=", space)
        .execute();
      return false;
    });
    if (done) break;
  }
  await pack.remove();
}

async function isWhole(transaction: Transaction<Schema>, space: string, id: string): Promise<boolean> {
  const row = await transaction
    .selectFrom("blobs")
    .select("whole")
    .where("space_id", "=", space)
    .where("id", "=", id)
    .executeTakeFirst();
  return Number(row?.whole) === 1;
}

/** Removes what is there of a blob; answers what it took. */
async function clear(transaction: Transaction<Schema>, name: { space: string; id: string }): Promise<number> {
  const { size, count } = await sizeOf(transaction, name);
  const { space, id } = name;
  await transaction
    .deleteFrom("blob_parts")
    .where("space_id", "=", space)
    .where("blob_id", "=", id)
    .execute();
  await transaction.deleteFrom("blobs").where("space_id", "=", space).where("id", "=", id).execute();
  return size + count * PART_BYTES;
}

async function sizeOf(
  transaction: Transaction<Schema>,
  { space, id }: { space: string; id: string },
): Promise<{ size: number; count: number }> {
  const { count, size } = await transaction
    .selectFrom("blob_parts")
    .select([sql<number>`count(*)`.as("count"), sql<number | null>`sum(length(bytes))`.as("size")])
    .where("space_id", "=", space)
    .where("blob_id", "=", id)
    .executeTakeFirstOrThrow();
  return { size: Number(size ?? 0), count: Number(count) };
}
