import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { DatabaseAddress } from "../../sync-server/db/open.ts";
import { startMariaDb } from "../support/databases/mariadb.ts";

export type DatabaseName = "sqlite" | "mariadb";

/** An empty database for one scenario. */
export interface SoakDatabase {
  /** As the server takes it. */
  url: string;
  address: DatabaseAddress;
  /** kill -9 of the database's own process, and a start where it was; null where it has none. */
  crash: (() => Promise<void>) | null;
  /** Puts a backup in its place; null where the server has no such command. The server must not run. */
  restore: ((file: string) => void) | null;
}

export interface DatabaseSource {
  newDatabase(): Promise<SoakDatabase>;
  stop(): Promise<void>;
}

export function startDatabases(name: DatabaseName): Promise<DatabaseSource> {
  return name === "sqlite" ? Promise.resolve(sqliteFiles()) : mariaDbDatabases();
}

function sqliteFiles(): DatabaseSource {
  const folder = mkdtempSync(join(tmpdir(), "okcvm-soak-"));
  let count = 0;
  return {
    newDatabase: async () => {
      const path = join(folder, `${(count += 1)}.db`);
      return {
        url: `sqlite://${path}`,
        address: { kind: "sqlite", path },
        crash: null,
        restore(file) {
          for (const end of ["", "-wal", "-shm"]) rmSync(`${path}${end}`, { force: true });
          copyFileSync(file, path);
        },
      };
    },
    stop: async () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** One server for all scenarios, as an operator has it but for its size. */
async function mariaDbDatabases(): Promise<DatabaseSource> {
  const server = await startMariaDb(["--innodb-buffer-pool-size=64M", "--innodb-log-file-size=16M"]);
  return {
    async newDatabase() {
      const url = await server.newDatabase();
      return {
        url,
        address: { kind: "mysql", url: new URL(url), connections: 2 },
        crash: server.crash,
        restore: null,
      };
    },
    stop: server.stop,
  };
}
