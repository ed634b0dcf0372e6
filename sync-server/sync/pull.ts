import { sql } from "kysely";
import { MAX_BODY_BYTES } from "../../src/domain/sync-protocol.ts";
import type { Database } from "../db/database.ts";
import { itemOf, itemsAfter } from "./item.ts";

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
 * What changed in a space after a cursor, oldest first, as the text of a
 * PullReply: the rows go out as they are read, without being taken apart. null
 * for a cursor of another epoch: the database was set back since, and the reader
 * is to compare what it has. Rows of pushes that had not ended when this began
 * are above its cursor: their numbers were taken under the lock that a push
 * holds to its end.
 */
export async function pull(
  database: Database,
  { id: space, epoch, headSeq }: { id: string; epoch: number; headSeq: number },
  { cursor, limit }: { cursor: Cursor | null; limit: number },
): Promise<{ text: string; count: number } | null> {
  if (cursor && cursor.epoch !== epoch) return null;
  const from = cursor?.seq ?? 0;
  const rows =
    headSeq <= from ? [] : await READ[database.kind](database, { space, after: from, limit: limit + 1 });
  let count = 0;
  let bytes = 0;
  for (const { size } of rows.slice(0, limit)) {
    bytes += size;
    if (count > 0 && bytes > MAX_BODY_BYTES) break;
    count += 1;
  }
  const seq = count === 0 ? from : (rows[count - 1]?.seq ?? from);
  const items = rows.slice(0, count).map(({ json }) => json);
  const next = JSON.stringify(writeCursor({ epoch, seq }));
  return { count, text: `{"items":[${items.join(",")}],"cursor":${next},"more":${count < rows.length}}` };
}

/** An item as text. */
interface TextRow {
  seq: number;
  /** Bytes of its body. */
  size: number;
  json: string;
}

interface Wanted {
  space: string;
  /** A number: what is above it. */
  after: number;
  limit: number;
}

const READ: Record<Database["kind"], (database: Database, wanted: Wanted) => Promise<TextRow[]>> = {
  /** SQLite writes the text itself: a value that crosses over to JavaScript costs more than all it does. */
  async sqlite({ kysely }, { space, after, limit }) {
    const { rows } = await sql<TextRow>`SELECT seq, coalesce(length(body), 0) AS size,
      json_object('id', id, 'seq', seq, 'class', class, 'stamp', stamp, 'device', device,
        'body', CAST(body AS TEXT)) AS json
      FROM items WHERE space_id = ${space} AND seq > ${after} ORDER BY seq LIMIT ${limit}`.execute(kysely);
    return rows;
  },
  async mysql(database, wanted) {
    const rows = await itemsAfter(database, wanted);
    return rows.map((row) => {
      const item = itemOf(row);
      return { seq: item.seq, size: row.body?.length ?? 0, json: JSON.stringify(item) };
    });
  },
};
