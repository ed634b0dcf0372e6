import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createConnection } from "mysql2/promise";

import { ensureMariaDb } from "../../../scripts/ensure-mariadb.mjs";
import { freePort } from "../e2e/app-server.ts";

const START_LIMIT_MS = 60_000;

/** A MariaDB of the test's own, on a free port and in a temporary folder. */
export interface MariaDb {
  /** A new empty database's address. */
  newDatabase(): Promise<string>;
  stop(): Promise<void>;
}

/** Starts the machine's MariaDB, which is installed where it can be. Errors: there is none. */
export async function startMariaDb(): Promise<MariaDb> {
  const daemon = ensureMariaDb();
  const folder = mkdtempSync(join(tmpdir(), "okcvm-mariadb-"));
  const data = join(folder, "data");
  const user = process.getuid?.() === 0 ? ["--user=root"] : [];
  const made = spawnSync(
    "mariadb-install-db",
    // Two that start at once must not find each other's files.
    [
      "--no-defaults",
      `--datadir=${data}`,
      `--tmpdir=${folder}`,
      "--auth-root-authentication-method=normal",
      ...user,
    ],
    { encoding: "utf8" },
  );
  if (made.status !== 0) throw new Error(`MariaDB's folder could not be made: ${made.stderr || made.stdout}`);
  const port = await freePort();
  const child = spawn(
    daemon,
    [
      "--no-defaults",
      `--datadir=${data}`,
      `--tmpdir=${folder}`,
      `--socket=${join(folder, "socket")}`,
      `--port=${port}`,
      "--bind-address=127.0.0.1",
      "--skip-name-resolve",
      "--innodb-flush-log-at-trx-commit=1",
      ...user,
    ],
    { stdio: ["ignore", "ignore", "pipe"] },
  );
  const server = `mysql://root@127.0.0.1:${port}`;
  await untilReady(child, server);
  let count = 0;
  return {
    async newDatabase() {
      const name = `okcvm_${process.pid}_${(count += 1)}`;
      const connection = await createConnection(server);
      await connection.query(`CREATE DATABASE ${name}`);
      await connection.end();
      return `${server}/${name}`;
    },
    async stop() {
      const ended = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGKILL");
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

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
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}
