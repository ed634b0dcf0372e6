import { CompiledQuery, Kysely, MysqlDialect } from "kysely";
import { createPool, type Pool } from "mysql2";
import { databaseOf, type Database } from "./database.ts";
import type { Schema } from "./schema.ts";

/** What each connection is told when it is made. */
const SESSION = [
  // With repeatable reads a lock that was waited for would show the rows of before the wait.
  "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED",
  // A value that does not fit is an error, never cut.
  "SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_ZERO_DATE,NO_ZERO_IN_DATE,ERROR_FOR_DIVISION_BY_ZERO'",
];

/** Opens a MySQL, MariaDB, TiDB or Vitess database by its `mysql://` address; connections are made when they are used. */
export function openMysql(url: URL, connections: number): Database {
  const pool = createPool({
    uri: url.href,
    connectionLimit: connections,
    charset: "utf8mb4",
    timezone: "Z",
    supportBigNumbers: true,
    // Rows that were changed, not rows that were found.
    flags: ["-FOUND_ROWS"],
    connectTimeout: 10_000,
    enableKeepAlive: true,
  });
  const dialect = new MysqlDialect({
    pool: pool as unknown as Pool,
    async onCreateConnection(connection) {
      for (const sql of SESSION) await connection.executeQuery(CompiledQuery.raw(sql));
    },
  });
  return databaseOf("mysql", new Kysely<Schema>({ dialect }));
}
