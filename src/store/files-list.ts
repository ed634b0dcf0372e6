import type { EntityTable } from "dexie";
import type { AppDatabase } from "./database.ts";
import type { Outbox } from "./outbox.ts";

/** A list of conversations that there is for an account alone. */
export class FilesList {
  readonly #db: AppDatabase;
  readonly #outbox: Outbox;
  readonly #table: EntityTable<{ space: string }, "space">;

  constructor(db: AppDatabase, outbox: Outbox, table: EntityTable<{ space: string }, "space">) {
    this.#db = db;
    this.#outbox = outbox;
    this.#table = table;
  }

  all(): Promise<string[]> {
    return this.#table.toCollection().primaryKeys();
  }

  /** Puts one on it, where there is an account, or takes it off. Answers whether that changed anything. */
  set(space: string, listed: boolean): Promise<boolean> {
    return this.#db.transaction("rw", [this.#table, this.#db.sync], async () => {
      const isListed = (await this.#table.get(space)) !== undefined;
      if (isListed === listed || (listed && !(await this.#outbox.account()))) return false;
      await (listed ? this.#table.put({ space }) : this.#table.delete(space));
      return true;
    });
  }
}
