import { MAX_BODY_BYTES, type PulledItem, type PullReply } from "../../src/domain/sync-protocol.ts";
import type { Database } from "../db/database.ts";
import { ITEM_COLUMNS, itemOf } from "./item.ts";

/** Where a reader stands: the space's epoch and the newest number it has. */
interface Cursor {
  epoch: number;
  seq: number;
}

/** null for a text that is no cursor. */
export function readCursor(text: string): Cursor | null {
  const match = /^(\d{1,9})\.(\d{1,15})$/.exec(text);
  return match ? { epoch: Number(match[1]), seq: Number(match[2]) } : null;
}

export function writeCursor({ epoch, seq }: Cursor): string {
  return `${epoch}.${seq}`;
}

/** What a reader pulls from after its own push of `count` changes: null when others' may lie between. */
export function cursorAfter(
  text: string | undefined,
  { epoch, headSeq, count }: { epoch: number; headSeq: number; count: number },
): string | null {
  const cursor = text === undefined ? null : readCursor(text);
  if (!cursor || cursor.epoch !== epoch || cursor.seq !== headSeq - count) return null;
  return writeCursor({ epoch, seq: headSeq });
}

/**
 * What changed in a space after a cursor, oldest first. null for a cursor of
 * another epoch: the database was set back since, and the reader is to compare
 * what it has. Rows of pushes that had not ended when this began are above its
 * cursor: their numbers were taken under the lock that a push holds to its end.
 */
export async function pull(
  database: Database,
  { id: spaceId, epoch, headSeq }: { id: string; epoch: number; headSeq: number },
  { cursor, limit }: { cursor: Cursor | null; limit: number },
): Promise<PullReply | null> {
  if (cursor && cursor.epoch !== epoch) return null;
  const from = cursor?.seq ?? 0;
  const rows =
    headSeq <= from
      ? []
      : await database.kysely
          .selectFrom("items")
          .select(ITEM_COLUMNS)
          .where("space_id", "=", spaceId)
          .where("seq", ">", from)
          .orderBy("seq")
          .limit(limit + 1)
          .execute();
  const items: PulledItem[] = [];
  let bytes = 0;
  for (const row of rows.slice(0, limit)) {
    bytes += row.body?.length ?? 0;
    if (items.length > 0 && bytes > MAX_BODY_BYTES) break;
    items.push(itemOf(row));
  }
  const seq = items.at(-1)?.seq ?? from;
  return { items, cursor: writeCursor({ epoch, seq }), more: items.length < rows.length };
}
