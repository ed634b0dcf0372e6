import { newId } from "../../src/domain/ids.ts";
import type { Database } from "../db/database.ts";

/** How long a letter waits for the other device. Milliseconds. */
const KEPT_MS = 5 * 60_000;

/** Letters that one device leaves for another, encrypted under a key that only the two know. Each is read once. */
export class Pairs {
  readonly #database: Database;
  readonly #now: () => number;

  constructor(database: Database, now: () => number) {
    this.#database = database;
    this.#now = now;
  }

  /** Keeps one; answers its id and until when. */
  async leave(box: string): Promise<{ id: string; expiresAt: number }> {
    const now = this.#now();
    const letter = { id: newId(), expiresAt: now + KEPT_MS };
    await this.#database.transact(async (transaction) => {
      await transaction.deleteFrom("pairs").where("expires_at", "<=", now).execute();
      await transaction
        .insertInto("pairs")
        .values({ id: letter.id, box: Buffer.from(box, "utf8"), expires_at: letter.expiresAt })
        .execute();
    });
    return letter;
  }

  /** Gives it out and forgets it; null when it is not there, was read, or is too old. */
  async take(id: string): Promise<string | null> {
    return this.#database.transact(async (transaction) => {
      const row = await transaction.selectFrom("pairs").selectAll().where("id", "=", id).executeTakeFirst();
      if (!row) return null;
      // Of two who read it at once, the one who removes it has it.
      const { numDeletedRows } = await transaction
        .deleteFrom("pairs")
        .where("id", "=", id)
        .executeTakeFirst();
      if (numDeletedRows === 0n || Number(row.expires_at) <= this.#now()) return null;
      return Buffer.from(row.box).toString("utf8");
    });
  }
}
