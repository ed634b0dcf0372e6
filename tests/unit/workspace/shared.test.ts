import "fake-indexeddb/auto";

import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";

import { indexPack } from "../../../sync-server/git/index-pack.ts";
import { MemorySource } from "../../../sync-server/git/byte-source.ts";
import { encodeIdxFile } from "../../../src/domain/git/pack-index.ts";
import type { IncomingPack, Outgoing, SharedWorkspace } from "../../../src/ports/shared-workspace.ts";
import type { Workspace } from "../../../src/ports/workspace.ts";
import { freshId, openHub } from "../../support/ports/hub-workspace.ts";

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

const shared = (workspace: Workspace): SharedWorkspace => {
  if (!workspace.shared) throw new Error("Not shared.");
  return workspace.shared;
};
const headOf = async (workspace: Workspace, name = "main"): Promise<string> =>
  (await workspace.branches()).find((branch) => branch.name === name)?.head ?? "";
const filesOf = async (workspace: Workspace): Promise<Record<string, string>> => {
  const entries = await workspace.list("", { recursive: true });
  const files = entries.filter(({ kind }) => kind === "file");
  return Object.fromEntries(
    await Promise.all(
      files.map(
        async ({ path }) => [path.slice(workspace.root.length + 1), await workspace.readText(path)] as const,
      ),
    ),
  );
};
/** Indexes as the server makes them. */
const indexed = ({ packs }: Outgoing): Promise<IncomingPack[]> =>
  Promise.all(
    packs.map(async ({ data }) => {
      const pack = new Uint8Array(data instanceof Blob ? await data.arrayBuffer() : data);
      const { index, checksum } = await indexPack(new MemorySource(Buffer.from(pack)));
      return { pack, index: encodeIdxFile(index, checksum) };
    }),
  );
/** Brings what `from` has to `to`, and merges. */
async function send(from: Workspace, to: Workspace, known: string[] = []) {
  await from.snapshotIfChanged("Your edits", { kind: "edits" });
  const head = await headOf(from);
  await shared(to).take(await indexed(await shared(from).packNew(known)), [head]);
  return shared(to).mergeBranch("main", head);
}
/** Two workspaces with the same files and history. */
async function two(files: Record<string, string> = { a: "1\n2\n3\n4\n5\n" }) {
  const [a, b] = [await openHub(freshId()), await openHub(freshId())];
  for (const [path, text] of Object.entries(files)) await a.write(path, text);
  await a.snapshot("first");
  await send(a, b);
  const base = await headOf(a);
  /** Both take in what the other did. */
  const meet = async () => {
    const merged = await send(a, b, [base]);
    await send(b, a, [await headOf(a)]);
    expect(await filesOf(a)).toEqual(await filesOf(b));
    expect(await headOf(a)).toBe(await headOf(b));
    return merged;
  };
  return { a, b, meet };
}

