import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createConnection } from "mysql2/promise";

import { ensureMariaDb } from "../../scripts/ensure-mariadb.mjs";
import type { DatabaseAddress } from "../../sync-server/db/open.ts";
import { freePort } from "../support/e2e/app-server.ts";
import { killNow, ours } from "./server-process.ts";

const START_LIMIT_MS = 60_000;

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
  return name === "sqlite" ? Promise.resolve(sqliteFiles()) : startMariaDb();
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

/** A MariaDB in a temporary folder and on a free port, both of which it keeps when it is killed. */
async function startMariaDb(): Promise<DatabaseSource> {
  const daemon = ensureMariaDb();
  const folder = mkdtempSync(join(tmpdir(), "okcvm-soak-mariadb-"));
  const data = join(folder, "data");
  const user = process.getuid?.() === 0 ? ["--user=root"] : [];
  const words = ["--no-defaults", `--datadir=${data}`, "--auth-root-authentication-method=normal", ...user];
  const made = spawnSync("mariadb-install-db", words, { encoding: "utf8" });
  if (made.status !== 0) throw new Error(`MariaDB's folder could not be made: ${made.stderr || made.stdout}`);
  const port = await freePort();
  const server = `mysql://root@127.0.0.1:${port}`;
  const start = async (): Promise<ChildProcess> => {
    const child = ours(
      spawn(
        daemon,
        [...DAEMON, `--datadir=${data}`, `--socket=${folder}/socket`, `--port=${port}`, ...user],
        {
          stdio: ["ignore", "ignore", "pipe"],
        },
      ),
    );
    await untilReady(child, server);
    return child;
  };
  let child = await start();
  let count = 0;
  return {
    async newDatabase() {
      const name = `soak_${(count += 1)}`;
      const connection = await createConnection(server);
      await connection.query(`CREATE DATABASE ${name}`);
      await connection.end();
      const url = `${server}/${name}`;
      return {
        url,
        address: { kind: "mysql", url: new URL(url), connections: 2 },
        async crash() {
          await killNow(child);
          child = await start();
        },
        restore: null,
      };
    },
    async stop() {
      await killNow(child);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** As an operator has it, but for its size. */
const DAEMON = [
  "--no-defaults",
  "--bind-address=127.0.0.1",
  "--skip-name-resolve",
  "--innodb-flush-log-at-trx-commit=1",
  "--innodb-buffer-pool-size=64M",
  "--innodb-log-file-size=16M",
];

async function untilReady(child: ChildProcess, server: string): Promise<void> {
  let log = "";
  child.stderr?.on("data", (chunk: Buffer) => (log += chunk.toString()));
  const until = Date.now() + START_LIMIT_MS;
  for (;;) {
    try {
      await (await createConnection(server)).end();
      return;
    } catch (error) {
      if (child.exitCode !== null || Date.now() > until)
        throw new Error(`MariaDB did not start: ${log}`, { cause: error });
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
