import { sql } from "kysely";
import type { Database } from "./database.ts";

/** Columns as both kinds of database write them. */
interface Columns {
  id: string;
  ascii: string;
  text: string;
  number: string;
  bytes: string;
  /** After the list of columns. */
  end: string;
}

const COLUMNS: Record<Database["kind"], Columns> = {
  mysql: {
    id: "VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL",
    ascii: "VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL",
    text: "VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL",
    number: "BIGINT",
    bytes: "LONGBLOB",
    end: "ENGINE=InnoDB DEFAULT CHARSET=utf8mb4",
  },
  sqlite: {
    id: "TEXT NOT NULL",
    ascii: "TEXT NOT NULL",
    text: "TEXT NOT NULL",
    number: "INTEGER",
    bytes: "BLOB",
    end: "STRICT",
  },
};

/** MySQL keeps rows in the order of their primary key, SQLite in the order in which they came: both are read by number. */
const ITEM_KEYS: Record<Database["kind"], string> = {
  mysql: "PRIMARY KEY (space_id, seq), UNIQUE KEY items_id (space_id, id)",
  sqlite: "PRIMARY KEY (space_id, id)",
};

/**
 * Changes of the schema, oldest first; one that was released is never edited.
 * Each statement can be run twice: MySQL commits a table at once, so a server
 * that dies in between leaves half of them.
 */
const MIGRATIONS: ((columns: Columns, kind: Database["kind"]) => string[])[] = [
  ({ id, ascii, text, number, bytes, end }, kind) => [
    `CREATE TABLE IF NOT EXISTS accounts (
      id ${id}, auth_hash ${id}, home_space ${id}, created_at ${number} NOT NULL, delete_at ${number},
      PRIMARY KEY (id), UNIQUE (auth_hash)) ${end}`,
    `CREATE TABLE IF NOT EXISTS devices (
      id ${id}, account_id ${id}, token_hash ${id}, name ${text}, scopes ${ascii},
      created_at ${number} NOT NULL, seen_at ${number} NOT NULL,
      PRIMARY KEY (account_id, id), UNIQUE (token_hash)) ${end}`,
    `CREATE TABLE IF NOT EXISTS spaces (
      id ${id}, owner_id ${id}, kind ${id}, encrypted ${number} NOT NULL, epoch ${number} NOT NULL,
      head_seq ${number} NOT NULL, bytes ${number} NOT NULL, created_at ${number} NOT NULL,
      PRIMARY KEY (id)${index(kind, "spaces_owner", "owner_id")}) ${end}`,
    ...indexAfter(kind, "spaces_owner", "spaces (owner_id)"),
    `CREATE TABLE IF NOT EXISTS members (
      space_id ${id}, account_id ${id}, role ${id}, created_at ${number} NOT NULL,
      PRIMARY KEY (space_id, account_id)${index(kind, "members_account", "account_id")}) ${end}`,
    ...indexAfter(kind, "members_account", "members (account_id)"),
    `CREATE TABLE IF NOT EXISTS pairs (
      id ${id}, box ${bytes} NOT NULL, expires_at ${number} NOT NULL, PRIMARY KEY (id)) ${end}`,
    `CREATE TABLE IF NOT EXISTS items (
      space_id ${id}, id ${id}, seq ${number} NOT NULL, class ${id}, stamp ${id}, device ${id}, body ${bytes},
      ${ITEM_KEYS[kind]}) ${end}`,
    ...indexAfter(kind, "items_seq", "items (space_id, seq)"),
  ],
  // A letter now makes the device that reads it. Those of before lived for five minutes.
  ({ id, bytes, number, end }) => [
    `CREATE TABLE IF NOT EXISTS letters (
      id ${id}, account_id ${id}, box ${bytes}, expires_at ${number} NOT NULL, PRIMARY KEY (id)) ${end}`,
    `DROP TABLE IF EXISTS pairs`,
  ],
  ({ id, bytes, number, end }) => [
    `CREATE TABLE IF NOT EXISTS blobs (
      space_id ${id}, id ${id}, size ${number} NOT NULL, whole ${number} NOT NULL, created_at ${number} NOT NULL,
      PRIMARY KEY (space_id, id)) ${end}`,
    `CREATE TABLE IF NOT EXISTS blob_parts (
      space_id ${id}, blob_id ${id}, n ${number} NOT NULL, bytes ${bytes} NOT NULL,
      PRIMARY KEY (space_id, blob_id, n)) ${end}`,
  ],
  // Names are a table of their own: MySQL cannot add a column that may be there already.
  ({ id, text, number, end }, kind) => [
    `CREATE TABLE IF NOT EXISTS invitations (
      id ${id}, handle ${id}, space_id ${id}, role ${id}, created_at ${number} NOT NULL, expires_at ${number} NOT NULL,
      PRIMARY KEY (id)${index(kind, "invitations_space", "space_id")}) ${end}`,
    ...indexAfter(kind, "invitations_space", "invitations (space_id)"),
    `CREATE TABLE IF NOT EXISTS account_names (account_id ${id}, name ${text}, PRIMARY KEY (account_id)) ${end}`,
  ],
  ({ id, number, end }) => [
    `CREATE TABLE IF NOT EXISTS model_usage (
      account_id ${id}, day ${number} NOT NULL, provider ${id}, requests ${number} NOT NULL,
      input_tokens ${number} NOT NULL, output_tokens ${number} NOT NULL,
      PRIMARY KEY (account_id, day, provider)) ${end}`,
  ],
  ({ id, end }) => [
    `CREATE TABLE IF NOT EXISTS identities (subject ${id}, account_id ${id}, PRIMARY KEY (subject)) ${end}`,
  ],
  ({ id, ascii, end }) => [
    `CREATE TABLE IF NOT EXISTS account_keys (account_id ${id}, sealed ${ascii}, PRIMARY KEY (account_id)) ${end}`,
    `CREATE TABLE IF NOT EXISTS space_keys (
      space_id ${id}, account_id ${id}, sealed ${ascii}, PRIMARY KEY (space_id, account_id)) ${end}`,
  ],
  ({ id, ascii, text, number, bytes, end }, kind) => [
    `CREATE TABLE IF NOT EXISTS sites (
      id ${id}, account_id ${id}, space_id ${id}, subject ${id}, versions ${number} NOT NULL, active ${number},
      created_at ${number} NOT NULL,
      PRIMARY KEY (id)${index(kind, "sites_account", "account_id")}${index(kind, "sites_space", "space_id")}) ${end}`,
    ...indexAfter(kind, "sites_account", "sites (account_id)"),
    ...indexAfter(kind, "sites_space", "sites (space_id)"),
    `CREATE TABLE IF NOT EXISTS site_versions (
      site_id ${id}, version ${number} NOT NULL, source ${id}, title ${text}, files ${number} NOT NULL,
      bytes ${number} NOT NULL, created_at ${number} NOT NULL, PRIMARY KEY (site_id, version)) ${end}`,
    `CREATE TABLE IF NOT EXISTS site_files (
      site_id ${id}, version ${number} NOT NULL, path_hash ${id}, path ${bytes} NOT NULL, blob_id ${id},
      at ${number} NOT NULL, size ${number} NOT NULL, hash ${ascii},
      PRIMARY KEY (site_id, version, path_hash)) ${end}`,
  ],
  ({ id, number, end }, kind) => [
    `CREATE TABLE IF NOT EXISTS account_invitations (
      id ${id}, handle ${id}, account_id ${id}, created_at ${number} NOT NULL, expires_at ${number} NOT NULL,
      used ${number} NOT NULL,
      PRIMARY KEY (id)${index(kind, "account_invitations_account", "account_id")}) ${end}`,
    ...indexAfter(kind, "account_invitations_account", "account_invitations (account_id)"),
  ],
];

