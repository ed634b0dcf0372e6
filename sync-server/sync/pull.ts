import type { Database } from "../db/database.ts";
import { readPage, type Page } from "./page.ts";

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

const EMPTY: Page = { text: "", count: 0, seq: null, more: false };

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
  const page = headSeq <= from ? EMPTY : await readPage(database, { space, after: from, limit });
  const next = JSON.stringify(writeCursor({ epoch, seq: page.seq ?? from }));
  return { count: page.count, text: `{"items":[${page.text}],"cursor":${next},"more":${page.more}}` };
}
