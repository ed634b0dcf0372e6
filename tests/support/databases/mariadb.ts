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
  /** kill -9 of its process, and a start where it was. */
  crash(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts the machine's MariaDB, which is installed where it can be; `more` are options of the server's besides. Errors: there is none. */
export async function startMariaDb(more: readonly string[] = []): Promise<MariaDb> {
  const daemon = ensureMariaDb();
  const folder = mkdtempSync(join(tmpdir(), "okcvm-mariadb-"));
  const user = process.getuid?.() === 0 ? ["--user=root"] : [];
  // Two that start at once must not find each other's files.
  const own = ["--no-defaults", `--datadir=${join(folder, "data")}`, `--tmpdir=${folder}`, ...user];
  install(own);
  const port = await freePort();
  const server = `mysql://root@127.0.0.1:${port}`;
  const start = async (): Promise<ChildProcess> => {
    const place = [`--socket=${join(folder, "socket")}`, `--port=${port}`];
    const child = spawn(daemon, [...own, ...place, ...SETTINGS, ...more], {
      stdio: ["ignore", "ignore", "pipe"],
    });
    const endWithUs = (): boolean => child.kill("SIGKILL");
    process.once("exit", endWithUs);
    child.once("exit", () => process.off("exit", endWithUs));
    await untilReady(child, server);
    return child;
  };
  let child = await start();
  let count = 0;
  return {
    async newDatabase() {
      const name = `okcvm_${process.pid}_${(count += 1)}`;
      const connection = await createConnection(server);
      await connection.query(`CREATE DATABASE ${name}`);
      await connection.end();
      return `${server}/${name}`;
    },
    async crash() {
      await kill(child);
      child = await start();
    },
    async stop() {
      await kill(child);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const SETTINGS = ["--bind-address=127.0.0.1", "--skip-name-resolve", "--innodb-flush-log-at-trx-commit=1"];

function install(options: readonly string[]): void {
  const words = [...options, "--auth-root-authentication-method=normal"];
  const made = spawnSync("mariadb-install-db", words, { encoding: "utf8" });
  if (made.status !== 0) throw new Error(`MariaDB's folder could not be made: ${made.stderr || made.stdout}`);
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGKILL");
  await ended;
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
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