describe("a history that goes to another device", () => {
  test("brings files, snapshots and branches as they are", async () => {
    const { a, b } = await two({ "x/y.txt": "deep", z: "" });
    expect(await filesOf(b)).toEqual(await filesOf(a));
    expect(await b.snapshots()).toEqual(await a.snapshots());
  });

  test("sends each object once: a change of one file is a commit, the folders on its path and the file", async () => {
    const many = Object.fromEntries(Array.from({ length: 200 }, (_, n) => [`d${n % 10}/f${n}`, `${n}`]));
    const { a } = await two(many);
    const before = await headOf(a);
    await a.write("d3/f3", "changed");
    await a.snapshot("second");
    const next = await shared(a).packNew([before]);
    const [pack] = await indexed(next);
    const count = new DataView(pack?.pack.buffer ?? new ArrayBuffer(12), pack?.pack.byteOffset).getUint32(8);
    expect(count).toBe(4);
    expect((await shared(a).packNew([await headOf(a)])).packs).toEqual([]);
  });

  test("holds what was the same in between: a file that goes and comes back with its folder", async () => {
    const workspace = await openHub(freshId());
    await workspace.write("kept.txt", "kept");
    await workspace.snapshot("one file");
    await workspace.write("gone.txt", "gone");
    await workspace.snapshot("two files");
    await workspace.remove("gone.txt");
    await workspace.snapshot("one file again");
    // Three commits, two trees, two files.
    const [pack] = await indexed(await shared(workspace).packNew([]));
    expect(new DataView(pack?.pack.buffer ?? new ArrayBuffer(12), pack?.pack.byteOffset).getUint32(8)).toBe(
      7,
    );
    const other = await openHub(freshId());
    await send(workspace, other);
    expect(await filesOf(other)).toEqual({ "kept.txt": "kept" });
  });

  test("holds what known commits lack, whatever is put back", async () => {
    const { a, b } = await two({ "d/one": "1", "d/two": "2" });
    const known = await headOf(a);
    for (const [path, text] of [
      ["d/one", "x"],
      ["d/one", "1"],
      ["e/three", "3"],
      ["d/two", "y"],
      ["d/two", "2"],
    ] as const) {
      await a.write(path, text);
      await a.snapshot(path);
    }
    await send(a, b, [known]);
    expect(await filesOf(b)).toEqual(await filesOf(a));
    for (const { id } of await a.snapshots())
      expect(await b.diff(null, id, { lines: false })).toEqual(await a.diff(null, id, { lines: false }));
  });

  test("is whole for real Git, whatever was done in it", async () => {
    const { a, b, meet } = await two();
    const git = mkdtempSync(join(tmpdir(), "okcvm-shared-"));
    folders.push(git);
    execFileSync("git", ["init", "-q", "--bare", git]);
    await a.write("new", "x");
    await a.remove("a");
    await b.write("a", "1\nchanged\n3\n4\n5\n");
    await b.symlink("a", "link");
    await meet();
    await a.write("big", "y".repeat(3 * 1024 * 1024));
    await a.snapshot("big");
    let n = 0;
    for (const { data } of (await shared(a).packNew([])).packs) {
      mkdirSync(join(git, "objects/pack"), { recursive: true });
      const file = join(git, "objects/pack", `pack-${(n += 1)}.pack`);
      writeFileSync(file, new Uint8Array(data instanceof Blob ? await data.arrayBuffer() : data));
      execFileSync("git", ["-C", git, "index-pack", file], { stdio: "pipe" });
    }
    execFileSync("git", ["-C", git, "update-ref", "refs/heads/main", await headOf(a)]);
    execFileSync("git", ["-C", git, "fsck", "--full", "--strict"], { stdio: "pipe" });
    const names = execFileSync("git", ["-C", git, "ls-tree", "-r", "--name-only", "main"], {
      encoding: "utf8",
    });
    expect(names.trim().split("\n")).toEqual(["a", "big", "link", "new"]);
  });

  test("with something missing is refused, and nothing of it stays", async () => {
    const [a, b] = [await openHub(freshId()), await openHub(freshId())];
    await a.write("f", "one");
    await a.snapshot("first");
    const first = await headOf(a);
    await a.write("f", "two");
    await a.snapshot("second");
    const half = await indexed(await shared(a).packNew([first]));
    const head = await headOf(a);
    const other = await openHub(freshId());
    await other.write("g", "of another");
    await other.snapshot("x");
    const strange = await indexed(await shared(other).packNew([]));
    await expect(shared(b).take(strange, [head])).rejects.toMatchObject({ code: "bad-archive" });
    expect((await b.usage()).history).toBe(0);
    // A history that was cut off is taken: its newest commit is whole.
    await shared(b).take(half, [head]);
    await shared(b).mergeBranch("main", head);
    expect(await filesOf(b)).toEqual({ f: "two" });
  });
});

