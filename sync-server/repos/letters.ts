import { newId } from "../../src/domain/ids.ts";
import { hashOf } from "../auth/secrets.ts";
import type { Database } from "../db/database.ts";

/** How long a letter waits for the other device. Milliseconds. */
const KEPT_MS = 5 * 60_000;

export interface Letter {
  accountId: string;
  /** null for none. */
  box: string | null;
}

/** Letters that one device of an account leaves for a new one. Each is read once; knowing its id is the right to. */
export class Letters {
  readonly #database: Database;
  readonly #now: () => number;

  constructor(database: Database, now: () => number) {
    this.#database = database;
    this.#now = now;
  }

  /** Keeps one; answers its id, which is told once, and until when. */
  async leave({ accountId, box }: Letter): Promise<{ id: string; expiresAt: number }> {
    const now = this.#now();
    const letter = { id: newId(), expiresAt: now + KEPT_MS };
    const row = {
      id: hashOf(letter.id),
      account_id: accountId,
      box: box === null ? null : Buffer.from(box, "utf8"),
      expires_at: letter.expiresAt,
    };
    await this.#database.transact(async (transaction) => {
      await transaction.deleteFrom("letters").where("expires_at", "<=", now).execute();
      await transaction.insertInto("letters").values(row).execute();
    });
    return letter;
  }

  /** Gives it out and forgets it; null when it is not there, was read, or is too old. */
  async take(id: string): Promise<Letter | null> {
    const hash = hashOf(id);
    return this.#database.transact(async (transaction) => {
      const row = await transaction
        .selectFrom("letters")
        .selectAll()
        .where("id", "=", hash)
        .executeTakeFirst();
      if (!row) return null;
      // Of two who read it at once, the one who removes it has it.
      const { numDeletedRows } = await transaction
        .deleteFrom("letters")
        .where("id", "=", hash)
        .executeTakeFirst();
      if (numDeletedRows === 0n || Number(row.expires_at) <= this.#now()) return null;
      return {
        accountId: row.account_id,
        box: row.box === null ? null : Buffer.from(row.box).toString("utf8"),
      };
    });
  }
}
