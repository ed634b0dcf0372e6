import { execFileSync, spawnSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";

import { BLOB_PART_BYTES } from "../../../src/domain/sync-protocol.ts";
import { stampAt } from "../../../src/domain/clock-stamp.ts";
import { refIdOf } from "../../../sync-server/git/refs.ts";
import type { Database } from "../../../sync-server/db/database.ts";
import { hideReplacedPacks } from "../../../sync-server/git/replaced-packs.ts";
import { PackGoneError, push } from "../../../sync-server/sync/push.ts";
import { purgeAccounts, purgeUploads } from "../../../sync-server/repos/purge.ts";
import { DATABASE_KINDS } from "../../support/databases/databases.ts";
import { useDatabase } from "../../support/databases/use-database.ts";
import { op, SyncServer, type Person } from "./sync-fixture.ts";

const DAY = 24 * 60 * 60_000;

/** A repository of real Git's, with history, so that its pack has deltas. */
class RealRepository {
  readonly folder = mkdtempSync(join(tmpdir(), "okcvm-git-"));

  constructor() {
    this.git("init", "-q", "-b", "main");
    const text = Array.from({ length: 400 }, (_, line) => `line ${line} ${"x".repeat(20)}`);
    for (const change of ["one", "two", "three"]) {
      text[200] = change;
      writeFileSync(join(this.folder, "text"), text.join("\n"));
      writeFileSync(join(this.folder, `only-${change}`), randomBytes(2_000));
      this.commit(change);
    }
  }

  commit(message: string): void {
    this.git("add", "-A");
    this.git("-c", "user.name=t", "-c", "user.email=t@t", "commit", "-q", "-m", message);
  }

  git(...args: string[]): string {
    return execFileSync("git", args, { cwd: this.folder, encoding: "utf8" }).trim();
  }

  /** A pack of what some revisions lead to. */
  pack(...revisions: string[]): { id: string; bytes: Buffer; idx: Buffer } {
    const base = join(this.folder, ".git", "out");
    const id = execFileSync("git", ["pack-objects", "--revs", "-q", base], {
      cwd: this.folder,
      input: `${revisions.join("\n")}\n`,
      encoding: "utf8",
    }).trim();
    return {
      id,
      bytes: readFileSync(`${base}-${id}.pack`),
      idx: readFileSync(`${base}-${id}.idx`),
    };
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Whether real Git finds nothing wrong with a pack. */
function gitTakes(pack: Buffer): boolean {
  const folder = mkdtempSync(join(tmpdir(), "okcvm-damaged-"));
  try {
    writeFileSync(join(folder, "x.pack"), pack);
    const said = spawnSync("git", ["index-pack", "--strict", join(folder, "x.pack")]);
    return said.status === 0;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe.each(DATABASE_KINDS)("blobs on $name", ({ start }) => {
  let database: Database;
  let server: SyncServer;
  let person: Person;
  let space: string;
  const repository = new RealRepository();

  useDatabase(start, async (made) => {
    database = made;
    server = new SyncServer(database);
    person = await server.newPerson();
    space = await newSpace();
  });

  afterAll(() => repository.remove());

  async function newSpace(): Promise<string> {
    const id = randomBytes(16).toString("hex");
    await server.call("PUT", `/spaces/${id}`, {
      token: person.token,
      body: { kind: "conversation", encrypted: false },
    });
    return id;
  }
  const path = (id: string, of = space): string => `/spaces/${of}/blobs/${id}`;
  const put = async (id: string, bytes: Buffer, of = space): Promise<number[]> => {
    const answers: number[] = [];
    for (let n = 0; n * BLOB_PART_BYTES < bytes.length; n++) {
      const part = bytes.subarray(n * BLOB_PART_BYTES, (n + 1) * BLOB_PART_BYTES);
      const reply = await server.raw("PUT", `${path(id, of)}/parts/${n}`, {
        token: person.token,
        bytes: part,
      });
      answers.push(reply.status);
    }
    return answers;
  };
  const finish = (id: string, size: number, more: object = {}, of = space) =>
    server.call("POST", `${path(id, of)}/finish`, { token: person.token, body: { size, ...more } });
  const get = async (id: string, of = space): Promise<Buffer | number> => {
    const reply = await server.raw("GET", path(id, of), { token: person.token });
    return reply.status === 200 ? Buffer.from(await reply.arrayBuffer()) : reply.status;
  };
  const bytesOf = async (of: string): Promise<number> =>
    Number(
      (await database.kysely.selectFrom("spaces").select("bytes").where("id", "=", of).executeTakeFirst())
        ?.bytes,
    );

  it("come back as they went up, in parts and again", async () => {
    const bytes = randomBytes(2 * BLOB_PART_BYTES + 5);
    const id = createHash("sha256").update(bytes).digest("hex");
    expect(await put(id, bytes)).toEqual([204, 204, 204]);
    expect(await get(id)).toBe(404);
    const { body } = await server.call("GET", `${path(id)}/parts`, { token: person.token });
    expect(body).toEqual({ whole: false, parts: [0, 1, 2] });
    expect((await finish(id, bytes.length)).status).toBe(204);
    expect(bytes.equals((await get(id)) as Buffer)).toBe(true);
    const before = await bytesOf(space);
    expect(await put(id, bytes)).toEqual([204, 204, 204]);
    expect((await finish(id, bytes.length)).status).toBe(204);
    expect(await bytesOf(space)).toBe(before);
  });

  it("that are not what their name says are refused, and nothing of them stays", async () => {
    const of = await newSpace();
    const bytes = randomBytes(1_000);
    const id = createHash("sha256").update("something else").digest("hex");
    await put(id, bytes, of);
    expect((await finish(id, 999, {}, of)).status).toBe(422);
    await put(id, bytes, of);
    expect((await finish(id, bytes.length, {}, of)).status).toBe(422);
    expect(await bytesOf(of)).toBe(0);
    const big = randomBytes(BLOB_PART_BYTES + 1);
    const hash = createHash("sha256").update(big).digest("hex");
    // The parts are there, cut elsewhere than a reader expects.
    for (const [n, part] of [big.subarray(0, 500), big.subarray(500)].entries())
      await server.raw("PUT", `${path(hash, of)}/parts/${n}`, { token: person.token, bytes: part });
    expect((await finish(hash, big.length, {}, of)).status).toBe(422);
  });

  it("of Git are indexed as Git does it, deltas and all", async () => {
    const { id, bytes, idx } = repository.pack("main");
    await put(id, bytes);
    expect(await finish(id, bytes.length)).toMatchObject({ status: 204 });
    expect(await get(`${id}.idx`)).toEqual(idx);
    expect(await get(id)).toEqual(bytes);
  });

  it("of Git that lead to what is nowhere are refused; to what is here, taken", async () => {
    const of = await newSpace();
    const newest = repository.pack("main", "^main~1");
    await put(newest.id, newest.bytes, of);
    expect(await finish(newest.id, newest.bytes.length, {}, of)).toMatchObject({
      status: 422,
      body: { error: { code: "bad_blob" } },
    });
    const first = repository.pack("main~1");
    await put(first.id, first.bytes, of);
    expect((await finish(first.id, first.bytes.length, {}, of)).status).toBe(204);
    await put(newest.id, newest.bytes, of);
    expect((await finish(newest.id, newest.bytes.length, {}, of)).status).toBe(204);
  });

  it("of a shallow clone are taken when it says what it lacks", async () => {
    const of = await newSpace();
    const clone = mkdtempSync(join(tmpdir(), "okcvm-shallow-"));
    execFileSync("git", ["clone", "-q", "--depth=1", `file://${repository.folder}`, clone]);
    const head = repository.git("rev-parse", "main");
    const base = join(clone, ".git", "out");
    const id = execFileSync("git", ["pack-objects", "--revs", "-q", base], {
      cwd: clone,
      input: `${head}\n`,
      encoding: "utf8",
    }).trim();
    const bytes = readFileSync(`${base}-${id}.pack`);
    await put(id, bytes, of);
    expect((await finish(id, bytes.length, {}, of)).status).toBe(422);
    await put(id, bytes, of);
    const absent = [repository.git("rev-parse", "main~1")];
    expect((await finish(id, bytes.length, { absent }, of)).status).toBe(204);
    rmSync(clone, { recursive: true });
  });

  it("that are damaged anywhere are refused", async () => {
    const of = await newSpace();
    const { bytes } = repository.pack("main");
    for (let place = 12; place < bytes.length - 20; place += Math.ceil(bytes.length / 40)) {
      const damaged = Buffer.from(bytes);
      damaged[place] = (damaged[place] ?? 0) ^ 0x40;
      const sum = createHash("sha1").update(damaged.subarray(0, -20)).digest();
      sum.copy(damaged, damaged.length - 20);
      const id = sum.toString("hex");
      await put(id, damaged, of);
      const { status } = await finish(id, damaged.length, {}, of);
      // A bit behind the end of a deflate block stands for nothing: Git takes such a pack too.
      expect(status, `byte ${place}`).toBe(gitTakes(damaged) ? 204 : 422);
    }
  });

  it("let a branch lead only to a commit that is here", async () => {
    const of = await newSpace();
    const { id, bytes } = repository.pack("main");
    const oid = repository.git("rev-parse", "main");
    const ref = (commit: string) =>
      op({
        id: refIdOf("main"),
        class: "cas",
        expect: null,
        body: JSON.stringify({ name: "main", oid: commit }),
      });
    const packItem = op({ id: `pack.${id}`, body: JSON.stringify({ size: bytes.length }) });
    expect((await server.push(person, [packItem], of)).status).toBe(422);
    expect((await server.push(person, [ref(oid)], of)).status).toBe(422);
    await put(id, bytes, of);
    await finish(id, bytes.length, {}, of);
    expect((await server.push(person, [ref(repository.git("rev-parse", "main^{tree}"))], of)).status).toBe(
      422,
    );
    const { body } = await server.push(person, [packItem, ref(oid)], of);
    expect(body.results.map(({ status }) => status)).toEqual(["new", "new"]);
  });

  it("go when nobody was told of them for a day, or when a browser has put what they had elsewhere", async () => {
    const { kysely } = database;
    const someone = await server.newPerson();
    const [open, sealed] = [randomBytes(16).toString("hex"), randomBytes(16).toString("hex")];
    const key = "k".repeat(80);
    for (const [space, about] of [
      [open, { kind: "conversation", encrypted: false }],
      [sealed, { kind: "conversation", encrypted: true, key }],
    ] as const)
      await server.call("PUT", `/spaces/${space}`, { token: someone.token, body: about });
    const blob = (space: string, id: string) =>
      kysely
        .insertInto("blobs")
        .values({ space_id: space, id, size: 0, whole: 1, created_at: server.now })
        .execute();
    const [told, untold] = ["1".repeat(40), "2".repeat(40)];
    for (const id of [told, `${told}.idx`, untold, `${untold}.idx`, "3".repeat(64)]) await blob(open, id);
    const [kept, replaced, message] = ["4".repeat(64), "5".repeat(64), "6".repeat(64)];
    for (const id of [kept, replaced, message]) await blob(sealed, id);
    const item = (space: string, pack: string, seq: number, body: Buffer | null) =>
      kysely
        .insertInto("items")
        .values({
          space_id: space,
          id: `pack.${pack.slice(0, 40)}`,
          seq,
          class: "add",
          stamp: stampAt(server.now),
          device: "",
          body,
        })
        .execute();
    await item(open, told, 1, Buffer.from("{}"));
    await item(sealed, kept, 1, Buffer.from("{}"));
    await item(sealed, replaced, 2, null);
    const whole = async (): Promise<string[]> =>
      (
        await kysely
          .selectFrom("blobs")
          .select("id")
          .where("space_id", "in", [open, sealed])
          .where("whole", "=", 1)
          .orderBy("id")
          .execute()
      ).map(({ id }) => id);
    await hideReplacedPacks(database, server.now + DAY - 60_000);
    expect(await whole()).toHaveLength(8);
    await hideReplacedPacks(database, server.now + DAY + 60_000);
    expect(await whole()).toEqual([told, `${told}.idx`, "3".repeat(64), kept, message].toSorted());
  });

  it("are not told of when they were hidden after the question whether they are there", async () => {
    const someone = await server.newPerson();
    const space = someone.homeSpace;
    const pack = "7".repeat(40);
    await database.kysely
      .insertInto("blobs")
      .values({ space_id: space, id: pack, size: 0, whole: 1, created_at: server.now })
      .execute();
    const told = { ...op({ id: `pack.${pack}`, body: "{}" }), expect: null };
    const limits = { now: server.now, maxBytes: 1_000_000 };
    const about = { spaceId: space, deviceId: "d", ops: [told, op({ id: "beside" })] };
    await hideReplacedPacks(database, server.now + DAY + 1);
    await expect(push(database, about, limits)).rejects.toThrow(PackGoneError);
    expect(await server.pullAll(someone, 500, space)).toEqual([]);
    expect((await server.push(someone, [told], space)).status).toBe(422);
  });

  it("count for the space, and go with it", async () => {
    const small = new SyncServer(database, { spaceBytes: BLOB_PART_BYTES + 500 });
    const someone = await small.newPerson();
    const of = someone.homeSpace;
    const bytes = randomBytes(2 * BLOB_PART_BYTES);
    const id = createHash("sha256").update(bytes).digest("hex");
    const part = (n: number) =>
      small.raw("PUT", `/spaces/${of}/blobs/${id}/parts/${n}`, {
        token: someone.token,
        bytes: bytes.subarray(n * BLOB_PART_BYTES, (n + 1) * BLOB_PART_BYTES),
      });
    expect((await part(0)).status).toBe(204);
    expect((await part(1)).status).toBe(507);
    expect(await bytesOf(of)).toBe(BLOB_PART_BYTES + 100);
    expect(await purgeUploads(database, small.now)).toBe(0);
    expect(await purgeUploads(database, small.now + DAY)).toBeGreaterThan(0);
    expect(await bytesOf(of)).toBe(0);
    expect((await part(0)).status).toBe(204);
    await small.call("DELETE", "/account", { token: someone.token });
    await purgeAccounts(database, small.now + 8 * DAY);
    for (const table of ["blobs", "blob_parts"] as const) {
      const rows = await database.kysely
        .selectFrom(table)
        .select("space_id")
        .where("space_id", "=", of)
        .execute();
      expect(rows).toEqual([]);
    }
  });
});
