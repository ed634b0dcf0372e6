import { execFileSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

import { BLOB_PART_BYTES } from "../../../src/domain/sync-protocol.ts";
import type { Database } from "../../../sync-server/db/database.ts";
import { openDatabase } from "../../../sync-server/db/open.ts";
import { IncomingPack } from "../../../sync-server/git/incoming-pack.ts";
import { refIdOf } from "../../../sync-server/git/refs.ts";
import { livePacks } from "../../../sync-server/git/live-packs.ts";
import { Blobs } from "../../../sync-server/repos/blobs.ts";
import { purgeUploads } from "../../../sync-server/repos/purge.ts";
import { DATABASE_KINDS } from "../../support/databases/databases.ts";
import { git } from "../../support/git-server/git.ts";
import { seeded } from "../../support/ports/seeded.ts";
import { expectQuota, fsck, GitRemoteServer, refusal, saveAs, useGitRemote } from "./git-remote-fixture.ts";
import type { Person } from "./sync-fixture.ts";

const DAY = 24 * 60 * 60_000;
const NONE = "0".repeat(40);

/** The database as a server sees it that dies after some transactions: the next ones never happen. */
function dyingAfter(database: Database, transactions: number): Database {
  let left = transactions;
  return {
    ...database,
    transact(work) {
      left -= 1;
      return left >= 0 ? database.transact(work) : Promise.reject(new Error("the server has died"));
    },
  };
}

/** A database before whose transaction number `at` something else happens. */
function meddledWith(database: Database, at: number, meddle: () => Promise<unknown>): Database {
  let count = 0;
  return {
    ...database,
    async transact(work) {
      count += 1;
      if (count === at) await meddle();
      return database.transact(work);
    },
  };
}

it("a pack on its way in can be cut and extended wherever its end falls", async () => {
  const kind = await DATABASE_KINDS[0]?.start();
  if (!kind) throw new Error("There is no database.");
  const database = await openDatabase(await kind.newDatabase());
  const server = await GitRemoteServer.start(database);
  const space = await server.newSpace(await server.api.newPerson());
  const blobs = new Blobs(database, Date.now);
  async function* more(bytes: Buffer) {
    yield bytes.subarray(0, 7);
    yield bytes.subarray(7);
  }
  for (const parts of [0, 1, 4, 5, 6])
    for (const rest of [-21, -20, -1, 0, 1, 19, 20, 21]) {
      const size = parts * BLOB_PART_BYTES + rest;
      if (size < 32) continue;
      const bytes = randomBytes(size);
      const added = randomBytes(parts === 5 ? BLOB_PART_BYTES : 100);
      const pack = new IncomingPack(blobs, space, Number.POSITIVE_INFINITY);
      for (let at = 0; at < size; at += 700_001) await pack.take(bytes.subarray(at, at + 700_001));
      expect((await pack.read(0, size)).equals(bytes)).toBe(true);
      const id = await pack.extend(77, more(added));
      const body = Buffer.concat([bytes.subarray(0, -20), added]);
      body.writeUInt32BE(77, 8);
      const sum = createHash("sha1").update(body).digest();
      expect(id).toBe(sum.toString("hex"));
      await pack.store();
      expect((await pack.read(0, pack.size)).equals(Buffer.concat([body, sum]))).toBe(true);
      await pack.remove();
    }
  await expectQuota(database, space);
  await server.stop();
  await database.close();
  await kind.stop();
}, 60_000);

describe.each(DATABASE_KINDS)("a push to the Git remote on $name", ({ start }) => {
  let database: Database;
  let server: GitRemoteServer;
  let person: Person;
  useGitRemote(start, (bench) => ({ database, server, person } = bench));

  it.each([
    ["small", 1_000],
    ["large", 6 * BLOB_PART_BYTES],
  ])(
    "of a %s pack is taken whole or can be done again, wherever the server dies",
    async (_size, bytes) => {
      const work = await server.work({ "random.bin": randomBytes(bytes) });
      const oid = await git(work, "rev-parse", "HEAD");
      await git(work, "repack", "-adq");
      const packs = join(work, ".git/objects/pack");
      const [name = ""] = readdirSync(packs).filter((one) => one.endsWith(".pack"));
      const command = `${NONE} ${oid} refs/heads/main\0report-status`;
      const body = Buffer.concat([
        Buffer.from((command.length + 4).toString(16).padStart(4, "0") + command),
        Buffer.from("0000"),
        readFileSync(join(packs, name)),
      ]);
      let deaths = 0;
      for (let transactions = 0; ; transactions++) {
        const space = await server.newSpace(person);
        const dying = await GitRemoteServer.start(dyingAfter(database, transactions));
        const send = async (port: number): Promise<boolean> => {
          const reply = await fetch(`http://127.0.0.1:${port}/git/${space}/git-receive-pack`, {
            method: "POST",
            body: new Uint8Array(body),
            headers: {
              authorization: `Bearer ${person.token}`,
              "content-type": "application/x-git-receive-pack-request",
            },
          });
          return (await reply.text()).includes("ok refs/heads/main");
        };
        const taken = await send(dying.port);
        dying.lines.splice(0);
        await dying.stop();
        const url = server.url(space, person.token);
        expect((await git(work, "ls-remote", url)) !== "").toBe(taken);
        // The same bytes again, as far as they came.
        if (!taken) expect(await send(server.port)).toBe(true);
        await purgeUploads(database, Date.now() + 2 * DAY);
        await expectQuota(database, space);
        const blobs = await database.kysely
          .selectFrom("blobs")
          .select(["id", "whole"])
          .where("space_id", "=", space)
          .execute();
        expect(blobs.every(({ whole }) => Number(whole) === 1)).toBe(true);
        expect(await git(await server.clone(url), "rev-parse", "HEAD")).toBe(oid);
        if (taken) break;
        deaths += 1;
      }
      expect(deaths).toBeGreaterThan(bytes > BLOB_PART_BYTES ? 8 : 1);
    },
    120_000,
  );

  it.each([false, true])(
    "loses to a browser that is faster, at the last moment too (atomic: %s)",
    async (atomic) => {
      const { space, url } = await server.newRemote(person);
      const work = await server.work();
      const first = await git(work, "rev-parse", "HEAD");
      await git(work, "push", "-q", url, "main");
      const second = await saveAs(work, { "b.txt": "b\n" });
      await git(work, "push", "-q", url, "main:browser");
      await git(work, "reset", "-q", "--hard", first);
      await saveAs(work, { "c.txt": "c\n" });
      const move = async () => {
        const items = await server.api.pullAll(person, 500, space);
        const main = items.find(({ body }) => body?.includes('"main"'));
        const body = JSON.stringify({ name: "main", oid: second });
        const moved = { class: "cas" as const, stamp: "0000000000010000", expect: main?.seq ?? 0, body };
        const { results } = (await server.api.push(person, [{ id: main?.id ?? "", ...moved }], space)).body;
        expect(results[0]?.status).toBe("new");
      };
      // The first transaction keeps the pack, the second moves the branches.
      const slow = await GitRemoteServer.start(meddledWith(database, 2, move));
      const said = await refusal(
        work,
        "push",
        ...(atomic ? ["--atomic"] : []),
        slow.url(space, person.token),
        "main",
        "main:fresh",
      );
      await slow.stop();
      expect(said).toContain("main (fetch first)");
      const there = await git(work, "ls-remote", "--heads", url);
      expect(there).toContain(`${second}\trefs/heads/main`);
      expect(there.includes("fresh")).toBe(!atomic);
      // The pack that came for nothing is one like the others.
      expect(await livePacks(database, space)).toHaveLength(3);
      await git(work, "pull", "-q", "--no-rebase", "--no-edit", url, "main");
      await git(work, "push", "-q", url, "main");
      await expectQuota(database, space);
      expect(await git(await server.clone(url), "rev-parse", "HEAD")).toBe(
        await git(work, "rev-parse", "HEAD"),
      );
    },
  );

  it("loses to another of the same device that is faster, in the same millisecond too", async () => {
    const { space, url } = await server.newRemote(person);
    const [work, other] = [await server.work(), await server.work()];
    await git(work, "push", "-q", url, "main");
    await git(other, "pull", "-q", "--rebase", url, "main");
    const faster = await saveAs(other, { "b.txt": "b\n" });
    await saveAs(work, { "c.txt": "c\n" });
    const at = Date.now();
    const still = () => at;
    const fast = await GitRemoteServer.start(database, {}, still);
    const push = () => git(other, "push", "-q", fast.url(space, person.token), "main");
    const slow = await GitRemoteServer.start(meddledWith(database, 2, push), {}, still);
    const said = await refusal(work, "push", slow.url(space, person.token), "main");
    await fast.stop();
    await slow.stop();
    expect(said).toContain("main (fetch first)");
    expect(await git(work, "ls-remote", url, "main")).toContain(faster);
    await expectQuota(database, space);
  });

  it.each([false, true])(
    "loses to a branch that is made at the same time and lets it not be (atomic: %s)",
    async (atomic) => {
      const { space, url } = await server.newRemote(person);
      const work = await server.work();
      await git(work, "push", "-q", url, "main");
      const meddle = () => git(work, "push", "-q", url, "main:x");
      // The branch alone: nothing comes along, so the first transaction moves the branches.
      const slow = await GitRemoteServer.start(meddledWith(database, 1, meddle));
      const options = atomic ? ["--atomic"] : [];
      const said = await refusal(
        work,
        "push",
        ...options,
        slow.url(space, person.token),
        "main:x/y",
        "main:fine",
      );
      await slow.stop();
      expect(said).toContain("the branch x is in the way of that name");
      const there = await git(await server.clone(url), "branch", "-r");
      expect(there).toContain("origin/x");
      expect(there).not.toContain("x/y");
      expect(there.includes("fine")).toBe(!atomic);
      await expectQuota(database, space);
    },
  );

  it("is told of branches as one that can be cloned has them, whatever programs wrote", async () => {
    const { space, url } = await server.newRemote(person);
    const work = await server.work();
    await git(work, "push", "-q", url, "main", "main:x/y");
    const oid = await git(work, "rev-parse", "main");
    const put = async (name: string, changes: object = {}) => {
      const id = refIdOf(name);
      const body = JSON.stringify({ name, oid });
      const op = { id, class: "cas" as const, stamp: "0000000000010000", expect: null, body, ...changes };
      return (await server.api.push(person, [op], space)).status;
    };
    expect(await put("fine")).toBe(200);
    for (const name of ["x", "x/y/z", "../evil", "a b", "HEAD", "a.lock", "", "z".repeat(300)])
      expect([name, await put(name)]).toEqual([name, 422]);
    expect(await put("other", { id: "ref.other" })).toBe(422);
    expect(await put("other", { class: "set" })).toBe(422);
    // Two browsers at once, of which neither knew of the other's.
    await database.kysely
      .insertInto("items")
      .values({
        space_id: space,
        id: refIdOf("x"),
        seq: 100,
        class: "cas",
        stamp: "0000000000010000",
        device: person.deviceId,
        body: Buffer.from(JSON.stringify({ name: "x", oid })),
      })
      .execute();
    const names = await git(await server.clone(url), "branch", "-r", "--format=%(refname:lstrip=3)");
    expect(names.split("\n").toSorted()).toEqual(["HEAD", "fine", "main", "x"]);
  });

  it.each([1, 2, 3, 4])(
    "and fetches of a wild history bring just that (seed %i)",
    async (seed) => {
      const pick = seeded(seed);
      const commits = 40;
      const source = server.folder();
      await git(source, "init", "-q", "--bare", "-b", "main", ".");
      execFileSync("git", ["fast-import", "--quiet"], { cwd: source, input: wildHistory(commits, pick) });
      const { url } = await server.newRemote(person);
      // In an order of no sense, so that history comes in pieces, and older ones after newer.
      const names = Array.from({ length: commits }, (_, n) => `b${n + 1}`);
      for (const some of [names.filter(() => pick(5) === 0), names])
        await git(source, "push", "-q", url, ...(some.length > 0 ? some : names));
      let clone = "";
      for (let round = 0; round < 21; round++) {
        if (round % 7 === 0) {
          clone = server.folder();
          await git(clone, "init", "-q", "-b", "none", ".");
          await git(clone, "remote", "add", "origin", url);
        }
        const branch = names[pick(commits)] ?? "";
        const depths = [`--depth=${1 + pick(4)}`, `--deepen=${1 + pick(3)}`];
        const isShallow = (await git(clone, "rev-parse", "--is-shallow-repository")) === "true";
        // What a clone once had hides what a fetch left out, so most begin with a part.
        const way = isShallow
          ? round % 7 === 6
            ? "--unshallow"
            : (depths[pick(6)] ?? "")
          : round % 7 === 0 && round > 0
            ? (depths[0] ?? "")
            : "";
        const version = `protocol.version=${pick(3)}`;
        const refspec = `refs/heads/${branch}:refs/remotes/origin/${branch}`;
        await git(clone, "-c", version, "fetch", "-q", ...(way === "" ? [] : [way]), "origin", refspec);
        await fsck(clone);
        if ((await git(clone, "rev-parse", "--is-shallow-repository")) === "true") continue;
        const objects = (folder: string, ref: string) => git(folder, "rev-list", "--objects", ref);
        expect(await objects(clone, `origin/${branch}`)).toBe(await objects(source, branch));
      }
    },
    60_000,
  );
});

/** Commits with merges, files that come back, and clocks that are off, each with a branch. */
function wildHistory(commits: number, pick: (below: number) => number): string {
  const lines: string[] = [];
  for (let n = 1; n <= commits; n++) {
    const when = 1_700_000_000 + n * 60 - (pick(5) === 0 ? pick(5_000) : 0);
    lines.push(`commit refs/heads/b${n}`, `mark :${n}`, `committer t <t@t> ${when} +0000`, "data 1", "m");
    const parents = new Set<number>();
    if (n > 1 && pick(12) > 0) parents.add(n - 1 - pick(Math.min(n - 1, 5)));
    if (n > 2 && parents.size > 0 && pick(3) === 0) parents.add(1 + pick(n - 1));
    for (const [at, parent] of [...parents].entries())
      lines.push(`${at === 0 ? "from" : "merge"} :${parent}`);
    for (let file = 0; file < 1 + pick(3); file++) {
      const text = `${"a line that is long enough to make a delta worth while\n".repeat(20)}${pick(8)}`;
      lines.push(`M 100644 inline d${pick(3)}/f${pick(6)}`, `data ${text.length}`, text);
    }
  }
  return `${lines.join("\n")}\n`;
}
