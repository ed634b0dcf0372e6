import { closeSync, mkdirSync, openSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "@photostructure/sqlite";
import {
  CompiledQuery,
  Kysely,
  SqliteDialect,
  SqliteDriver,
  type DatabaseConnection,
  type SqliteDatabase,
  type SqliteDialectConfig,
  type SqliteStatement,
} from "kysely";
import { databaseOf, type Database } from "./database.ts";
import { GroupCommit } from "./group-commit.ts";
import type { Schema } from "./schema.ts";

/** Prepared statements that are kept. */
const MAX_STATEMENTS = 200;
/** A wait for another process holds this one up, so it is short; the transaction is begun again. Milliseconds. */
const BUSY_MS = 5;

/** Opens a file, and makes it and its folder where they are missing, for its owner alone. Each commit is on the disk when it is told. */
export function openSqlite(path: string): Database {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  makeFile(path);
  const database = new DatabaseSync(path);
  for (const pragma of [
    `busy_timeout = ${BUSY_MS}`,
    "journal_mode = WAL",
    "synchronous = FULL",
    "temp_store = MEMORY",
  ])
    database.exec(`PRAGMA ${pragma}`);
  const dialect = new OneFileDialect({ database: adapt(database) });
  const kysely = new Kysely<Schema>({ dialect });
  const commits = new GroupCommit(kysely);
  return databaseOf("sqlite", kysely, (work) => commits.run(work));
}

/** Makes an empty file, which SQLite fills: it leaves its rights as they are, and gives those beside it the same. */
function makeFile(path: string): void {
  try {
    closeSync(openSync(path, "wx", 0o600));
  } catch (error) {
    // One that is there is not opened: closing it would end the locks that this process has on it.
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
  }
}

/** Takes the write lock at the beginning: taken later it may be refused at once. */
class ImmediateDriver extends SqliteDriver {
  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw("begin immediate"));
  }
}

class OneFileDialect extends SqliteDialect {
  readonly #config: SqliteDialectConfig;

  constructor(config: SqliteDialectConfig) {
    super(config);
    this.#config = config;
  }

  override createDriver(): SqliteDriver {
    return new ImmediateDriver(this.#config);
  }
}

type SqliteFile = InstanceType<typeof DatabaseSync>;
type Parameters = (null | number | bigint | string | Uint8Array)[];

/** The interface of Node's own SQLite as Kysely wants it. */
function adapt(database: SqliteFile): SqliteDatabase {
  const statements = new Map<string, SqliteStatement>();
  return {
    close() {
      // Statements that are kept hold the file; what is in the log goes into it all the same.
      database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
      database.close();
    },
    prepare(sql) {
      const known = statements.get(sql);
      if (known) return known;
      const made = adaptStatement(database.prepare(sql));
      if (statements.size >= MAX_STATEMENTS) statements.delete(statements.keys().next().value ?? "");
      statements.set(sql, made);
      return made;
    },
  };
}

function adaptStatement(statement: ReturnType<SqliteFile["prepare"]>): SqliteStatement {
  return {
    reader: statement.columns().length > 0,
    all: (parameters) => statement.all(...(parameters as Parameters)),
    run(parameters) {
      const { changes, lastInsertRowid } = statement.run(...(parameters as Parameters));
      return { changes, lastInsertRowid };
    },
    iterate: (parameters) => statement.iterate(...(parameters as Parameters)) as IterableIterator<unknown>,
  };
}
