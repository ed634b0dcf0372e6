import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { DatabaseSync } from "@photostructure/sqlite";
import { readConfig } from "./config.ts";
import { ConfigError } from "./config-error.ts";
import type { DatabaseAddress } from "./db/open.ts";

/** How long a copy waits for a server that is just opening the file. Milliseconds. */
const BUSY_MS = 60_000;

/**
 * Copies a SQLite database while servers use it, as it was at one moment, into
 * a new file that only its owner may read. Errors: ConfigError; of a database
 * of another kind with what to run instead.
 */
export function backupCommand(
  words: readonly string[],
  variables: Readonly<Record<string, string | undefined>>,
): string {
  const [name, ...more] = words;
  if (name === undefined || more.length > 0) throw new ConfigError("Usage: npm run backup -- <new file>");
  const { sync } = readConfig(variables);
  if (!sync) throw new ConfigError("OKCVM_DATABASE_URL is off: there is no database to back up.");
  if (sync.database.kind === "mysql") throw new ConfigError(dumpWords(sync.database));
  const source = sync.database.path;
  const file = resolve(name);
  if (!existsSync(source)) throw new ConfigError(`There is no database at ${source} to back up.`, 1);
  if (existsSync(file)) throw new ConfigError(`${file} is there already: name a new file.`);
  const part = `${file}.${process.pid}.part`;
  try {
    copy(source, part);
    // Somebody else's file of that name may have come meanwhile.
    if (existsSync(file)) throw new ConfigError(`${file} is there already: name a new file.`);
    renameSync(part, file);
    toDisk(dirname(file));
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    throw new ConfigError(
      `The backup could not be made: ${error instanceof Error ? error.message : String(error)}.`,
      1,
    );
  } finally {
    rmSync(part, { force: true });
  }
  return `${file} is a backup of ${source}, ${statSync(file).size} bytes, and was read again without a fault.\n`;
}

/** Makes a copy that is on the disk and was checked. */
function copy(source: string, part: string): void {
  // SQLite fills an empty file, and leaves the rights of it as they are.
  closeSync(openSync(part, "wx", 0o600));
  const database = new DatabaseSync(source);
  try {
    database.exec(`PRAGMA busy_timeout = ${BUSY_MS}`);
    database.prepare("VACUUM INTO ?").run(part);
  } finally {
    database.close();
  }
  toDisk(part);
  const made = new DatabaseSync(part, { readOnly: true });
  try {
    const [verdict] = made.prepare("PRAGMA quick_check(1)").all() as { quick_check?: unknown }[];
    if (verdict?.quick_check !== "ok")
      throw new Error(`the copy is damaged: ${String(verdict?.quick_check)}`);
  } finally {
    made.close();
  }
}

/** Waits until a file or folder is on the disk. */
function toDisk(path: string): void {
  const handle = openSync(path, "r");
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

function dumpWords({ url }: Extract<DatabaseAddress, { kind: "mysql" }>): string {
  const host = url.hostname.replace(/^\[|\]$/g, "");
  const user = decodeURIComponent(url.username) || "root";
  const name = decodeURIComponent(url.pathname.slice(1));
  const dump = `mariadb-dump --single-transaction --quick --hex-blob --host=${quoted(host)} --port=${url.port || "3306"} --user=${quoted(user)} --password ${quoted(name)} > okcvm.sql`;
  return `This command copies SQLite files. Back a MySQL-compatible database up with its own program, such as:\n  ${dump}`;
}

/** A word as a shell takes it. */
function quoted(text: string): string {
  return /^[\w.:-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
