import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

import { BLOB_PART_BYTES } from "../../../src/domain/sync-protocol.ts";
import type { Database } from "../../../sync-server/db/database.ts";
import { DATABASE_KINDS } from "../../support/databases/databases.ts";
import { git } from "../../support/git-server/git.ts";
import { fillRepository } from "../../support/git-server/sample-repository.ts";
import {
  expectQuota,
  fsck,
  type GitRemoteServer,
  refusal,
  saveAs,
  useGitRemote,
} from "./git-remote-fixture.ts";
import type { Person } from "./sync-fixture.ts";

const VERSIONS = ["0", "1", "2"];

describe.each(DATABASE_KINDS)("the Git remote on $name", ({ start }) => {
  let database: Database;
  let server: GitRemoteServer;
  let person: Person;
  useGitRemote(start, (bench) => ({ database, server, person } = bench));

  const remote = () => server.newRemote(person);
  const rev = (folder: string, name = "HEAD") => git(folder, "rev-parse", name);

  it("takes a repository with all that real ones hold, and gives it back in each version of the protocol", async () => {
    const { url } = await remote();
    const bare = server.folder();
    await git(bare, "init", "-q", "--bare", "-b", "main", ".");
    const work = await fillRepository(bare);
    await git(bare, "push", "-q", url, "main", "side");
    for (const version of VERSIONS) {
      const clone = await server.clone(url, "-c", `protocol.version=${version}`);
      expect(await rev(clone)).toBe(await rev(work, "main"));
      expect(await rev(clone, "origin/side")).toBe(await rev(work, "side"));
      expect(await git(clone, "symbolic-ref", "HEAD")).toBe("refs/heads/main");
      expect(await git(clone, "status", "--porcelain")).toBe("");
    }
  });

  it("lets an empty repository be cloned, and the clone be pushed", async () => {
    for (const version of VERSIONS) {
      const { url } = await remote();
      const clone = await server.clone(url, "-c", `protocol.version=${version}`);
      await git(clone, "checkout", "-q", "-B", "main");
      const oid = await saveAs(clone, { "new.txt": "new\n" });
      await git(clone, "push", "-q", "-u", "origin", "main");
      expect(await rev(await server.clone(url))).toBe(oid);
    }
  });

  it("brings what changed, both ways and again and again", async () => {
    for (const version of VERSIONS) {
      const { url } = await remote();
      const work = await server.work({ "a.txt": "line\n".repeat(500), "b/c.txt": "c\n" });
      const option = ["-c", `protocol.version=${version}`] as const;
      await git(work, ...option, "push", "-q", url, "main");
      const clone = await server.clone(url, ...option);
      for (let round = 1; round <= 3; round++) {
        // A line of a long file: Git pushes it as a delta of what is here.
        const oid = await saveAs(work, { "a.txt": `${"line\n".repeat(500)}${round}\n`, [`d/${round}`]: "d" });
        await git(work, ...option, "push", "-q", url, "main");
        await git(clone, ...option, "pull", "-q", "--ff-only");
        expect(await rev(clone)).toBe(oid);
        await fsck(clone);
        expect(await git(work, ...option, "push", url, "main")).toBe("");
      }
      await fsck(await server.clone(url));
      const count = await git(clone, "count-objects", "-v");
      expect(count).toContain("garbage: 0");
    }
  });

  it("sends no more than the client lacks", async () => {
    const { url } = await remote();
    const files = Object.fromEntries(Array.from({ length: 60 }, (_, n) => [`f/${n}`, `file ${n}\n`]));
    const work = await server.work(files);
    const oids = [await rev(work)];
    for (const n of [1, 2, 3]) oids.push(await saveAs(work, { "f/1": `changed ${n}\n` }));
    await git(work, "push", "-q", url, "main");
    const [first = "", second = "", third = "", fourth = ""] = oids;
    // A commit, its two trees, and one file.
    expect(await objectsSent(url, `want ${fourth}`, `have ${third}`)).toBe(4);
    expect(await objectsSent(url, `want ${fourth}`, `have ${second}`)).toBe(8);
    expect(await objectsSent(url, `want ${second}`, `have ${fourth}`)).toBe(0);
    expect(await objectsSent(url, `want ${fourth}`)).toBe(60 + 3 + 3 * 4);
    expect(await objectsSent(url, `want ${fourth}`, "deepen 1")).toBe(63);
    expect(await objectsSent(url, `want ${fourth}`, "deepen 2")).toBe(67);
    const shallow = [`want ${fourth}`, `shallow ${fourth}`, `have ${fourth}`];
    expect(await objectsSent(url, ...shallow, "deepen 1", "deepen-relative")).toBe(4);
    expect(await objectsSent(url, ...shallow, "deepen 2147483647")).toBe(12);
    // Below a boundary no commit is known, whatever comes after it; files are.
    expect(await objectsSent(url, `want ${first}`, `shallow ${fourth}`, `have ${fourth}`)).toBe(4);
    expect(await objectsSent(url, `want ${second}`, `shallow ${fourth}`, `have ${fourth}`)).toBe(8);
  });

  /** How many objects a fetch of version 2 brings. */
  async function objectsSent(url: string, ...args: string[]): Promise<number> {
    const line = (text: string): string => (text.length + 4).toString(16).padStart(4, "0") + text;
    const lines = [...args, "ofs-delta", "no-progress", "done"].map(line);
    const { origin, pathname } = new URL(url);
    const reply = await fetch(`${origin}${pathname}/git-upload-pack`, {
      method: "POST",
      body: `${line("command=fetch")}0001${lines.join("")}0000`,
      headers: {
        authorization: `Bearer ${person.token}`,
        "content-type": "application/x-git-upload-pack-request",
        "git-protocol": "version=2",
      },
    });
    const bytes = Buffer.from(await reply.arrayBuffer());
    const at = bytes.indexOf("PACK");
    expect(at).toBeGreaterThan(0);
    return bytes.readUInt32BE(at + 8);
  }

  it("clones a part of a history, more of it, and all", async () => {
    const { url } = await remote();
    const work = await server.work();
    for (let n = 2; n <= 9; n++) await saveAs(work, { "a.txt": `version ${n}\n` });
    await git(work, "push", "-q", url, "main");
    const commits = (folder: string) => git(folder, "rev-list", "--count", "HEAD");
    for (const version of VERSIONS) {
      const option = ["-c", `protocol.version=${version}`] as const;
      const clone = await server.clone(url, ...option, "--depth=2");
      expect(await commits(clone)).toBe("2");
      await git(clone, ...option, "fetch", "-q", "--deepen=2");
      expect(await commits(clone)).toBe("4");
      await fsck(clone);
      await git(clone, ...option, "fetch", "-q", "--depth=3");
      expect(await commits(clone)).toBe("3");
      const oid = await saveAs(clone, { [`pushed-${version}`]: "from a shallow clone\n" });
      await git(clone, ...option, "push", "-q", "origin", "HEAD:main");
      await git(clone, ...option, "fetch", "-q", "--unshallow");
      expect(await git(clone, "rev-parse", "--is-shallow-repository")).toBe("false");
      await fsck(clone);
      await git(work, ...option, "pull", "-q", "--ff-only", url, "main");
      expect(await rev(work)).toBe(oid);
      expect(await commits(clone)).toBe(await commits(work));
    }
  });

  it("clones since a day", async () => {
    const { url } = await remote();
    const work = await server.work();
    for (const day of ["2020-01-01", "2021-01-01", "2022-01-01"]) {
      writeFileSync(join(work, "a.txt"), day);
      const env = { ...process.env, GIT_COMMITTER_DATE: `${day}T00:00:00Z` };
      const who = ["-c", "user.name=t", "-c", "user.email=t@t"];
      execFileSync("git", [...who, "commit", "-qam", day], { cwd: work, env });
    }
    await git(work, "push", "-q", url, "main", "main~1:refs/heads/old");
    for (const version of VERSIONS) {
      const clone = await server.clone(
        url,
        "-c",
        `protocol.version=${version}`,
        "--shallow-since=2020-06-01",
      );
      expect(await git(clone, "rev-list", "--count", "HEAD")).toBe("2");
      await git(clone, "fetch", "-q", "--shallow-exclude=old", "origin", "main");
      expect(await git(clone, "rev-list", "--count", "origin/main")).toBe("1");
    }
  });

  it("makes branches, moves them forward, and removes them", async () => {
    const { url, space } = await remote();
    const work = await server.work();
    await git(work, "push", "-q", url, "main", "main:feature/ü");
    await saveAs(work, { "a.txt": "two\n" });
    await git(work, "push", "-q", url, "main:feature/ü", "main");
    const heads = await git(work, "ls-remote", "--heads", url);
    expect(heads.split("\n").map((line) => line.split("\t")[1])).toEqual([
      "refs/heads/feature/ü",
      "refs/heads/main",
    ]);
    await git(work, "push", "-q", url, ":feature/ü");
    expect(await git(work, "ls-remote", "--heads", url)).not.toContain("feature");
    // And again, from what was removed.
    await git(work, "push", "-q", url, "main:feature/ü");
    expect(await git(work, "ls-remote", "--heads", url)).toContain("feature");
    expect(await refusal(work, "push", url, ":main")).toContain("HEAD points to cannot be deleted");
    const items = await server.api.pullAll(person, 500, space);
    expect(items.filter(({ id }) => id.startsWith("ref."))).toHaveLength(2);
    expect(items.every(({ id }) => /^(?:ref\.[0-9a-f]{32}|pack\.[0-9a-f]{40})$/.test(id))).toBe(true);
  });

  it("refuses what would lose work, and names that are no branches'", async () => {
    const { url } = await remote();
    const work = await server.work();
    await git(work, "push", "-q", url, "main");
    const other = await server.clone(url);
    await saveAs(other, { "b.txt": "b\n" });
    await git(other, "push", "-q", "origin", "main");
    await saveAs(work, { "c.txt": "c\n" });
    expect(await refusal(work, "push", url, "main")).toMatch(/fetch first|non-fast-forward/);
    expect(await refusal(work, "push", "--force", url, "main")).toContain("non-fast-forward: pull first");
    await git(work, "tag", "v1");
    await git(work, "tag", "-a", "-m", "two", "v2");
    expect(await refusal(work, "push", url, "v1")).toContain("only branches");
    expect(await refusal(work, "push", url, "main:refs/notes/x")).toContain("only branches");
    expect(await refusal(work, "push", url, "v2^{}:refs/heads/main/sub")).toContain("in the way");
    expect(await refusal(work, "push", url, "v2:refs/heads/tagged")).toMatch(/rejected|no commit/);
    expect(await rev(await server.clone(url))).toBe(await rev(other));
  });

  it("takes all of an atomic push or nothing", async () => {
    const { url } = await remote();
    const work = await server.work();
    await git(work, "push", "-q", url, "main");
    const other = await server.clone(url);
    await saveAs(other, { "b.txt": "b\n" });
    await git(other, "push", "-q", "origin", "main");
    await saveAs(work, { "c.txt": "c\n" });
    const said = await refusal(work, "push", "--atomic", "--force", url, "main", "main:fresh");
    expect(said).toContain("atomic push failure");
    expect(await git(work, "ls-remote", url)).not.toContain("fresh");
    // Without it, what can be done is.
    expect(await refusal(work, "push", "--force", url, "main", "main:fresh")).toContain("non-fast-forward");
    expect(await git(work, "ls-remote", url)).toContain("fresh");
    await git(work, "push", "-q", "--atomic", url, "main:one", "main:two");
    expect(await rev(await server.clone(url))).toBe(await rev(other));
  });

  it("takes large pushes in pieces, compressed or not, and gives them back", async () => {
    const { url, space } = await remote();
    const files: Record<string, Buffer | string> = { "random.bin": randomBytes(7 * 1024 * 1024) };
    for (let n = 0; n < 400; n++) files[`many/${n % 20}/${n}.txt`] = `file ${n}\n`;
    const work = await server.work(files);
    await git(work, "-c", "http.postBuffer=65536", "push", "-q", url, "main");
    for (const version of VERSIONS) {
      const clone = await server.clone(url, "-c", `protocol.version=${version}`);
      expect(await rev(clone)).toBe(await rev(work));
    }
    const [pack] = (await server.api.pullAll(person, 500, space)).filter(({ id }) => id.startsWith("pack."));
    expect(JSON.parse(pack?.body ?? "{}").size).toBeGreaterThan(7 * 1024 * 1024);
    const blobs = await database.kysely
      .selectFrom("blobs")
      .selectAll()
      .where("space_id", "=", space)
      .execute();
    expect(blobs.map(({ id }) => id).toSorted()).toEqual(
      [pack?.id.slice(5), `${pack?.id.slice(5)}.idx`].toSorted(),
    );
    await expectQuota(database, space);
    // A thin pack over several parts, whose bases are put to its end.
    const changed = Buffer.from(files["random.bin"] as Buffer);
    changed[5] = 1 + (changed[5] ?? 0);
    await saveAs(work, { "random.bin": changed, "more.bin": randomBytes(6 * BLOB_PART_BYTES) });
    await git(work, "-c", "http.postBuffer=65536", "push", "-q", url, "main");
    expect(await rev(await server.clone(url))).toBe(await rev(work));
    await expectQuota(database, space);
  }, 60_000);

  it("lets one of two pushes win, and tells the other to fetch", async () => {
    const { url, space } = await remote();
    const work = await server.work();
    await git(work, "push", "-q", url, "main");
    for (let round = 0; round < 4; round++) {
      const clones = await Promise.all([server.clone(url), server.clone(url)]);
      for (const [at, clone] of clones.entries()) await saveAs(clone, { [`${round}-${at}`]: `${at}\n` });
      const ends = await Promise.allSettled(clones.map((clone) => git(clone, "push", "origin", "main")));
      expect(ends.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
      const loser = ends.findIndex(({ status }) => status === "rejected");
      const { reason } = ends[loser] as PromiseRejectedResult;
      expect(String(reason)).toMatch(/fetch first|non-fast-forward/);
      const clone = clones[loser] ?? "";
      await git(clone, "pull", "-q", "--no-rebase", "--no-edit");
      await git(clone, "push", "-q", "origin", "main");
      expect(await rev(await server.clone(url))).toBe(await rev(clone));
    }
    await expectQuota(database, space);
  }, 60_000);

  it("sees what a browser wrote, and is told to fetch when it was faster", async () => {
    const { url, space } = await remote();
    const work = await server.work();
    await git(work, "push", "-q", url, "main");
    const first = await rev(work);
    const second = await saveAs(work, { "b.txt": "b\n" });
    await git(work, "push", "-q", url, "main:other");
    const items = await server.api.pullAll(person, 500, space);
    const main = items.find(({ body }) => body?.includes('"main"'));
    const moved = {
      id: main?.id ?? "",
      class: "cas" as const,
      stamp: "0000000000010000",
      expect: main?.seq ?? 0,
    };
    await server.api.push(person, [{ ...moved, body: JSON.stringify({ name: "main", oid: second }) }], space);
    expect(await git(work, "ls-remote", url, "refs/heads/main")).toContain(second);
    await git(work, "reset", "-q", "--hard", first);
    await saveAs(work, { "c.txt": "c\n" });
    expect(await refusal(work, "push", url, "main")).toMatch(/fetch first|non-fast-forward/);
    const head = { id: "head", class: "set" as const, stamp: "0000000000010000", body: '{"branch":"other"}' };
    await server.api.push(person, [head], space);
    for (const version of VERSIONS) {
      const clone = await server.clone(url, "-c", `protocol.version=${version}`);
      expect(await git(clone, "symbolic-ref", "HEAD")).toBe("refs/heads/other");
    }
  });
});
