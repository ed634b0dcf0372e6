import { expect, test } from "vitest";

import { codeOf } from "../../contract/workspace-contract.ts";
import { DiskBench, words } from "./support.ts";

test("what changed on one side, on both and on none is told apart", async () => {
  const files = [
    "same",
    "here",
    "disk",
    "both",
    "gone-here",
    "gone-disk",
    "gone-both",
    "gone-here-changed-disk",
    "changed-here-gone-disk",
    "alike",
  ];
  const bench = new DiskBench(Object.fromEntries(files.map((name) => [name, `old ${name}`])));
  await bench.open();
  const { workspace, disk } = bench;
  await workspace.write("here", "new here");
  await workspace.write("new-here", "x");
  disk.set("disk", "new on the disk");
  disk.set("new-disk", "x");
  await workspace.write("both", "mine");
  disk.set("both", "theirs");
  await workspace.remove("gone-here");
  disk.files.delete("gone-disk");
  await workspace.remove("gone-both");
  disk.files.delete("gone-both");
  await workspace.remove("gone-here-changed-disk");
  disk.set("gone-here-changed-disk", "theirs");
  await workspace.write("changed-here-gone-disk", "mine");
  disk.files.delete("changed-here-gone-disk");
  await workspace.write("alike", "the same new text");
  disk.set("alike", "the same new text");
  const comparison = await bench.compare();
  expect(words(comparison)).toEqual([
    "both on both both",
    "both only here changed-here-gone-disk",
    "disk on both disk",
    "disk only here gone-disk",
    "here only on disk gone-here",
    "both only on disk gone-here-changed-disk",
    "here on both here",
    "disk only on disk new-disk",
    "here only here new-here",
  ]);
  expect(comparison.same).toBe(2);
  // What is the same by now is remembered as such: the next change is seen against it.
  disk.set("alike", "newer");
  expect(words(await bench.compare())).toContain("disk on both alike");
  expect((await bench.folders.seen("conversation")).map(({ path }) => path)).not.toContain("gone-both");
});

test("a time that changed alone is no difference", async () => {
  const bench = new DiskBench({ "a.txt": "one" });
  await bench.open();
  bench.disk.set("a.txt", "one");
  await bench.workspace.write("a.txt", "one");
  expect(await bench.compare()).toMatchObject({ differences: [], same: 1 });
  const { reads } = bench.disk;
  await bench.compare();
  expect(bench.disk.reads).toBe(reads);
});

test("files of the same size and time that changed places are found", async () => {
  const bench = new DiskBench();
  bench.disk.set("a.json", "1111", 5_000);
  bench.disk.set("b.json", "2222", 5_000);
  await bench.open();
  await bench.workspace.rename("a.json", "c.json");
  await bench.workspace.rename("b.json", "a.json");
  await bench.workspace.rename("c.json", "b.json");
  expect((await bench.workspace.stat("a.json"))?.mtime).toBe(5_000);
  expect(words(await bench.compare())).toEqual(["here on both a.json", "here on both b.json"]);
});

test("a folder that is only compared has conflicts where names are the same, and brings nothing", async () => {
  const bench = new DiskBench({ "a.txt": "theirs", "same.txt": "same", "only.txt": "x" });
  await bench.workspace.write("a.txt", "mine");
  await bench.workspace.write("same.txt", "same");
  await bench.workspace.write("new.txt", "x");
  const linked = await (await bench.choose()).link();
  expect(linked.syncedAt).toBeNull();
  expect(words(await linked.compare())).toEqual([
    "both on both a.txt",
    "here only here new.txt",
    "disk only on disk only.txt",
  ]);
  expect(await bench.texts()).toEqual({ "a.txt": "mine", "same.txt": "same", "new.txt": "x" });
  await bench.workspace.write("same.txt", "newer");
  expect(words(await bench.compare())).toContain("here on both same.txt");
});

test("what is left out here is not offered, and what the disk leaves out is still seen", async () => {
  const bench = new DiskBench({ ".gitignore": "*.log\n", "a.txt": "x", "out.log": "the disk's own" });
  await bench.open();
  const { workspace } = bench;
  await workspace.write("node_modules/a/index.js", "x");
  await workspace.write("b.log", "x");
  await workspace.write(".gitignore", "");
  await workspace.write("out.log", "mine");
  expect(words(await bench.compare())).toEqual([
    "here on both .gitignore",
    "here only here b.log",
    "both on both out.log",
  ]);
});

test("a file that came from the disk is compared also when a rule leaves it out by now", async () => {
  const bench = new DiskBench({ "data.csv": "1" });
  await bench.open();
  await bench.workspace.write(".gitignore", "data.csv\n");
  await bench.workspace.write("data.csv", "2");
  expect(words(await bench.compare())).toEqual(["here only here .gitignore", "here on both data.csv"]);
});

test("what cannot be read on the disk is told, not taken for gone", async () => {
  const bench = new DiskBench({ "a.txt": "x", "closed/b.txt": "x" });
  await bench.open();
  bench.disk.closed.add("closed");
  const comparison = await bench.compare();
  expect(comparison.differences).toEqual([]);
  expect(comparison.skipped).toEqual([{ path: "closed", reason: "“closed” cannot be listed." }]);
});

test("links here are left out in words, also where a file of the disk was", async () => {
  const bench = new DiskBench({ "a.txt": "x", "b.txt": "y" });
  await bench.open();
  await bench.workspace.remove("b.txt");
  await bench.workspace.symlink("a.txt", "b.txt");
  const comparison = await bench.compare();
  expect(comparison.differences).toEqual([]);
  expect(comparison.skipped.map(({ path }) => path)).toEqual(["b.txt"]);
});

test("nothing is compared without permission to read", async () => {
  const bench = new DiskBench({ "a.txt": "x" });
  await bench.open();
  bench.disk.granted.clear();
  const linked = await bench.linked();
  expect(await linked.permission("read")).toBe("prompt");
  expect(await codeOf(linked.compare())).toBe("not-supported");
  expect(await linked.request("read")).toBe(true);
  expect((await linked.compare()).same).toBe(1);
});

test("a folder that was replaced in another tab is not mixed with this one", async () => {
  const bench = new DiskBench({ "a.txt": "x" });
  await bench.open();
  const linked = await bench.linked();
  await bench.open();
  expect(await codeOf(linked.compare())).toBe("not-found");
});

test("a history that was replaced has every file read", async () => {
  const bench = new DiskBench({ "a.txt": "x" });
  await bench.open();
  bench.workspace.faults.set("diff", Object.assign(new Error("x"), {}));
  await expect(bench.compare()).rejects.toThrow("x");
  const { OkcvmError } = await import("../../../src/domain/errors.ts");
  bench.workspace.faults.set("diff", new OkcvmError("not-found", "No such snapshot."));
  expect(await bench.compare()).toMatchObject({ differences: [], same: 1 });
});
