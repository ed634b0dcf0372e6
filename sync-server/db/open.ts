import type { Database } from "./database.ts";
import { migrate } from "./migrations.ts";
import { openMysql } from "./mysql.ts";
import { openSqlite } from "./sqlite.ts";

/** Where the database is. */
export type DatabaseAddress =
  | { kind: "sqlite"; path: string }
  | { kind: "mysql"; url: URL; connections: number };

/** Opens the database and brings its tables up to date. Errors: those of the database. */
export async function openDatabase(address: DatabaseAddress): Promise<Database> {
  const database =
    address.kind === "sqlite" ? openSqlite(address.path) : openMysql(address.url, address.connections);
  try {
    await migrate(database);
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}
