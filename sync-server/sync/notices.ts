import type { Database } from "../db/database.ts";

/** A space has changes up to a number. */
export interface Notice {
  space: string;
  headSeq: number;
}

type Listener = (notice: Notice) => void;

/** How often the database is asked what other servers took in. Milliseconds. */
const POLL_MS = 1_000;
/** Spaces asked for in one query. */
const PER_QUERY = 500;

/** Tells those who listen to a space that it has changes: at once of this server's pushes, within a second of others'. */
export class Notices {
  readonly #database: Database;
  readonly #listeners = new Map<string, Set<Listener>>();
  readonly #heads = new Map<string, number>();
  readonly #onClose = new Set<() => void>();
  #timer: ReturnType<typeof setTimeout> | null = null;
  #closed = false;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Listens to a space from a number on that the listener knows of. Answers how to stop. */
  listen(space: string, known: number, listener: Listener): () => void {
    const listeners = this.#listeners.get(space) ?? new Set();
    listeners.add(listener);
    this.#listeners.set(space, listeners);
    const head = this.#heads.get(space);
    if (head === undefined) this.#heads.set(space, known);
    else if (head > known) listener({ space, headSeq: head });
    this.#schedule();
    return () => {
      listeners.delete(listener);
      if (listeners.size > 0) return;
      this.#listeners.delete(space);
      this.#heads.delete(space);
    };
  }

  /** To be called when a push has been committed. */
  changed(space: string, headSeq: number): void {
    const listeners = this.#listeners.get(space);
    if (!listeners || (this.#heads.get(space) ?? -1) >= headSeq) return;
    this.#heads.set(space, headSeq);
    for (const listener of listeners) listener({ space, headSeq });
  }

  /** Calls when nothing more will be told, at once where that is so. Answers how not to. */
  whenClosed(listener: () => void): () => void {
    if (this.#closed) listener();
    else this.#onClose.add(listener);
    return () => this.#onClose.delete(listener);
  }

  /** Tells nobody anything more, and those who asked to know it that this is so. */
  close(): void {
    this.#closed = true;
    if (this.#timer) clearTimeout(this.#timer);
    for (const listener of this.#onClose) listener();
    this.#onClose.clear();
  }

  #schedule(): void {
    if (this.#closed || this.#timer || this.#listeners.size === 0) return;
    this.#timer = setTimeout(() => void this.#poll(), POLL_MS);
  }

  async #poll(): Promise<void> {
    const spaces = [...this.#listeners.keys()];
    try {
      for (let at = 0; at < spaces.length; at += PER_QUERY) {
        const rows = await this.#database.kysely
          .selectFrom("spaces")
          .select(["id", "head_seq"])
          .where("id", "in", spaces.slice(at, at + PER_QUERY))
          .execute();
        for (const row of rows) this.changed(row.id, Number(row.head_seq));
      }
    } catch {
      // The database is away: a push or a pull says so. Whoever listens hears of what was missed with the next round.
    }
    this.#timer = null;
    this.#schedule();
  }
}
