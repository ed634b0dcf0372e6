import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { startMariaDb } from "../support/databases/mariadb.ts";

/** Measures on an empty SQLite file, then on an empty database of a MariaDB of its own. */
export async function onEachDatabase(
  measure: (name: string, address: string) => Promise<void>,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "okcvm-bench-"));
  const mariadb = await startMariaDb();
  try {
    await measure("SQLite", `sqlite://${folder}/bench.db`);
    await measure("MariaDB", await mariadb.newDatabase());
  } finally {
    await mariadb.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}
