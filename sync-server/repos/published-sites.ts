import { createHash } from "node:crypto";
import type { Transaction } from "kysely";
import { newId } from "../../src/domain/ids.ts";
import type { PlacedFile } from "../../src/domain/public-site.ts";
import { KEPT_VERSIONS } from "../../src/domain/site-limits.ts";
import type { Database } from "../db/database.ts";
import type { Schema } from "../db/schema.ts";
import { lockIfThere } from "./blobs.ts";
import { purgeSpace } from "./purge.ts";
import { insertSpace } from "./spaces.ts";

/** A version of a site. */
export interface SiteVersion {
  version: number;
  /** What it was made of, as its maker calls that. */
  source: string;
  title: string;
  files: number;
  bytes: number;
  createdAt: number;
}

export interface Site {
  id: string;
  /** Where its files are uploaded to. */
  space: string;
  /** What it is of, as its maker calls that. */
  subject: string;
  /** The version that is shown; null for none. */
  active: number | null;
  createdAt: number;
  /** Newest first. */
  versions: SiteVersion[];
}

/** A site that may be shown. */
export interface ShownSite {
  id: string;
  space: string;
  version: number;
}

/** Sites of one account. */
const MAX_SITES = 100;
/** Rows written at once. */
const PER_INSERT = 200;

/** Sites that anyone may see, with their versions. */
export class PublishedSites {
  readonly #database: Database;
  readonly #now: () => number;

  constructor(database: Database, now: () => number) {
    this.#database = database;
    this.#now = now;
  }

  /** A new site without a version; null when the account has too many. */
  async create(accountId: string, subject: string): Promise<Site | null> {
    const now = this.#now();
    // 76 random bits: a name that nobody guesses. Its first letter is one that no site of a browser's own has.
    const [id, space] = [`p${newId().slice(0, 19)}`, newId()];
    return this.#database.transact(async (transaction) => {
      const all = await transaction
        .selectFrom("sites")
        .select("id")
        .where("account_id", "=", accountId)
        .execute();
      if (all.length >= MAX_SITES) return null;
      await insertSpace(transaction, { id: space, ownerId: accountId, kind: "site", encrypted: false }, now);
      await transaction
        .insertInto("sites")
        .values({
          id,
          account_id: accountId,
          space_id: space,
          subject,
          versions: 0,
          active: null,
          created_at: now,
        })
        .execute();
      return { id, space, subject, active: null, createdAt: now, versions: [] };
    });
  }

  /** The account's sites, oldest first. */
  async ofAccount(accountId: string): Promise<Site[]> {
    const { kysely } = this.#database;
    const rows = await kysely
      .selectFrom("sites")
      .select(["id", "space_id", "subject", "active", "created_at"])
      .where("account_id", "=", accountId)
      .orderBy("created_at")
      .orderBy("id")
      .execute();
    if (rows.length === 0) return [];
    const versions = await kysely
      .selectFrom("site_versions")
      .selectAll()
      .where(
        "site_id",
        "in",
        rows.map(({ id }) => id),
      )
      .orderBy("version", "desc")
      .execute();
    return rows.map((row) => ({
      id: row.id,
      space: row.space_id,
      subject: row.subject,
      active: row.active === null ? null : Number(row.active),
      createdAt: Number(row.created_at),
      versions: versions.filter((one) => one.site_id === row.id).map(versionOf),
    }));
  }

  /** The space of an account's site; null when it is none of its. */
  async spaceOf(id: string, accountId: string): Promise<string | null> {
    const row = await this.#database.kysely
      .selectFrom("sites")
      .select("space_id")
      .where("id", "=", id)
      .where("account_id", "=", accountId)
      .executeTakeFirst();
    return row?.space_id ?? null;
  }

  /** Files of a version, by path; null when there is no such version. */
  async filesOf(id: string, version: number): Promise<PlacedFile[] | null> {
    const { kysely } = this.#database;
    if (!(await hasVersion(kysely, id, version))) return null;
    const rows = await kysely
      .selectFrom("site_files")
      .select(["path", "blob_id", "at", "size", "hash"])
      .where("site_id", "=", id)
      .where("version", "=", version)
      .execute();
    return rows
      .map((row) => ({ ...placeOf(row), path: Buffer.from(row.path).toString("utf8") }))
      .toSorted((a, b) => (a.path < b.path ? -1 : 1));
  }

  /**
   * Adds a version and shows it. Answers its number, which file has no bytes
   * here, or null for a site that is gone. The oldest versions that are not shown
   * go when there are too many, or they take more than half of `maxBytes`.
   */
  async publish(
    { id, space }: { id: string; space: string },
    { title, source, files }: { title: string; source: string; files: readonly PlacedFile[] },
    maxBytes: number,
  ): Promise<{ version: number } | { missing: string } | null> {
    const now = this.#now();
    return this.#database.transact(async (transaction) => {
      if (!(await lockIfThere(transaction, space))) return null;
      const sizes = await this.#sizesOf(transaction, space, new Set(files.map(({ blob }) => blob)));
      const missing = files.find(({ blob, at, size }) => at + size > (sizes.get(blob) ?? -1));
      if (missing) return { missing: missing.path };
      const row = await transaction
        .selectFrom("sites")
        .select("versions")
        .where("id", "=", id)
        .executeTakeFirst();
      if (!row) return null;
      const version = Number(row.versions) + 1;
      const bytes = files.reduce((sum, { size }) => sum + size, 0);
      await transaction
        .insertInto("site_versions")
        .values({ site_id: id, version, source, title, files: files.length, bytes, created_at: now })
        .execute();
      for (let at = 0; at < files.length; at += PER_INSERT)
        await transaction
          .insertInto("site_files")
          .values(files.slice(at, at + PER_INSERT).map((file) => rowOf(id, version, file)))
          .execute();
      await transaction
        .updateTable("sites")
        .set({ versions: version, active: version })
        .where("id", "=", id)
        .execute();
      await dropOld(transaction, id, maxBytes / 2);
      return { version };
    });
  }

  /** Shows another version, or none. Answers false when there is no such version. */
  async activate({ id, space }: { id: string; space: string }, version: number | null): Promise<boolean> {
    return this.#database.transact(async (transaction) => {
      if (!(await lockIfThere(transaction, space))) return false;
      if (version !== null && !(await hasVersion(transaction, id, version))) return false;
      await transaction.updateTable("sites").set({ active: version }).where("id", "=", id).execute();
      return true;
    });
  }

  /** Removes the site with all its versions. */
  async remove(space: string): Promise<void> {
    await purgeSpace(this.#database, space);
  }

  /** What a label shows; null for nothing. */
  async shown(id: string): Promise<ShownSite | null> {
    const row = await this.#database.kysely
      .selectFrom("sites")
      .select(["space_id", "active"])
      .where("id", "=", id)
      .executeTakeFirst();
    if (!row || row.active === null) return null;
    return { id, space: row.space_id, version: Number(row.active) };
  }

  /** A file of what is shown; null when it has none there. */
  async file({ id, version }: ShownSite, path: string): Promise<PlacedFile | null> {
    const row = await this.#database.kysely
      .selectFrom("site_files")
      .select(["blob_id", "at", "size", "hash"])
      .where("site_id", "=", id)
      .where("version", "=", version)
      .where("path_hash", "=", hashOf(path))
      .executeTakeFirst();
    return row ? { ...placeOf(row), path } : null;
  }

  async #sizesOf(
    transaction: Transaction<Schema>,
    space: string,
    blobs: ReadonlySet<string>,
  ): Promise<Map<string, number>> {
    if (blobs.size === 0) return new Map();
    const rows = await transaction
      .selectFrom("blobs")
      .select(["id", "size"])
      .where("space_id", "=", space)
      .where("id", "in", [...blobs])
      .where("whole", "=", 1)
      .execute();
    return new Map(rows.map(({ id, size }) => [id, Number(size)]));
  }
}

