import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "kysely";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import type { Database } from "../../../sync-server/db/database.ts";
import { openDatabase } from "../../../sync-server/db/open.ts";
import { openSqlite } from "../../../sync-server/db/sqlite.ts";

describe("transactions on SQLite that wait at the same time", () => {
  let folder: string;
  let database: Database;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "okcvm-group-"));
    database = await openDatabase({ kind: "sqlite", path: join(folder, "db") });
  });
  afterEach(async () => {
    await database.close();
    rmSync(folder, { recursive: true });
  });
  const add = (id: number, after?: () => Promise<void> | void) =>
    database.transact(async (transaction) => {
      await transaction.insertInto("migrations").values({ id, at: id }).execute();
      await after?.();
      return id;
    });
  const ids = async (): Promise<number[]> =>
    (
      await database.kysely
        .selectFrom("migrations")
        .select("id")
        .where("id", ">=", 1_000)
        .orderBy("id")
        .execute()
    ).map(({ id }) => Number(id));

  it("stand or fall each by itself, and those that stand are answered when all can read them", async () => {
    const outcomes = await Promise.allSettled(
      Array.from({ length: 150 }, (_, n) =>
        add(1_000 + n, () => {
          if (n % 7 === 3) throw new Error(`no ${n}`);
        }),
      ),
    );
    const stands = outcomes.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
    expect(stands).toHaveLength(150 - 21);
    expect(await ids()).toEqual(stands);
    const failed = outcomes.flatMap((one) => (one.status === "rejected" ? [String(one.reason)] : []));
    expect(failed[1]).toBe("Error: no 10");
    const other = openSqlite(join(folder, "db"));
    expect(
      await other.kysely.selectFrom("migrations").select("id").where("id", ">=", 1_000).execute(),
    ).toHaveLength(129);
    await other.close();
  });

  it("share a commit when they come in one turn of the event loop, each in a task of its own as requests do", async () => {
    const before = commitsOf(join(folder, "db-wal"));
    const told = Array.from(
      { length: 30 },
      (_, n) => new Promise<number>((resolve) => setImmediate(() => resolve(add(1_000 + n)))),
    );
    expect(await Promise.all(told)).toHaveLength(30);
    expect(commitsOf(join(folder, "db-wal")) - before).toBeLessThanOrEqual(2);
    expect(await ids()).toHaveLength(30);
  });

  it("run one after the other, in their order, each seeing what came before", async () => {
    const seen: number[] = [];
    const count = (n: number) =>
      database.transact(async (transaction) => {
        const rows = await transaction
          .selectFrom("migrations")
          .select("id")
          .where("id", ">=", 1_000)
          .execute();
        seen.push(rows.length);
        await new Promise(setImmediate);
        await transaction
          .insertInto("migrations")
          .values({ id: 1_000 + n, at: 0 })
          .execute();
      });
    await Promise.all(Array.from({ length: 30 }, (_, n) => count(n)));
    expect(seen).toEqual(Array.from({ length: 30 }, (_, n) => n));
  });

  it("wait for another process's, and lose nothing", async () => {
    const other = openSqlite(join(folder, "db"));
    const both = [database, other].flatMap((one, which) =>
      Array.from({ length: 40 }, (_, n) =>
        one.transact((transaction) =>
          transaction
            .insertInto("migrations")
            .values({ id: 1_000 + which * 100 + n, at: 0 })
            .execute(),
        ),
      ),
    );
    await Promise.all(both);
    expect(await ids()).toHaveLength(80);
    await other.close();
  });

  it("of which one ends the whole, as a full disk does, fail together and leave nothing", async () => {
    const outcomes = await Promise.allSettled([
      add(1_000),
      database.transact((transaction) => sql`ROLLBACK`.execute(transaction)),
      add(1_002),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(["rejected", "rejected", "fulfilled"]);
    expect(await ids()).toEqual([1_002]);
  });
});

/** Commits in a write-ahead log: the frames whose header has a size of the database. https://sqlite.org/fileformat2.html#walformat */
function commitsOf(path: string): number {
  const log = readFileSync(path);
  const frame = 24 + log.readUInt32BE(8);
  let commits = 0;
  for (let at = 32; at + frame <= log.length; at += frame)
    if (log.readUInt32BE(at + 4) !== 0 && log.readUInt32BE(at + 8) === log.readUInt32BE(16)) commits += 1;
  return commits;
}
