import { sql, type RawBuilder } from "kysely";
import { stampAt } from "../../src/domain/clock-stamp.ts";
import type { Database } from "../db/database.ts";
import { Blobs, hideBlobs, lockIfThere, type BlobName } from "../repos/blobs.ts";
import { idsOfPack, livePacks } from "./live-packs.ts";

/** How long a pack that another one replaced can still be read: a clone may be in the middle of it. Milliseconds. */
const READABLE_MS = 10 * 60_000;
/** The same where the server cannot see whether all of it is elsewhere: somebody's browser has to find out first. */
const READABLE_SEALED_MS = 24 * 60 * 60_000;

/**
 * Hides packs that devices need no more: that were replaced, and all of whose objects are in packs that
 * devices are told of: from then on they count as uploads that were not ended,
 * which are removed after a day. A reader that has begun can go on so long.
 * Several servers may do it at once. In encrypted spaces it is the word of the
 * browser that put them together that counts. Answers how many.
 */
export async function hideReplacedPacks(database: Database, now: number): Promise<number> {
  const item = itemNamed(database.kind, sql`blobs.id`);
  const due = await database.kysely
    .selectFrom("blobs")
    .innerJoin("items", (join) =>
      join.onRef("items.space_id", "=", "blobs.space_id").on(sql`items.id`, "=", item),
    )
    .select(["blobs.space_id", "blobs.id"])
    .where("blobs.whole", "=", 1)
    .where("items.body", "is", null)
    .where("items.stamp", "<=", stampAt(now - READABLE_MS))
    .execute();
  let hidden = 0;
  for (const { space_id: space, id } of due) hidden += (await hide(database, { space, id }, now)) ? 1 : 0;
  return hidden + (await hideSealed(database, now)) + (await hideUntold(database, now));
}

/** The id of the item that tells of a pack. */
function itemNamed(kind: Database["kind"], pack: RawBuilder<unknown>): RawBuilder<unknown> {
  return kind === "mysql" ? sql`concat('pack.', ${pack})` : sql`'pack.' || ${pack}`;
}

/** How long a pack may be whole before devices are told of it: whoever uploaded it may be offline. Milliseconds. */
const UNTOLD_MS = 24 * 60 * 60_000;

/** Packs that nobody was ever told of: whoever made them died in between. One that comes back goes on as an upload does. */
async function hideUntold(database: Database, now: number): Promise<number> {
  const item = itemNamed(database.kind, sql`blobs.id`);
  const due = await database.kysely
    .selectFrom("blobs")
    .leftJoin("items", (join) =>
      join.onRef("items.space_id", "=", "blobs.space_id").on(sql`items.id`, "=", item),
    )
    .select(["blobs.space_id", "blobs.id"])
    .where("items.id", "is", null)
    .where("blobs.whole", "=", 1)
    // The name of a pack; other blobs have longer ones, and which item names them is not known.
    .where(sql`length(blobs.id)`, "=", 40)
    .where("blobs.created_at", "<=", now - UNTOLD_MS)
    .execute();
  for (const { space_id: space, id } of due) await hideUnlessTold(database, { space, id }, now);
  return due.length;
}

/** Hides a pack, unless devices were told of it: another server may have made the same. Who has begun to read it can go on. */
export async function hideUnlessTold(
  database: Database,
  { space, id }: BlobName,
  now: number,
): Promise<void> {
  await database.transact(async (transaction) => {
    // A push that tells of it meanwhile has had the lock before, or finds that it is not here any more.
    if (!(await lockIfThere(transaction, space))) return;
    const told = await transaction
      .selectFrom("items")
      .select("id")
      .where("space_id", "=", space)
      .where("id", "=", `pack.${id}`)
      .executeTakeFirst();
    if (!told) await hideBlobs(transaction, { space, ids: [id, `${id}.idx`] }, now);
  });
}

/** A sealed pack is one blob with its index, and the item has the beginning of the blob's name. */
async function hideSealed(database: Database, now: number): Promise<number> {
  const item = itemNamed(database.kind, sql`substr(blobs.id, 1, 40)`);
  const due = await database.kysely
    .selectFrom("blobs")
    .innerJoin("spaces", "spaces.id", "blobs.space_id")
    .innerJoin("items", (join) =>
      join.onRef("items.space_id", "=", "blobs.space_id").on(sql`items.id`, "=", item),
    )
    .select(["blobs.space_id", "blobs.id"])
    .where("spaces.encrypted", "=", 1)
    .where("blobs.whole", "=", 1)
    .where("items.body", "is", null)
    .where("items.stamp", "<=", stampAt(now - READABLE_SEALED_MS))
    .execute();
  for (const { space_id: space, id } of due)
    await database.transact((transaction) => hideBlobs(transaction, { space, ids: [id] }, now));
  return due.length;
}

async function hide(database: Database, { space, id }: BlobName, now: number): Promise<boolean> {
  const blobs = new Blobs(database, () => now);
  const left = new Set(await idsOfPack(blobs, space, id));
  if (left.size === 0) return false;
  for (const pack of await livePacks(database, space))
    for (const oid of (await idsOfPack(blobs, space, pack.id)) ?? []) left.delete(oid);
  // Whoever removed it had not put all of it elsewhere: it stays.
  if (left.size > 0) return false;
  const ids = [id, `${id}.idx`];
  await database.transact((transaction) => hideBlobs(transaction, { space, ids }, now));
  return true;
}