/** How many there are. */
export const SCHEMA_VERSION = MIGRATIONS.length;

/** MySQL has no CREATE INDEX IF NOT EXISTS: its indexes come with the table. */
function index(kind: Database["kind"], name: string, columns: string): string {
  return kind === "mysql" ? `, KEY ${name} (${columns})` : "";
}

function indexAfter(kind: Database["kind"], name: string, on: string): string[] {
  return kind === "sqlite" ? [`CREATE INDEX IF NOT EXISTS ${name} ON ${on}`] : [];
}

/** How long one server waits for another that migrates. Seconds. */
const LOCK_SECONDS = 120;

/** Brings the schema up to date; of several servers that start at once, one does it. Errors: of a database from a newer version. */
export async function migrate(database: Database): Promise<void> {
  if (database.kind === "sqlite") return database.transact((transaction) => run(database.kind, transaction));
  await database.kysely.connection().execute(async (connection) => {
    const got = await sql<{
      got: number | null;
    }>`SELECT GET_LOCK('okcvm-migrations', ${LOCK_SECONDS}) AS got`.execute(connection);
    if (Number(got.rows[0]?.got) !== 1)
      throw new Error("Another server is changing the database's tables and did not end in time.");
    try {
      await run(database.kind, connection);
    } finally {
      await sql`SELECT RELEASE_LOCK('okcvm-migrations')`.execute(connection);
    }
  });
}

async function run(kind: Database["kind"], on: Database["kysely"]): Promise<void> {
  const columns = COLUMNS[kind];
  await sql
    .raw(
      `CREATE TABLE IF NOT EXISTS migrations (id ${columns.number} NOT NULL, at ${columns.number} NOT NULL, PRIMARY KEY (id)) ${columns.end}`,
    )
    .execute(on);
  const rows = await on.selectFrom("migrations").select("id").execute();
  const done = new Set(rows.map(({ id }) => Number(id)));
  const newest = Math.max(0, ...done);
  if (newest > MIGRATIONS.length)
    throw new Error(
      `The database was made by a newer OKCVM (its tables are at ${newest}, this server knows ${MIGRATIONS.length}).`,
    );
  for (const [at, migration] of MIGRATIONS.entries()) {
    const id = at + 1;
    if (done.has(id)) continue;
    for (const statement of migration(columns, kind)) await sql.raw(statement).execute(on);
    await on.insertInto("migrations").values({ id, at: Date.now() }).execute();
  }
}
