import { isDuplicate, type Database } from "../db/database.ts";
import type { ServerMetrics } from "./server-metrics.ts";

/** The same database, whose transactions are counted when they fail and when they are begun again. */
export function meteredDatabase(database: Database, metrics: ServerMetrics): Database {
  return {
    kind: database.kind,
    kysely: database.kysely,
    async transact(work) {
      let begun = 0;
      try {
        return await database.transact((transaction) => {
          begun += 1;
          if (begun > 1) metrics.databaseRetries.add({});
          return work(transaction);
        });
      } catch (error) {
        // Whoever inserts what may be there already expects that error.
        if (isDatabaseError(error) && !isDuplicate(error)) metrics.databaseFailed(error);
        throw error;
      }
    },
    close: () => database.close(),
  };
}

/** True for an error of the database's or of the way to it. */
export function isDatabaseError(error: unknown): error is Error {
  if (!(error instanceof Error)) return false;
  const { code, sqlState, errno } = error as { code?: unknown; sqlState?: unknown; errno?: unknown };
  if (typeof sqlState === "string") return true;
  if (typeof code === "string" && /^(?:ER_|SQLITE|ERR_SQLITE|PROTOCOL_)/.test(code)) return true;
  // mysql2 passes the socket's own errors on.
  return typeof errno === "number" && "fatal" in error;
}