async function hasVersion(on: Database["kysely"], id: string, version: number): Promise<boolean> {
  const row = await on
    .selectFrom("site_versions")
    .select("version")
    .where("site_id", "=", id)
    .where("version", "=", version)
    .executeTakeFirst();
  return row !== undefined;
}

/** Drops the oldest versions, but for the newest and the one that is shown. Inside a transaction that has locked the space. */
async function dropOld(transaction: Transaction<Schema>, id: string, maxBytes: number): Promise<void> {
  const all = await transaction
    .selectFrom("site_versions")
    .innerJoin("sites", "sites.id", "site_versions.site_id")
    .select(["version", "bytes", "active"])
    .where("site_id", "=", id)
    .orderBy("version", "desc")
    .execute();
  let bytes = 0;
  const old = all.filter((one, at) => {
    bytes += Number(one.bytes);
    const isKept = at === 0 || Number(one.version) === Number(one.active ?? -1);
    return !isKept && (at >= KEPT_VERSIONS || bytes > maxBytes);
  });
  if (old.length === 0) return;
  const versions = old.map(({ version }) => Number(version));
  await transaction
    .deleteFrom("site_files")
    .where("site_id", "=", id)
    .where("version", "in", versions)
    .execute();
  await transaction
    .deleteFrom("site_versions")
    .where("site_id", "=", id)
    .where("version", "in", versions)
    .execute();
}

function versionOf(row: Schema["site_versions"]): SiteVersion {
  return {
    version: Number(row.version),
    source: row.source,
    title: row.title,
    files: Number(row.files),
    bytes: Number(row.bytes),
    createdAt: Number(row.created_at),
  };
}

function placeOf(row: Pick<Schema["site_files"], "blob_id" | "at" | "size" | "hash">) {
  return { blob: row.blob_id, at: Number(row.at), size: Number(row.size), hash: row.hash };
}

function rowOf(
  site: string,
  version: number,
  { path, blob, at, size, hash }: PlacedFile,
): Schema["site_files"] {
  const place = { blob_id: blob, at, size, hash };
  return { site_id: site, version, path_hash: hashOf(path), path: Buffer.from(path, "utf8"), ...place };
}

function hashOf(path: string): string {
  return createHash("sha256").update(path).digest("hex");
}
