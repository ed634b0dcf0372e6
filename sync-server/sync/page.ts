import { CompiledQuery } from "kysely";
import { MAX_BODY_BYTES, MAX_ITEM_BYTES } from "../../src/domain/sync-protocol.ts";
import type { Database } from "../db/database.ts";
import { itemOf, type ItemRow } from "./item.ts";

/** Items of a space, oldest first. */
export interface Page {
  /** As they stand between the brackets of a JSON array. */
  text: string;
  count: number;
  /** The number of the last of them; null for none. */
  seq: number | null;
  /** Whether others come after them. */
  more: boolean;
}

interface Wanted {
  space: string;
  /** A number: what is above it. */
  after: number;
  /** The most items. */
  limit: number;
}

/** A page as the database gives it. */
interface Read extends Page {
  /** Bytes of all bodies. */
  bytes: number;
  /** Of the longest body; one above what was asked for is not in the text. */
  longest: number;
}

/** Reads a page, without items whose bodies have more than `largest` bytes. */
type ReadPage = (database: Database, wanted: Wanted & { largest: number }) => Promise<Read>;

/** So long a body may be for its page to be read at one go: all of them together are a few pages. Bytes. */
function usualBytes(limit: number): number {
  return Math.max(4096, Math.floor((4 * MAX_BODY_BYTES) / limit));
}

/** Reads items after a number: at most `limit`, and at most MAX_BODY_BYTES of bodies, but one at least where there is one. */
export async function readPage(database: Database, wanted: Wanted): Promise<Page> {
  const read = READ[database.kind];
  const largest = usualBytes(wanted.limit);
  const page = await read(database, { ...wanted, largest });
  if (page.longest <= largest && (page.bytes <= MAX_BODY_BYTES || page.count === 1)) return page;
  const limit = fitting(await sizesAfter(database, wanted));
  return read(database, { ...wanted, limit, largest: MAX_ITEM_BYTES });
}

async function sizesAfter(
  { kysely }: Database,
  { space, after, limit }: Wanted,
): Promise<readonly (number | null)[]> {
  const { rows } = await kysely.executeQuery<{ size: number | null }>(
    CompiledQuery.raw(
      "SELECT length(body) AS size FROM items WHERE space_id = ? AND seq > ? ORDER BY seq LIMIT ?",
      [space, after, limit],
    ),
  );
  return rows.map(({ size }) => size);
}

/** How many of the first go into a page. */
function fitting(sizes: readonly (number | null)[]): number {
  let bytes = 0;
  const tooMany = sizes.findIndex((size) => (bytes += size ?? 0) > MAX_BODY_BYTES);
  return tooMany === -1 ? sizes.length : Math.max(1, tooMany);
}

// As texts: they are asked all the time, and to put them together would take longer than to answer them.
// The index is named for its order: rows are put together in it, and to sort them once more takes a fourth longer.
const SQLITE_PAGE = `
  SELECT page.*, EXISTS (SELECT 1 FROM items WHERE space_id = ?1 AND seq > page.seq) AS more
  FROM (
    SELECT
      group_concat(CASE WHEN body IS NULL OR length(body) <= ?4 THEN json_object('id', id, 'seq', seq,
        'class', class, 'stamp', stamp, 'device', device, 'body', CAST(body AS TEXT)) END, ',') AS text,
      count(*) AS count, max(seq) AS seq, sum(length(body)) AS bytes, max(length(body)) AS longest
    FROM items INDEXED BY items_seq
    WHERE space_id = ?1 AND seq > ?2 AND seq <= coalesce(
      (SELECT seq FROM items WHERE space_id = ?1 AND seq > ?2 ORDER BY seq LIMIT 1 OFFSET ?3 - 1),
      ${Number.MAX_SAFE_INTEGER})) AS page`;

const MYSQL_PAGE = `
  SELECT id, seq, class, stamp, device, length(body) AS size,
    CASE WHEN length(body) <= ? THEN body END AS body
  FROM items WHERE space_id = ? AND seq > ? ORDER BY seq LIMIT ?`;

const READ: Record<Database["kind"], ReadPage> = {
  /** SQLite writes the text itself, all of it: a value that crosses over to JavaScript costs more than to find it. */
  async sqlite({ kysely }, { space, after, limit, largest }) {
    const { rows } = await kysely.executeQuery<{
      text: string | null;
      count: number;
      seq: number | null;
      bytes: number | null;
      longest: number | null;
      more: number;
    }>(CompiledQuery.raw(SQLITE_PAGE, [space, after, limit, largest]));
    const [row] = rows;
    if (!row) throw new Error("SQLite gave no row for a sum.");
    const { text, bytes, longest, more } = row;
    return { ...row, text: text ?? "", bytes: bytes ?? 0, longest: longest ?? 0, more: more === 1 };
  },
  async mysql({ kysely }, { space, after, limit, largest }) {
    const { rows } = await kysely.executeQuery<ItemRow & { size: number | null }>(
      CompiledQuery.raw(MYSQL_PAGE, [largest, space, after, limit + 1]),
    );
    const more = rows.length > limit;
    if (more) rows.pop();
    const last = rows.at(-1);
    const sizes = rows.map(({ size }) => Number(size ?? 0));
    return {
      text: JSON.stringify(rows.map(itemOf)).slice(1, -1),
      count: rows.length,
      seq: last ? Number(last.seq) : null,
      more,
      bytes: sizes.reduce((sum, size) => sum + size, 0),
      longest: Math.max(0, ...sizes),
    };
  },
};
