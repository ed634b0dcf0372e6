import { expect, test } from "vitest";

import { scanDisk } from "../../../src/vm/disk/scan-disk.ts";
import { codeOf } from "../../contract/workspace-contract.ts";
import { MemoryDisk } from "./memory-disk.ts";
import { DiskBench, words } from "./support.ts";

test("a folder's files come here, with the times they have on the disk, and both sides are the same", async () => {
  const bench = new DiskBench({
    "a.txt": "one",
    "src/日本語/😀.ts": "two",
    "bin.dat": new Uint8Array([0, 255]),
  });
  const result = await bench.open();
  expect(result).toEqual({
    taken: ["a.txt", "bin.dat", "src/日本語/😀.ts"],
    removed: [],
    failed: [],
    stale: [],
  });
  expect(await bench.workspace.readBytes("bin.dat")).toEqual(new Uint8Array([0, 255]));
  expect((await bench.workspace.stat("a.txt"))?.mtime).toBe(bench.disk.files.get("a.txt")?.mtime);
  const reads = bench.disk.reads;
  expect(await bench.compare()).toEqual({ differences: [], same: 3, skipped: [] });
  // Size and time told that nothing changed.
  expect(bench.disk.reads).toBe(reads);
  expect(bench.disk.log).toEqual([]);
});

test("what was here is kept as a snapshot before, and what came is one after", async () => {
  const bench = new DiskBench({ "a.txt": "from the disk" });
  await bench.workspace.write("a.txt", "mine");
  const chosen = await bench.choose();
  expect(await chosen.look()).toEqual({ files: 1, bytes: 13, replaced: 1, skipped: [] });
  await chosen.open();
  expect(await bench.texts()).toEqual({ "a.txt": "from the disk" });
  const [after, before] = await bench.workspace.snapshots();
  expect([before?.kind, before?.label]).toEqual(["edits", "Before opening the folder “project”"]);
  expect([after?.kind, after?.label]).toEqual(["import", "Opened the folder “project”"]);
  expect(await (await bench.workspace.readAt(before?.id ?? "", "a.txt")).text()).toBe("mine");
});

test("Git's folder, node_modules, caches and what .gitignore files name are left out", async () => {
  const bench = new DiskBench({
    ".git/config": "x",
    "sub/.git": "gitdir: ../.git/modules/sub",
    "node_modules/a/index.js": "x",
    "web/node_modules/b/index.js": "x",
    ".gitignore": "*.log\n/dist/\n!keep.log\n",
    "a.log": "x",
    "keep.log": "kept",
    "dist/out.js": "x",
    "web/dist/in.js": "kept",
    "web/.gitignore": "secret\n",
    "web/secret/.gitignore": "!*\n",
    "web/secret/key": "x",
    "half.txt.crswap": "x",
  });
  await bench.open();
  expect(Object.keys(await bench.texts()).toSorted()).toEqual([
    ".gitignore",
    "keep.log",
    "web/.gitignore",
    "web/dist/in.js",
  ]);
  expect(words(await bench.compare())).toEqual([]);
});

test("names the workspace cannot have are told, never followed, and the rest comes", async () => {
  const bench = new DiskBench({ "ok.txt": "fine", "closed/x": "x", [`${"n".repeat(256)}`]: "x" });
  bench.disk.strange.push("../outside", "..", ".", "a/b", "/etc/passwd", "nul\0byte", "GIT~1", "lone\ud800");
  bench.disk.closed.add("closed");
  const { look } = await bench.choose().then(async (chosen) => ({ look: await chosen.look() }));
  expect(look.files).toBe(1);
  expect(look.skipped.map(({ path }) => path.slice(0, 12)).toSorted()).toEqual(
    [
      "../outside",
      "..",
      ".",
      "a/b",
      "/etc/passwd",
      "nul\0byte",
      "lone\ud800",
      "n".repeat(12),
      "closed",
    ].toSorted(),
  );
  expect(look.skipped.every(({ reason }) => reason.length > 10)).toBe(true);
  await (await bench.choose()).open();
  expect(await bench.texts()).toEqual({ "ok.txt": "fine" });
});

test("too many files or too many bytes are refused in words before a content is read", async () => {
  const many = new MemoryDisk("many");
  for (let n = 0; n < 60; n++) many.set(`d${n % 7}/f${n}`, "x".repeat(100));
  await expect(scanDisk(many, { limits: { files: 50, bytes: 1e9 } })).rejects.toThrow(
    /“many” holds more than 50 files.*Choose a folder inside it/,
  );
  await expect(scanDisk(many, { limits: { files: 60, bytes: 5_000 } })).rejects.toThrow(/GB/);
  expect((await scanDisk(many, { limits: { files: 60, bytes: 6_000 } })).files.size).toBe(60);
  expect(many.reads).toBe(0);
});

