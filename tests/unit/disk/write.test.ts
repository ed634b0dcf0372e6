import { describe, expect, test } from "vitest";

import { OkcvmError } from "../../../src/domain/errors.ts";
import type { DiskComparison, DiskDifference } from "../../../src/vm/disk/api.ts";
import { codeOf } from "../../contract/workspace-contract.ts";
import { seeded } from "../../support/ports/seeded.ts";
import { DiskBench, words } from "./support.ts";

function pick({ differences }: DiskComparison, ...paths: string[]): DiskDifference[] {
  return paths.map((path) => {
    const found = differences.find((one) => one.path === path);
    if (!found) throw new Error(`${path} does not differ.`);
    return found;
  });
}

async function opened(files: Record<string, string>): Promise<DiskBench> {
  const bench = new DiskBench(files);
  await bench.open();
  return bench;
}

describe("writing to the disk", () => {
  test("writes exactly what was confirmed", async () => {
    const bench = await opened({ "a.txt": "1", "b.txt": "1", "c.txt": "1", "keep.txt": "1" });
    await bench.workspace.write("a.txt", "2");
    await bench.workspace.write("b.txt", "2");
    await bench.workspace.write("new/deep/d.txt", "2");
    await bench.workspace.remove("c.txt");
    const linked = await bench.linked();
    const comparison = await linked.compare();
    bench.clock.advance(60_000);
    expect(await linked.write(pick(comparison, "a.txt", "new/deep/d.txt"))).toEqual({
      written: ["a.txt", "new/deep/d.txt"],
      deleted: [],
      failed: [],
      stale: [],
      stopped: false,
    });
    expect(bench.disk.log).toEqual(["write a.txt", "write new/deep/d.txt"]);
    expect(bench.diskTexts()).toEqual({
      "a.txt": "2",
      "b.txt": "1",
      "c.txt": "1",
      "keep.txt": "1",
      "new/deep/d.txt": "2",
    });
    expect(words(await bench.compare())).toEqual(["here on both b.txt", "here only on disk c.txt"]);
    expect((await bench.linked()).syncedAt).toBe(bench.clock.now());
  });

  test("deletes what is gone here when it was confirmed", async () => {
    const bench = await opened({ "a.txt": "1", "b.txt": "1" });
    await bench.workspace.remove("a.txt");
    const linked = await bench.linked();
    const result = await linked.write(pick(await linked.compare(), "a.txt"));
    expect([result.written, result.deleted]).toEqual([[], ["a.txt"]]);
    expect(bench.diskTexts()).toEqual({ "b.txt": "1" });
    expect(words(await bench.compare())).toEqual([]);
  });

  test("files that only ever were on the disk cannot be written over or deleted", async () => {
    const bench = await opened({ "a.txt": "1" });
    bench.disk.set("theirs.txt", "x");
    const linked = await bench.linked();
    const [difference] = pick(await linked.compare(), "theirs.txt");
    if (!difference) throw new Error("Nothing differs.");
    expect(await codeOf(linked.write([difference]))).toBe("bad-arguments");
    // Also when a caller says that it changed here.
    const result = await linked.write([{ ...difference, changed: "here" }]);
    expect(result.failed.map(({ path }) => path)).toEqual(["theirs.txt"]);
    expect(bench.diskTexts()).toEqual({ "a.txt": "1", "theirs.txt": "x" });
    expect(bench.disk.log).toEqual([]);
  });

  test("writes nothing at all when one of the files has changed since the comparison", async () => {
    const changes: [string, (bench: DiskBench) => unknown][] = [
      ["b.txt", ({ disk }) => disk.set("b.txt", "theirs")],
      ["b.txt", ({ disk }) => disk.files.delete("b.txt")],
      ["b.txt", ({ workspace }) => workspace.write("b.txt", "newer")],
      ["b.txt", ({ workspace }) => workspace.remove("b.txt")],
      ["new.txt", ({ disk }) => disk.set("new.txt", "theirs")],
      ["gone.txt", ({ workspace }) => workspace.write("gone.txt", "back")],
      ["gone.txt", ({ disk }) => disk.set("gone.txt", "theirs")],
    ];
    for (const [path, change] of changes) {
      const bench = await opened({ "a.txt": "1", "b.txt": "1", "gone.txt": "1" });
      for (const name of ["a.txt", "b.txt", "new.txt"]) await bench.workspace.write(name, "2");
      await bench.workspace.remove("gone.txt");
      const linked = await bench.linked();
      const comparison = await linked.compare();
      await change(bench);
      const result = await linked.write(pick(comparison, "a.txt", "b.txt", "new.txt", "gone.txt"));
      expect(result).toEqual({ written: [], deleted: [], failed: [], stale: [path], stopped: false });
      expect(bench.disk.log).toEqual([]);
    }
  });

  test("a content that changed under the same size and time is not written over", async () => {
    const bench = await opened({ "a.txt": "1111", "b.txt": "1" });
    await bench.workspace.write("a.txt", "2222");
    await bench.workspace.write("b.txt", "2");
    const linked = await bench.linked();
    const comparison = await linked.compare();
    bench.disk.set("a.txt", "3333", bench.disk.files.get("a.txt")?.mtime);
    const result = await linked.write(pick(comparison, "a.txt", "b.txt"));
    expect(result.written).toEqual(["b.txt"]);
    expect(result.stale).toEqual(["a.txt"]);
    expect(result.failed).toEqual([
      { path: "a.txt", message: "“a.txt” changed on the disk since the comparison. It was not touched." },
    ]);
    expect(bench.diskTexts()).toEqual({ "a.txt": "3333", "b.txt": "2" });
  });

  test("a change on the disk under the size and time it had before is a conflict, not overwritten", async () => {
    const bench = await opened({ "a.txt": "1111" });
    await bench.workspace.write("a.txt", "mine");
    bench.disk.set("a.txt", "3333", bench.disk.files.get("a.txt")?.mtime);
    expect(words(await bench.compare())).toEqual(["both on both a.txt"]);
  });

  test("what the person did not see is not written: a content that changed under the same time", async () => {
    const bench = await opened({ "a.txt": "1111" });
    const { workspace } = bench;
    const write = (text: string): Promise<void> =>
      workspace.apply({
        origin: "test",
        changes: [{ kind: "write", path: "a.txt", content: new TextEncoder().encode(text), mtime: 77_000 }],
      });
    await write("2222");
    const linked = await bench.linked();
    const comparison = await linked.compare();
    await write("evil");
    const result = await linked.write(pick(comparison, "a.txt"));
    expect([result.written, result.stale]).toEqual([[], ["a.txt"]]);
    expect(bench.diskTexts()).toEqual({ "a.txt": "1111" });
  });

  test("one file that fails is told in words, and the others are written", async () => {
    const bench = await opened({ "a.txt": "1", "b.txt": "1" });
    for (const name of ["a.txt", "b.txt", "c.txt"]) await bench.workspace.write(name, "2");
    bench.disk.faults.set("b.txt", new OkcvmError("storage-full", "The disk has no room for “b.txt”."));
    const linked = await bench.linked();
    const comparison = await linked.compare();
    const result = await linked.write(pick(comparison, "a.txt", "b.txt", "c.txt"));
    expect(result.written).toEqual(["a.txt", "c.txt"]);
    expect(result.failed).toEqual([{ path: "b.txt", message: "The disk has no room for “b.txt”." }]);
    expect(words(await bench.compare())).toEqual(["here on both b.txt"]);
  });

  test("a stop keeps what was written, and the rest still differs", async () => {
    const bench = await opened({ "a.txt": "1", "b.txt": "1" });
    for (const name of ["a.txt", "b.txt"]) await bench.workspace.write(name, "2");
    const linked = await bench.linked();
    const stop = new AbortController();
    const result = await linked.write((await linked.compare()).differences, {
      signal: stop.signal,
      onProgress: () => stop.abort(),
    });
    expect([result.written, result.stopped]).toEqual([["a.txt"], true]);
    expect(words(await bench.compare())).toEqual(["here on both b.txt"]);
  });

  test("a tab that was killed after a write, before it was remembered, finds both sides the same", async () => {
    const bench = await opened({ "a.txt": "1" });
    await bench.workspace.write("a.txt", "2");
    bench.disk.set("a.txt", "2");
    expect(await bench.compare()).toMatchObject({ differences: [], same: 1 });
    bench.disk.set("a.txt", "3");
    expect(words(await bench.compare())).toEqual(["disk on both a.txt"]);
  });

  test("a moved file is there before its old place is empty, and a file gives way to a folder", async () => {
    const bench = await opened({ "a.txt": "moved", conf: "a file" });
    await bench.workspace.rename("a.txt", "z/a.txt");
    await bench.workspace.remove("conf");
    await bench.workspace.write("conf/main.ini", "x");
    const linked = await bench.linked();
    const result = await linked.write((await linked.compare()).differences);
    expect(result.failed).toEqual([]);
    expect(bench.disk.log).toEqual(["remove conf", "write conf/main.ini", "write z/a.txt", "remove a.txt"]);
    expect(words(await bench.compare())).toEqual([]);
  });

  test("nothing is written without permission to write", async () => {
    const bench = await opened({ "a.txt": "1" });
    await bench.workspace.write("a.txt", "2");
    const linked = await bench.linked();
    const { differences } = await linked.compare();
    bench.disk.granted.delete("write");
    expect(await codeOf(linked.write(differences))).toBe("not-supported");
    expect(bench.disk.log).toEqual([]);
  });

  test("a conflict is written over only with the disk's version that was seen", async () => {
    const bench = await opened({ "a.txt": "1", "b.txt": "1" });
    await bench.workspace.write("a.txt", "mine");
    bench.disk.set("a.txt", "theirs");
    await bench.workspace.write("b.txt", "mine");
    bench.disk.files.delete("b.txt");
    const linked = await bench.linked();
    const comparison = await linked.compare();
    expect(words(comparison)).toEqual(["both on both a.txt", "both only here b.txt"]);
    const result = await linked.write(comparison.differences);
    expect(result.written).toEqual(["a.txt", "b.txt"]);
    expect(bench.diskTexts()).toEqual({ "a.txt": "mine", "b.txt": "mine" });
  });
});

