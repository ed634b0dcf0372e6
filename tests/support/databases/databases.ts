import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { DatabaseAddress } from "../../../sync-server/db/open.ts";
import { startMariaDb } from "./mariadb.ts";

/** Where a kind of database gets new empty ones. */
export interface DatabaseKind {
  name: string;
  /** Starts what it needs. */
  start(): Promise<{ newDatabase(): Promise<DatabaseAddress>; stop(): Promise<void> }>;
}

/** Every kind the server works with that a machine of ours can run. */
export const DATABASE_KINDS: DatabaseKind[] = [
  {
    name: "SQLite",
    async start() {
      const folder = mkdtempSync(join(tmpdir(), "okcvm-sqlite-"));
      let count = 0;
      return {
        newDatabase: async () => ({ kind: "sqlite", path: join(folder, `${(count += 1)}.db`) }),
        stop: async () => rmSync(folder, { recursive: true, force: true }),
      };
    },
  },
  {
    name: "MariaDB",
    async start() {
      const server = await startMariaDb();
      return {
        newDatabase: async () => ({
          kind: "mysql",
          url: new URL(await server.newDatabase()),
          connections: 10,
        }),
        stop: () => server.stop(),
      };
    },
  },
];
