import { spawn } from "node:child_process";
import {
  closeSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { sql } from "kysely";
import { build } from "vite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { backupCommand } from "../../../sync-server/backup-command.ts";
import { ConfigError } from "../../../sync-server/config-error.ts";
import type { Database } from "../../../sync-server/db/database.ts";
import { openDatabase, type DatabaseAddress } from "../../../sync-server/db/open.ts";
import { raiseEpochs } from "../../../sync-server/repos/epochs.ts";
import { restoredCommand } from "../../../sync-server/restored-command.ts";
import { DATABASE_KINDS } from "../../support/databases/databases.ts";
import { op, SyncServer, type Person } from "./sync-fixture.ts";

const root = resolve(import.meta.dirname, "../../..");
const OPS_A_PUSH = 7;
const folder = mkdtempSync(join(tmpdir(), "okcvm-backup-"));
let dist: string;

beforeAll(async () => {
  // Inside the checkout, because the bundle finds its packages by walking up from where it lies.
  mkdirSync(join(root, ".cache"), { recursive: true });
  dist = mkdtempSync(join(root, ".cache/backup-test-"));
  await build({
    root,
    configFile: join(root, "vite.server.config.ts"),
    logLevel: "error",
    build: { outDir: join(dist, "server") },
  });
}, 60_000);

afterAll(() => {
  rmSync(dist, { recursive: true, force: true });
  rmSync(folder, { recursive: true, force: true });
});

function variablesOf(address: DatabaseAddress): Record<string, string> {
  const url = address.kind === "sqlite" ? `sqlite://${address.path}` : address.url.href;
  return { OKCVM_DATABASE_URL: url };
}

/** Runs a program and answers how it ended. */
async function run(
  program: string,
  words: readonly string[],
  environment: Record<string, string> = {},
  out?: number,
) {
  const child = spawn(program, words, {
    env: { PATH: process.env["PATH"] ?? "", ...environment },
    stdio: ["ignore", out ?? "pipe", "pipe"],
  });
  const printed = { out: "", err: "" };
  child.stdout?.on("data", (chunk: Buffer) => (printed.out += chunk.toString()));
  child.stderr?.on("data", (chunk: Buffer) => (printed.err += chunk.toString()));
  const code = await new Promise<number | null>((done) => child.once("close", (exit) => done(exit)));
  return { code, ...printed };
}

const okcvm = (words: string[], environment: Record<string, string>) =>
  run(process.execPath, [join(dist, "server/server.js"), ...words], environment);

/** Feeds a file to a program. */
async function feed(program: string, words: readonly string[], file: string): Promise<void> {
  const from = openSync(file, "r");
  const child = spawn(program, words, { stdio: [from, "ignore", "inherit"] });
  const code = await new Promise<number | null>((done) => child.once("close", (exit) => done(exit)));
  closeSync(from);
  expect(code).toBe(0);
}

/** Pushes one lot after another until it is told to stop; answers how many lots were acknowledged. */
function keepPushing(server: SyncServer, person: Person) {
  let going = true;
  let acknowledged = 0;
  const done = (async () => {
    while (going) {
      const { status } = await server.push(
        person,
        Array.from({ length: OPS_A_PUSH }, () => op({ body: "y".repeat(500) })),
      );
      expect(status).toBe(200);
      acknowledged += 1;
      await new Promise((turn) => setImmediate(turn));
    }
  })();
  return {
    acknowledged: () => acknowledged,
    async stop() {
      going = false;
      await done;
      return acknowledged;
    },
  };
}

async function until(reached: () => boolean): Promise<void> {
  while (!reached()) await new Promise((turn) => setTimeout(turn, 5));
}

interface Backed {
  /** Makes a backup of the database. */
  backup(address: DatabaseAddress): Promise<string>;
  /** Answers a database with what is in the backup, and nothing else. */
  restore(file: string, to: DatabaseAddress): Promise<void>;
}

const tools = (address: DatabaseAddress) => {
  if (address.kind !== "mysql") throw new Error("another kind");
  const { hostname, port, username, pathname } = address.url;
  return [`--host=${hostname}`, `--port=${port}`, `--user=${username}`, pathname.slice(1)];
};

/** What docs/operating.md says to do, for each kind of database. */
const GUIDE: Record<string, Backed> = {
  SQLite: {
    async backup(address) {
      const file = join(folder, `backup-${Math.random()}.db`);
      const { code, out, err } = await okcvm(["backup", file], variablesOf(address));
      expect(code, err).toBe(0);
      expect(out).toMatch(/ is a backup of .*, \d+ bytes, and was read again without a fault\.\n$/);
      return file;
    },
    async restore(file, to) {
      if (to.kind === "sqlite") copyFileSync(file, to.path);
    },
  },
  MariaDB: {
    async backup(address) {
      const file = join(folder, `backup-${Math.random()}.sql`);
      const handle = openSync(file, "wx", 0o600);
      const words = ["--no-defaults", "--single-transaction", "--quick", "--hex-blob", ...tools(address)];
      const { code, err } = await run("mariadb-dump", words, {}, handle);
      closeSync(handle);
      expect(code, err).toBe(0);
      return file;
    },
    restore: (file, to) => feed("mariadb", ["--no-defaults", ...tools(to)], file),
  },
};

describe.each(DATABASE_KINDS)("a backup on $name", ({ name, start }) => {
  let kind: Awaited<ReturnType<typeof start>>;
  const open: Database[] = [];
  const guide = GUIDE[name];
  if (!guide) throw new Error(`docs/operating.md says nothing of ${name}.`);

  beforeAll(async () => {
    kind = await start();
  }, 180_000);

  afterAll(async () => {
    for (const database of open) await database.close();
    await kind?.stop();
  });

  const openNew = async (address: DatabaseAddress) => {
    const database = await openDatabase(address);
    open.push(database);
    return database;
  };

  it("is made while pushes go on, whole to a push, and cursors of before are refused after it is restored", async () => {
    const address = await kind.newDatabase();
    const server = new SyncServer(await openNew(address));
    const person = await server.newPerson();
    const pushing = keepPushing(server, person);
    await until(() => pushing.acknowledged() >= 20);
    const before = pushing.acknowledged();
    const file = await guide.backup(address);
    const after = pushing.acknowledged();
    await until(() => pushing.acknowledged() >= after + 5);
    const all = await pushing.stop();
    const { cursor } = (await server.pull(person, undefined, 1000)).body;
    expect(after, "no push was taken during the backup").toBeGreaterThan(before);

    const restored = await kind.newDatabase();
    await guide.restore(file, restored);
    const told = await restoredCommand([], variablesOf(restored));
    expect(told).toMatch(/^1 space is at epoch \d+ now\. /);
    const second = new SyncServer(await openNew(restored));
    const items = await second.pullAll(person, 1000);
    // Every push is in it as a whole or not at all, and each that was acknowledged before it began is.
    expect(items.length % OPS_A_PUSH).toBe(0);
    expect(items.length / OPS_A_PUSH).toBeGreaterThanOrEqual(before);
    expect(items.length / OPS_A_PUSH).toBeLessThan(all);
    expect(items.map(({ seq }) => seq)).toEqual(items.map((_, at) => at + 1));
    const { bytes, headSeq } = (
      await second.call<{ spaces: { bytes: number; headSeq: number }[] }>("GET", "/spaces", {
        token: person.token,
      })
    ).body.spaces[0] ?? { bytes: 0, headSeq: 0 };
    expect([bytes, headSeq]).toEqual([items.length * 600, items.length]);

    const gone = await second.call<{ error: { code: string } }>(
      "GET",
      `/spaces/${person.homeSpace}/pull?cursor=${cursor}`,
      { token: person.token },
    );
    expect([gone.status, gone.body.error.code]).toEqual([410, "cursor_gone"]);
    // Whoever begins again is served, and what it brings is taken.
    const fresh = (await second.pull(person, undefined, 1000)).body.cursor;
    expect((await second.push(person, [op()])).body.results).toMatchObject([{ status: "new" }]);
    expect((await second.pull(person, fresh, 1000)).status).toBe(200);
  }, 60_000);

  it("that is restored once more makes an epoch of its own", async () => {
    const database = await openNew(await kind.newDatabase());
    const server = new SyncServer(database);
    // What is restored was made before.
    server.now -= 60_000;
    const person = await server.newPerson();
    const epochOf = async () => Number((await server.pull(person)).body.cursor.split(".")[0]);
    const backedUp = await epochOf();
    const now = Date.now();
    await raiseEpochs(database, now);
    const first = (await server.pull(person)).body.cursor;
    // The same backup again.
    await database.kysely.updateTable("spaces").set({ epoch: backedUp }).execute();
    await raiseEpochs(database, now + 10_000);
    expect((await server.pull(person, first)).status).toBe(410);
    // Run twice, or by a clock that is behind, it is above what is there.
    const high = await epochOf();
    await raiseEpochs(database, now + 10_000);
    expect(await epochOf()).toBe(high + 1);
    await raiseEpochs(database, 0);
    expect(await epochOf()).toBe(high + 2);
  });

  it("refuses cursors of a space that it lost and that a browser made again", async () => {
    const before = new SyncServer(await openNew(await kind.newDatabase()));
    const database = await openNew(await kind.newDatabase());
    const after = new SyncServer(database);
    const space = "ab".repeat(16);
    const make = async (server: SyncServer) => {
      const owner = await server.newPerson();
      const body = { kind: "conversation", encrypted: false };
      await server.call("PUT", `/spaces/${space}`, { token: owner.token, body });
      return owner;
    };
    const owner = await make(before);
    await before.push(owner, [op(), op(), op()], space);
    const { cursor } = (await before.pull(owner, undefined, 500, space)).body;
    await raiseEpochs(database, Date.now());
    after.now = before.now + 60_000;
    const again = await make(after);
    await after.push(again, [op()], space);
    expect((await after.pull(again, cursor, 500, space)).status).toBe(410);
  });

  it("raises the epochs of many spaces in short transactions, and again where it was stopped", async () => {
    const database = await openNew(await kind.newDatabase());
    const rows = Array.from({ length: 1_201 }, (_, at) => ({
      id: at.toString(16).padStart(32, "0"),
      owner_id: "x",
      kind: "conversation",
      encrypted: 0,
      epoch: at === 700 ? 999_000_000 : 1,
      head_seq: 0,
      bytes: 0,
      created_at: 0,
    }));
    for (let at = 0; at < rows.length; at += 400)
      await database.kysely
        .insertInto("spaces")
        .values(rows.slice(at, at + 400))
        .execute();
    let transactions = 0;
    const stopping: Database = {
      ...database,
      transact: (work) => {
        transactions += 1;
        return transactions === 2 ? Promise.reject(new Error("killed")) : database.transact(work);
      },
    };
    await expect(raiseEpochs(stopping, Date.now())).rejects.toThrow("killed");
    expect(await raiseEpochs(stopping, Date.now())).toEqual({ spaces: 1_201, epoch: 999_000_002 });
    expect(transactions).toBe(2 + 4);
    const left = await database.kysely.selectFrom("spaces").select("epoch").distinct().execute();
    expect(left.map(({ epoch }) => Number(epoch))).toEqual([999_000_002]);
  });

  it("has nothing to raise in an empty database", async () => {
    const address = await kind.newDatabase();
    await openNew(address);
    expect(await restoredCommand([], variablesOf(address))).toMatch(/^0 spaces are /);
  });
});

describe("the commands", () => {
  const sqlite = (name: string) => ({ OKCVM_DATABASE_URL: `sqlite://${join(folder, name)}` });
  const refusal = async (command: () => unknown): Promise<ConfigError> => {
    try {
      await command();
    } catch (error) {
      if (error instanceof ConfigError) return error;
      throw error;
    }
    throw new Error("it was done");
  };

  it("refuse when there is no database", async () => {
    const off = { OKCVM_DATABASE_URL: "off" };
    for (const command of [() => restoredCommand([], off), () => backupCommand(["x.db"], off)])
      expect(await refusal(command)).toMatchObject({
        exitCode: 2,
        message: expect.stringMatching(/^OKCVM_DATABASE_URL is off: /) as string,
      });
    expect(await refusal(() => backupCommand([join(folder, "y.db")], sqlite("none.db")))).toMatchObject({
      exitCode: 1,
      message: expect.stringContaining("There is no database at") as string,
    });
    expect(await refusal(() => restoredCommand([], sqlite("no/none.db")))).toMatchObject({
      exitCode: 1,
      message: `There is no database at ${join(folder, "no/none.db")} that was restored.`,
    });
    expect(await refusal(() => restoredCommand([], sqlite("none.db")))).toMatchObject({ exitCode: 1 });
    for (const name of ["none.db", "no"]) expect(existsSync(join(folder, name))).toBe(false);
  });

  it("refuse words they do not know", async () => {
    expect((await refusal(() => restoredCommand(["x"], sqlite("a.db")))).message).toBe(
      "Usage: npm run restored",
    );
    for (const words of [[], ["a", "b"]])
      expect((await refusal(() => backupCommand(words, sqlite("a.db")))).message).toBe(
        "Usage: npm run backup -- <new file>",
      );
    expect(await okcvm(["restore"], sqlite("a.db"))).toMatchObject({
      code: 2,
      err: "The commands are account, backup and restored; without one, the server starts.\n",
    });
  });

  it("copy into a new file that its owner alone may read, and leave nothing else", async () => {
    const variables = sqlite("live.db");
    await (await openDatabase({ kind: "sqlite", path: join(folder, "live.db") })).close();
    const into = mkdtempSync(join(folder, "into-"));
    const file = join(into, "a.db");
    expect(backupCommand([file], variables)).toContain(file);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(into)).toEqual(["a.db"]);
    writeFileSync(join(into, "mine.txt"), "mine");
    expect((await refusal(() => backupCommand([join(into, "mine.txt")], variables))).message).toContain(
      "name a new file",
    );
    expect(readFileSync(join(into, "mine.txt"), "utf8")).toBe("mine");
    const nowhere = await refusal(() => backupCommand([join(into, "no/such/folder.db")], variables));
    expect(nowhere).toMatchObject({
      exitCode: 1,
      message: expect.stringMatching(/^The backup could not be made: /) as string,
    });
  });

  it("leave no half of a copy when the database is damaged", async () => {
    const path = join(folder, "damaged.db");
    const database = await openDatabase({ kind: "sqlite", path });
    const server = new SyncServer(database);
    const person = await server.newPerson();
    await server.push(
      person,
      Array.from({ length: 200 }, () => op({ body: "z".repeat(2_000) })),
    );
    // So that it is all in the file itself.
    await sql`PRAGMA wal_checkpoint(TRUNCATE)`.execute(database.kysely);
    await database.close();
    const bytes = readFileSync(path);
    bytes.fill(0xaa, 64 * 1024, 256 * 1024);
    writeFileSync(path, bytes);
    const into = mkdtempSync(join(folder, "into-"));
    expect((await refusal(() => backupCommand([join(into, "a.db")], sqlite("damaged.db")))).exitCode).toBe(1);
    expect(readdirSync(into)).toEqual([]);
  });

  it("tell what to run for another database, without its password, and end with 2", async () => {
    const { code, out, err } = await okcvm(["backup", join(folder, "x.sql")], {
      OKCVM_DATABASE_URL: "mysql://me%3B%20rm:hunter2@db.example:3307/okcvm",
    });
    expect([code, out]).toEqual([2, ""]);
    expect(err).toContain(
      "mariadb-dump --single-transaction --quick --hex-blob --host=db.example --port=3307 --user='me; rm' --password okcvm > okcvm.sql",
    );
    expect(err).not.toContain("hunter2");
  });

  it("raise the epochs when the built server is asked", async () => {
    const variables = sqlite("built.db");
    await (await openDatabase({ kind: "sqlite", path: join(folder, "built.db") })).close();
    expect(await okcvm(["restored"], variables)).toMatchObject({
      code: 0,
      out: expect.stringContaining("0 spaces") as string,
    });
    expect(await okcvm(["restored"], { OKCVM_DATABASE_URL: "off" })).toMatchObject({ code: 2, out: "" });
  });
});