test("the limit is 50,000 files, those left out not counted", async () => {
  const disk = new MemoryDisk("big");
  disk.list = async (path) => {
    const file = (name: string) => ({
      kind: "file" as const,
      name,
      read: async () => ({ size: 1, mtime: 1, content: new Blob(["x"]) }),
    });
    if (path !== "") return Array.from({ length: 25_000 }, (_, n) => file(`f${n}`));
    return ["a", "b", "node_modules"].map((name) => ({ kind: "directory" as const, name }));
  };
  expect((await scanDisk(disk)).files.size).toBe(50_000);
  const { list } = disk;
  disk.list = async (path) =>
    path === "" ? [...(await list("")), { kind: "directory" as const, name: "c" }] : list(path);
  expect(await codeOf(scanDisk(disk))).toBe("too-large");
});

test("a folder, a link or an unkept file in the way is told and left alone", async () => {
  const bench = new DiskBench({
    build: "a file",
    "docs/a.md": "x",
    "link/x": "x",
    "data/x.csv": "disk",
    ok: "ok",
  });
  await bench.workspace.write("build/out.js", "mine");
  await bench.workspace.write("docs", "mine");
  await bench.workspace.write("target.txt", "mine");
  await bench.workspace.symlink("target.txt", "link");
  await bench.workspace.write(".gitignore", "data/\n");
  await bench.workspace.write("data/x.csv", "mine, in no snapshot");
  const { taken, failed } = await bench.open();
  expect(taken).toEqual(["ok"]);
  expect(Object.fromEntries(failed.map(({ path, message }) => [path, message]))).toEqual({
    build: "A folder of that name is here. Rename it first.",
    "data/x.csv":
      "A file of that name is here which snapshots leave out, so that it would be lost. Rename it first.",
    "docs/a.md": "“docs” is a file here, not a folder. Rename it first.",
    "link/x": "“link” is a link here, not a folder. Rename it first.",
  });
  expect(await bench.texts()).toMatchObject({
    docs: "mine",
    "build/out.js": "mine",
    "data/x.csv": "mine, in no snapshot",
  });
});

test("a folder comes as one journal, a large one as journals of at most 64 MB", async () => {
  const bench = new DiskBench();
  for (const n of [1, 2]) bench.disk.set(`f${n}.bin`, new Uint8Array(33 * 1024 * 1024).fill(n));
  bench.disk.set("g.txt", "small");
  const journals: number[] = [];
  const { apply } = bench.workspace;
  Object.defineProperty(bench.session, "workspace", {
    value: new Proxy(bench.workspace, {
      get: (target, name) =>
        name === "apply"
          ? (journal: Parameters<typeof apply>[0]) => {
              journals.push(journal.changes.length);
              return target.apply(journal);
            }
          : Reflect.get(target, name),
    }),
  });
  await bench.open();
  expect(journals).toEqual([1, 2]);
  expect((await bench.workspace.readBytes("f2.bin")).every((byte) => byte === 2)).toBe(true);
  expect(await bench.compare()).toMatchObject({ differences: [], same: 3 });
});

test("a file that changes while it is read stops it in words, and nothing comes", async () => {
  const bench = new DiskBench({ "a.txt": "one", "b.txt": "two" });
  const chosen = await bench.choose();
  await chosen.look();
  bench.disk.set("b.txt", "another");
  await expect(chosen.open()).rejects.toThrow(/“b.txt” changed on the disk while it was read/);
  expect(await bench.texts()).toEqual({});
  expect(await bench.sync.linked()).toBeNull();
});

test("stopping leaves nothing half done", async () => {
  const bench = new DiskBench({ "a.txt": "one", "b.txt": "two" });
  const chosen = await bench.choose();
  const stop = new AbortController();
  const opening = chosen.open({
    signal: stop.signal,
    onProgress: ({ phase }) => phase === "reading" && stop.abort(),
  });
  expect(await codeOf(opening)).toBe("aborted");
  expect(await bench.texts()).toEqual({});
});

test("progress has real numbers", async () => {
  const bench = new DiskBench({ "a.txt": "one", "b/c.txt": "two" });
  const seen: string[] = [];
  const chosen = await bench.choose();
  await chosen.open({ onProgress: ({ phase, done, total }) => seen.push(`${phase} ${done}/${total}`) });
  expect(seen).toEqual(["looking 1/null", "looking 2/null", "reading 1/2", "reading 2/2"]);
});

test("a folder is remembered by conversation, let go of, and known when it is chosen again", async () => {
  const bench = new DiskBench({ "a.txt": "one" });
  expect(await bench.sync.linked()).toBeNull();
  expect((await bench.choose()).known).toBe(false);
  expect(await bench.sync.linked()).toBeNull();
  await bench.open();
  const linked = await bench.linked();
  expect([linked.name, linked.syncedAt]).toEqual(["project", bench.clock.now()]);
  expect((await bench.choose()).known).toBe(true);
  bench.folders.next = null;
  expect(await bench.sync.choose()).toBeNull();
  await bench.sync.forget();
  expect(await bench.sync.linked()).toBeNull();
  expect(await bench.texts()).toEqual({ "a.txt": "one" });
});
