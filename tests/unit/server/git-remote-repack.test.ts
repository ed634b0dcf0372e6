import { describe, expect, it } from "vitest";

import type { Database } from "../../../sync-server/db/database.ts";
import { BlobSource } from "../../../sync-server/git/byte-source.ts";
import { livePacks } from "../../../sync-server/git/live-packs.ts";
import { repack } from "../../../sync-server/git/repack.ts";
import { hideReplacedPacks } from "../../../sync-server/git/replaced-packs.ts";
import { Blobs } from "../../../sync-server/repos/blobs.ts";
import { purgeUploads } from "../../../sync-server/repos/purge.ts";
import { DATABASE_KINDS } from "../../support/databases/databases.ts";
import { git } from "../../support/git-server/git.ts";
import { expectQuota, type GitRemoteServer, saveAs, useGitRemote } from "./git-remote-fixture.ts";
import type { Person } from "./sync-fixture.ts";

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const MAX_BYTES = 1024 * 1024 * 1024;

describe.each(DATABASE_KINDS)("packs on $name", ({ start }) => {
  let database: Database;
  let server: GitRemoteServer;
  let person: Person;
  useGitRemote(start, (bench) => ({ database, server, person } = bench));

  const work = async (pushes: number): Promise<{ space: string; url: string; folder: string }> => {
    const { space, url } = await server.newRemote(person);
    const folder = await server.work({ "long.txt": "line\n".repeat(300) });
    await git(folder, "push", "-q", url, "main");
    for (let n = 1; n < pushes; n++) {
      await saveAs(folder, { "long.txt": `${"line\n".repeat(300)}${n}\n`, [`f/${n}`]: `${n}\n` });
      await git(folder, "push", "-q", url, "main");
    }
    return { space, url, folder };
  };
  const blobsOf = async (space: string) => {
    const rows = await database.kysely
      .selectFrom("blobs")
      .select(["id", "whole"])
      .where("space_id", "=", space)
      .execute();
    return rows.map(({ id, whole }) => ({ id, whole: Number(whole) === 1 }));
  };
  const sizeOf = async (space: string) =>
    (await livePacks(database, space)).reduce((sum, { size }) => sum + size, 0);
  const limits = { packs: 5, small: 5, smallBytes: 1024 * 1024, bytes: 1024 * 1024 };
  const parts = () => ({
    database,
    blobs: new Blobs(database, Date.now),
    maxBytes: MAX_BYTES,
    now: Date.now,
  });

  it("are put together behind the pushes", async () => {
    const { space, url, folder } = await work(23);
    await expect
      .poll(async () => (await livePacks(database, space)).length, { timeout: 10_000 })
      .toBeLessThan(6);
    const items = await server.api.pullAll(person, 500, space);
    const made = items.find(({ body }) => body?.includes('"replaces"'));
    const { size, replaces } = JSON.parse(made?.body ?? "{}") as { size: number; replaces: string[] };
    expect(replaces.length).toBeGreaterThan(19);
    expect(size).toBeGreaterThan(1_000);
    for (const id of replaces) expect(items.find((item) => item.id === `pack.${id}`)?.body).toBeNull();
    expect(await git(await server.clone(url), "rev-parse", "HEAD")).toBe(
      await git(folder, "rev-parse", "HEAD"),
    );
  }, 60_000);

  it("that were replaced can be read for a while, and go then", async () => {
    const { space, url, folder } = await work(9);
    const old = await server.clone(url);
    const before = await livePacks(database, space);
    expect(await repack(parts(), space, limits)).not.toBeNull();
    expect(await livePacks(database, space)).toHaveLength(1);
    expect((await blobsOf(space)).filter(({ whole }) => whole)).toHaveLength(20);
    await server.clone(url);
    expect(await hideReplacedPacks(database, Date.now() + 9 * MINUTE)).toBe(0);
    expect((await blobsOf(space)).filter(({ whole }) => whole)).toHaveLength(20);
    expect(await hideReplacedPacks(database, Date.now() + 11 * MINUTE)).toBeGreaterThanOrEqual(before.length);
    expect(await hideReplacedPacks(database, Date.now() + 11 * MINUTE)).toBe(0);
    expect((await blobsOf(space)).filter(({ whole }) => whole)).toHaveLength(2);
    await server.clone(url);
    await purgeUploads(database, Date.now() + DAY + 12 * MINUTE);
    expect(await blobsOf(space)).toHaveLength(2);
    await expectQuota(database, space);
    await saveAs(folder, { "long.txt": "after\n" });
    await git(folder, "push", "-q", url, "main");
    await git(old, "pull", "-q", "--ff-only");
    expect(await git(await server.clone(url), "rev-parse", "HEAD")).toBe(await git(old, "rev-parse", "HEAD"));
  }, 60_000);

  it("are put together by two servers at once without loss", async () => {
    const { space, url } = await work(9);
    await Promise.all([repack(parts(), space, limits), repack(parts(), space, limits)]);
    expect(await livePacks(database, space)).toHaveLength(1);
    await hideReplacedPacks(database, Date.now() + 11 * MINUTE);
    await purgeUploads(database, Date.now() + 2 * DAY);
    expect(await blobsOf(space)).toHaveLength(2);
    await expectQuota(database, space);
    await server.clone(url);
  }, 60_000);

  it("that were put together for nothing can be read to the end by who has begun, and go then", async () => {
    const { space, url } = await work(12);
    const blobs = new Blobs(database, Date.now);
    const told = async () => new Set((await livePacks(database, space)).map(({ id }) => id));
    const packs = async () => (await blobsOf(space)).filter(({ id }) => !id.endsWith(".idx"));
    /** A server that is overtaken when its pack is there and devices are to be told of it. */
    const begun: { id: string; idx: BlobSource; bytes: BlobSource }[] = [];
    const overtaken: Database = {
      ...database,
      async transact(task) {
        const before = await told();
        const made = (await packs()).find(({ id, whole }) => whole && !before.has(id));
        if (made && begun.length === 0) {
          const source = async (id: string) =>
            new BlobSource(blobs, { space, id }, (await blobs.state({ space, id }))?.size ?? 0);
          begun.push({ id: made.id, idx: await source(`${made.id}.idx`), bytes: await source(made.id) });
          const fewer = { ...limits, bytes: (await sizeOf(space)) - 1 };
          expect(await repack(parts(), space, fewer)).not.toBeNull();
        }
        return database.transact(task);
      },
    };
    expect(await repack({ ...parts(), database: overtaken }, space, limits)).toBeNull();
    const { id, idx, bytes } = begun[0] ?? expect.fail("nothing was put together");
    expect(await told()).not.toContain(id);
    expect(await packs()).toContainEqual({ id, whole: false });
    expect((await idx.read(0, idx.size)).length).toBe(idx.size);
    expect((await bytes.read(0, bytes.size)).length).toBe(bytes.size);
    await expectQuota(database, space);
    await purgeUploads(database, Date.now() + DAY + MINUTE);
    expect((await blobsOf(space)).map((blob) => blob.id)).not.toContain(id);
    expect((await blobsOf(space)).map((blob) => blob.id)).not.toContain(`${id}.idx`);
    await expectQuota(database, space);
    await server.clone(url);
  }, 60_000);

  it("that someone removed stay while anything is in them alone", async () => {
    const { space, url } = await work(3);
    const [pack] = await livePacks(database, space);
    const stamp = "0000000000010000";
    await server.api.push(person, [{ id: `pack.${pack?.id}`, class: "add", stamp, body: null }], space);
    await hideReplacedPacks(database, Date.now() + DAY);
    expect((await blobsOf(space)).filter(({ whole }) => whole)).toHaveLength(6);
    await server.clone(url);
  });
});