describe("work of two devices", () => {
  test("in different files and lines is all there", async () => {
    const { a, b, meet } = await two();
    await a.write("a", "1 by a\n2\n3\n4\n5\n");
    await a.write("of-a", "a");
    await b.write("a", "1\n2\n3\n4\n5 by b\n");
    await b.write("sub/of-b", "b");
    const { conflicts } = await meet();
    expect(conflicts).toEqual([]);
    expect(await filesOf(a)).toEqual({ a: "1 by a\n2\n3\n4\n5 by b\n", "of-a": "a", "sub/of-b": "b" });
    expect((await a.snapshots(1))[0]).toMatchObject({
      kind: "merge",
      parents: [expect.any(String), expect.any(String)],
    });
  });

  test.each([
    ["Latin", `${"n".repeat(251)}.txt`],
    ["Chinese", `${"名".repeat(83)}.txt`],
    ["without an ending", "n".repeat(255)],
    ["all ending", `a.${"n".repeat(250)}`],
  ])("keeps both versions of a file whose name is as long as can be (%s)", async (_, name) => {
    const { a, b, meet } = await two({ [name]: "first\n" });
    await a.write(name, "of a\n");
    await b.write(name, "of b\n");
    await meet();
    expect(Object.values(await filesOf(a)).toSorted()).toEqual(["of a\n", "of b\n"]);
    await a.write("later", "x");
    await meet();
    expect(await filesOf(b)).toHaveProperty("later");
  });

  test("puts what makes way beside folders and files alike", async () => {
    const { a, b, meet } = await two({ "z (conflict)/y.txt": "y" });
    await a.write("z", "a file");
    await b.write("z/q.txt", "in a folder");
    await meet();
    expect(await filesOf(a)).toEqual({
      "z (conflict)/y.txt": "y",
      "z/q.txt": "in a folder",
      "z (conflict 2)": "a file",
    });
  });

  test("in the same line is kept twice, and said", async () => {
    const { a, b, meet } = await two({ "dir/page.html": "1\n2\n3\n" });
    await a.write("dir/page.html", "1\nby a\n3\n");
    await a.snapshot("of a");
    await b.write("dir/page.html", "1\nby b\n3\n");
    await b.snapshot("of b");
    const { conflicts } = await meet();
    expect(conflicts).toEqual([`${b.root}/dir/page.html`]);
    const files = await filesOf(a);
    expect(Object.keys(files).toSorted()).toEqual(["dir/page (conflict).html", "dir/page.html"]);
    expect(Object.values(files).toSorted()).toEqual(["1\nby a\n3\n", "1\nby b\n3\n"]);
  });

  test("keeps what one changed and the other removed", async () => {
    const { a, b, meet } = await two({ x: "x", y: "y", z: "z" });
    await a.remove("x");
    await b.write("x", "changed");
    await a.write("y", "changed too");
    await b.remove("y");
    await b.remove("z");
    await meet();
    expect(await filesOf(a)).toEqual({ x: "changed", y: "changed too" });
  });

  test("where one made a file and the other a folder keeps both", async () => {
    const { a, b, meet } = await two();
    await a.write("name", "a file");
    await b.write("name/inside", "in a folder");
    await meet();
    expect(await filesOf(a)).toMatchObject({ "name (conflict)": "a file", "name/inside": "in a folder" });
  });

  test("of bytes is never mixed", async () => {
    const { a, b, meet } = await two({ "img.png": "\0base" });
    await a.write("img.png", "\0by a");
    await b.write("img.png", "\0by b");
    await meet();
    expect(Object.values(await filesOf(a)).toSorted()).toEqual(["\0by a", "\0by b"]);
  });

  test("that began apart is put together", async () => {
    const [a, b] = [await openHub(freshId()), await openHub(freshId())];
    await a.write("same", "s");
    await a.write("of-a", "a");
    await a.snapshot("a");
    await b.write("same", "s");
    await b.write("of-b", "b");
    await send(a, b);
    expect(await filesOf(b)).toEqual({ same: "s", "of-a": "a", "of-b": "b" });
  });

  test("leaves ignored files alone, and keeps one that is in the way", async () => {
    const { a, b } = await two({ ".gitignore": "*.log\n" });
    await b.write("mine.log", "here");
    await b.write("both.log", "ignored here");
    await a.write(".gitignore", "");
    await a.write("both.log", "from a");
    await a.snapshot("no longer ignored");
    await send(a, b, [await headOf(b)]);
    const files = await filesOf(b);
    expect(files["mine.log"]).toBe("here");
    expect(
      Object.entries(files)
        .filter(([name]) => name.startsWith("both"))
        .map(([, text]) => text)
        .toSorted(),
    ).toEqual(["from a", "ignored here"]);
  });

  test("on a branch that is not in view does not touch the files", async () => {
    const { a, b } = await two();
    await a.switchBranch("side", { from: await headOf(a) });
    await a.write("a", "on the side\n");
    await a.snapshot("side");
    const head = await headOf(a, "side");
    await shared(b).take(await indexed(await shared(a).packNew([await headOf(b)])), [head]);
    await shared(b).mergeBranch("side", head);
    expect(await filesOf(b)).toEqual({ a: "1\n2\n3\n4\n5\n" });
    await b.switchBranch("side");
    expect(await filesOf(b)).toEqual({ a: "on the side\n" });
    await expect(shared(b).mergeBranch("../x", head)).rejects.toMatchObject({ code: "bad-arguments" });
  });

  test("merged again and again by both ends at one history", async () => {
    const { a, b, meet } = await two();
    for (const round of ["1", "2", "3"]) {
      await a.write(`a${round}`, round);
      await b.write(`b${round}`, round);
      await b.write("a", `b ${round}\n2\n3\n4\n5\n`);
      await meet();
    }
    expect(Object.keys(await filesOf(b))).toHaveLength(7);
  });
});