describe("taking the disk's changes", () => {
  test("brings exactly what was confirmed, and what was here is a snapshot before", async () => {
    const bench = await opened({ "a.txt": "1", "b.txt": "1", "c.txt": "1" });
    bench.disk.set("a.txt", "2");
    bench.disk.set("new.txt", "2");
    bench.disk.set("not.txt", "2");
    bench.disk.files.delete("b.txt");
    await bench.workspace.write("c.txt", "unsaved");
    const linked = await bench.linked();
    const comparison = await linked.compare();
    expect(await linked.take(pick(comparison, "a.txt", "b.txt", "new.txt"))).toEqual({
      taken: ["a.txt", "new.txt"],
      removed: ["b.txt"],
      failed: [],
      stale: [],
    });
    expect(await bench.texts()).toEqual({ "a.txt": "2", "c.txt": "unsaved", "new.txt": "2" });
    expect((await bench.labels()).slice(0, 2)).toEqual([
      "import: Took changes from the folder “project”",
      "edits: Before taking changes from the folder “project”",
    ]);
    expect(words(await bench.compare())).toEqual(["here on both c.txt", "disk only on disk not.txt"]);
    expect(bench.disk.log).toEqual([]);
  });

  test("takes the disk's side of a conflict, with mine kept in the timeline", async () => {
    const bench = await opened({ "a.txt": "1" });
    await bench.workspace.write("a.txt", "mine");
    bench.disk.set("a.txt", "theirs");
    const linked = await bench.linked();
    await linked.take((await linked.compare()).differences);
    expect(await bench.texts()).toEqual({ "a.txt": "theirs" });
    const before = (await bench.workspace.snapshots())[1];
    expect(await (await bench.workspace.readAt(before?.id ?? "", "a.txt")).text()).toBe("mine");
  });

  test("takes nothing when a file has changed since, here or there", async () => {
    for (const change of [
      ({ disk }: DiskBench) => disk.set("a.txt", "3"),
      ({ workspace }: DiskBench) => workspace.write("a.txt", "mine"),
      ({ workspace }: DiskBench) => workspace.write("new.txt", "mine"),
    ]) {
      const bench = await opened({ "a.txt": "1" });
      bench.disk.set("a.txt", "2");
      bench.disk.set("new.txt", "2");
      const linked = await bench.linked();
      const { differences } = await linked.compare();
      await change(bench);
      const before = await bench.texts();
      expect((await linked.take(differences)).stale).toHaveLength(1);
      expect(await bench.texts()).toEqual(before);
    }
  });

  test("what changed only here cannot be taken, and what is in the way is told", async () => {
    const bench = await opened({ "a.txt": "1" });
    await bench.workspace.write("a.txt", "mine");
    await bench.workspace.write("docs", "a file");
    bench.disk.set("docs/x.md", "x");
    bench.disk.set("ok.md", "x");
    const linked = await bench.linked();
    const comparison = await linked.compare();
    expect(await codeOf(linked.take(pick(comparison, "a.txt")))).toBe("bad-arguments");
    const result = await linked.take(pick(comparison, "docs/x.md", "ok.md"));
    expect(result.taken).toEqual(["ok.md"]);
    expect(result.failed).toEqual([
      { path: "docs/x.md", message: "“docs” is a file here, not a folder. Rename it first." },
    ]);
  });
});

