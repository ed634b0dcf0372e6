import type { Kysely, Transaction } from "kysely";
import type { Schema } from "./schema.ts";

/** The server's database, whichever it is. */
export interface Database {
  readonly kind: "sqlite" | "mysql";
  readonly kysely: Kysely<Schema>;
  /** Runs `work` in one transaction, durable when this resolves; again from its beginning when the database asks for that. */
  transact<T>(work: (transaction: Transaction<Schema>) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** How long a transaction is begun again, and how long it waits at most before it is. Milliseconds. */
const GIVE_UP_MS = 10_000;
const LONGEST_PAUSE_MS = 100;
/** Deadlock, lock wait timeout, TiDB's write conflict and changed schema, Galera's conflict. */
const AGAIN = new Set([1213, 1205, 9007, 8028, 8022, 1020]);

/** A Database over a Kysely whose transactions see what others have committed. `run` runs one. */
export function databaseOf(
  kind: Database["kind"],
  kysely: Kysely<Schema>,
  run: Database["transact"] = (work) => kysely.transaction().execute(work),
): Database {
  return {
    kind,
    kysely,
    async transact(work) {
      const until = Date.now() + GIVE_UP_MS;
      for (let attempt = 1; ; attempt += 1) {
        try {
          return await run(work);
        } catch (error) {
          if (Date.now() > until || !isAskingAgain(error)) throw error;
          await pause(attempt);
        }
      }
    },
    close: () => kysely.destroy(),
  };
}

function isAskingAgain(error: unknown): boolean {
  const { errno, message } = error as { errno?: unknown; message?: unknown };
  return (typeof errno === "number" && AGAIN.has(errno)) || String(message) === "database is locked";
}

/** Longer each time, and not the same for all who wait. */
function pause(attempt: number): Promise<void> {
  return new Promise((resolve) =>
    setTimeout(resolve, Math.random() * Math.min(LONGEST_PAUSE_MS, 5 * 2 ** attempt)),
  );
}

/** True for the error of a row whose key is there already. */
export function isDuplicate(error: unknown): boolean {
  const { errno, code, message } = error as { errno?: unknown; code?: unknown; message?: unknown };
  if (errno === 1062 || code === "ER_DUP_ENTRY") return true;
  return /^(?:UNIQUE|PRIMARY KEY) constraint failed/.test(String(message));
}
