import { afterAll, beforeAll } from "vitest";

import type { Database } from "../../../sync-server/db/database.ts";
import { openDatabase } from "../../../sync-server/db/open.ts";
import type { DatabaseKind } from "./databases.ts";

/** To be called in a describe: a new database for all its tests, which `ready` is given before the first of them. */
export function useDatabase(
  start: DatabaseKind["start"],
  ready: (database: Database) => void | Promise<void>,
): void {
  let kind: Awaited<ReturnType<typeof start>>;
  let database: Database;
  beforeAll(async () => {
    kind = await start();
    database = await openDatabase(await kind.newDatabase());
    await ready(database);
  }, 180_000);
  afterAll(async () => {
    await database?.close();
    await kind?.stop();
  });
}