test("both sides of a file are read for its lines", async () => {
  const bench = await opened({ "a.txt": "1" });
  await bench.workspace.write("a.txt", "2");
  await bench.workspace.mkdir("b");
  bench.disk.set("b", "x");
  const linked = await bench.linked();
  const both = await linked.contents("a.txt");
  expect([await both.here?.text(), await both.disk?.text()]).toEqual(["2", "1"]);
  const other = await linked.contents("b");
  expect([other.here, await other.disk?.text()]).toEqual([null, "x"]);
});

test("after random edits on both sides, all that was confirmed is the same and nothing else was touched", async () => {
  for (let seed = 1; seed <= 12; seed++) await simulate(seeded(seed));
});

async function simulate(random: (limit: number) => number): Promise<void> {
  const names = Array.from({ length: 12 }, (_, n) => `${"xyz"[n % 3]}/f${n}`);
  const bench = await opened(Object.fromEntries(names.slice(0, 8).map((name) => [name, `old ${name}`])));
  for (let round = 0; round < 4; round++) {
    for (let n = 0; n < 10; n++) await edit(bench, names[random(names.length)] ?? "", random);
    const linked = await bench.linked();
    const { differences } = await linked.compare();
    const before = bench.diskTexts();
    const chosen = differences.filter(() => random(3) > 0);
    const here = chosen.filter(({ changed }) => changed === "here");
    const disk = chosen.filter(({ changed }) => changed === "disk");
    const wrote = await linked.write(here);
    const took = await linked.take(disk);
    expect([wrote.failed, wrote.stale, took.failed, took.stale]).toEqual([[], [], [], []]);
    const [own, theirs] = [await bench.texts(), bench.diskTexts()];
    for (const { path } of chosen.filter(({ changed }) => changed !== "both"))
      expect(own[path]).toBe(theirs[path]);
    const touched = new Set(here.map(({ path }) => path));
    for (const path of names) if (!touched.has(path)) expect(theirs[path]).toBe(before[path]);
    const left = new Set((await linked.compare()).differences.map(({ path }) => path));
    for (const path of names) expect(left.has(path)).toBe(own[path] !== theirs[path]);
  }
}

async function edit(bench: DiskBench, path: string, random: (limit: number) => number): Promise<void> {
  const text = `text ${random(4)}`;
  const dice = random(6);
  if (dice < 2) await bench.workspace.write(path, text);
  else if (dice < 4) bench.disk.set(path, text);
  else if (dice === 4) bench.disk.files.delete(path);
  else if (await bench.workspace.stat(path)) await bench.workspace.remove(path);
}
