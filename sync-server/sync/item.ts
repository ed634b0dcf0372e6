import type { ItemClass, PulledItem } from "../../src/domain/sync-protocol.ts";
import type { Database } from "../db/database.ts";
import type { Schema } from "../db/schema.ts";

/** What is read of an item. */
export const ITEM_COLUMNS = ["id", "seq", "class", "stamp", "device", "body"] as const;

export type ItemRow = Pick<Schema["items"], (typeof ITEM_COLUMNS)[number]>;

/** A row as devices get it. */
export function itemOf(row: ItemRow): PulledItem {
  return {
    id: row.id,
    seq: Number(row.seq),
    class: row.class as ItemClass,
    stamp: row.stamp,
    device: row.device,
    body: row.body === null ? null : Buffer.from(row.body).toString("utf8"),
  };
}

/** Rows of a space after a number, oldest first. */
export async function itemsAfter(
  { kysely }: Database,
  { space, after, limit }: { space: string; after: number; limit: number },
): Promise<ItemRow[]> {
  return kysely
    .selectFrom("items")
    .select(ITEM_COLUMNS)
    .where("space_id", "=", space)
    .where("seq", ">", after)
    .orderBy("seq")
    .limit(limit)
    .execute();
}
