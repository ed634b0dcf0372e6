import { createRoot } from "solid-js";
import { describe, expect, test } from "vitest";

import type { Session } from "../../../src/vm/api.ts";
import type { DiskDifference, FileVersion, WriteResult } from "../../../src/vm/disk/api.ts";
import { choiceOf, confirmedBy, firstChoice, statusOf } from "../../../src/ui/files/disk/choices.ts";
import { DiskFlow } from "../../../src/ui/files/disk/disk-flow.ts";
import { takeReport, writeReport } from "../../../src/ui/files/disk/report.ts";
import { textDifference } from "../../../src/ui/files/disk/text-difference.ts";
import { toasts } from "../../../src/ui/state/toasts.ts";
import { enDisk } from "../../../src/ui/texts/en-disk.ts";
import { DiskBench } from "./support.ts";

const version: FileVersion = { size: 1, mtime: 1, sha256: "x" };

function difference(
  path: string,
  changed: DiskDifference["changed"],
  sides: "both" | "here" | "disk" = "both",
): DiskDifference {
  return {
    path,
    changed,
    known: true,
    here: sides === "disk" ? null : version,
    disk: sides === "here" ? null : version,
  };
}

describe("what is ticked at first", () => {
  test("changes are, deletions, conflicts and uploads are not", () => {
    expect(firstChoice(difference("a", "here"))).toBe("write");
    expect(firstChoice(difference("a", "here", "here"))).toBe("write");
    expect(firstChoice(difference("a", "here", "disk"))).toBe("leave");
    expect(firstChoice(difference("a", "disk"))).toBe("take");
    expect(firstChoice(difference("a", "disk", "disk"))).toBe("take");
    expect(firstChoice(difference("a", "disk", "here"))).toBe("leave");
    for (const sides of ["both", "here", "disk"] as const)
      expect(firstChoice(difference("a", "both", sides))).toBe("leave");
    expect(firstChoice(difference("upload/a", "here", "here"))).toBe("leave");
    // One that came from the disk's own folder of that name.
    expect(firstChoice(difference("upload/a", "here"))).toBe("write");
  });

  test("the buttons do what is ticked, in the order of the list", () => {
    const all = [
      difference("a", "here"),
      difference("b", "here"),
      difference("c", "disk"),
      difference("d", "both"),
    ];
    const paths = (list: DiskDifference[]): string[] => list.map(({ path }) => path);
    const first = confirmedBy(new Map(), all);
    expect([paths(first.write), paths(first.take)]).toEqual([["a", "b"], ["c"]]);
    const choices = new Map([
      ["a", "leave"],
      ["c", "leave"],
      ["d", "write"],
    ] as const);
    const then = confirmedBy(choices, all);
    expect([paths(then.write), paths(then.take)]).toEqual([["b", "d"], []]);
    expect(choiceOf(new Map([["d", "take"]]), difference("d", "both"))).toBe("take");
  });

  test("a file's letter says what becomes of it on the side that changes", () => {
    expect(statusOf(difference("a", "here", "here"), "disk")).toBe("added");
    expect(statusOf(difference("a", "here", "disk"), "disk")).toBe("removed");
    expect(statusOf(difference("a", "disk", "disk"), "here")).toBe("added");
    expect(statusOf(difference("a", "disk"), "here")).toBe("modified");
  });
});

describe("what a task did is told", () => {
  const done: WriteResult = { written: [], deleted: [], failed: [], stale: [], stopped: false };

  test("in numbers", () => {
    expect(writeReport({ ...done, written: ["a"], deleted: ["b", "c"] }, "p").lines).toEqual([
      "1 file written to “p”, 2 files deleted in it.",
    ]);
    expect(writeReport({ ...done, deleted: ["b"] }, "p").lines).toEqual(["1 file deleted in “p”."]);
    expect(writeReport({ ...done, written: ["a"], stopped: true }, "p").lines).toEqual([
      "Stopped.",
      "1 file written to “p”.",
    ]);
    const taken = takeReport({ taken: ["a"], removed: ["b"], failed: [], stale: [] }, "p");
    expect(taken.lines).toEqual([
      "1 file brought here from “p”, 1 file deleted here.",
      "The timeline has the files as they were before.",
    ]);
  });

  test("when nothing was done because files changed, and when one of them did meanwhile", () => {
    expect(writeReport({ ...done, stale: ["a", "b"] }, "p").lines).toEqual([
      "Nothing was changed: 2 files changed since the comparison. Look at the list again.",
    ]);
    const failed = [{ path: "a", message: "“a” changed on the disk." }];
    const report = writeReport({ ...done, written: ["b"], stale: ["a"], failed }, "p");
    expect([report.tone, report.lines, report.failed]).toEqual([
      "warning",
      ["1 file written to “p”."],
      failed,
    ]);
    expect(enDisk.failure("a", "“a” changed.")).toBe("“a” changed.");
    expect(enDisk.failure("a", "No room.")).toBe("a: No room.");
  });

  test("on the buttons before it is done", () => {
    expect(enDisk.write(1_234, 0)).toBe("Write 1,234 files to the disk");
    expect(enDisk.write(2, 1)).toBe("Write 2 files to the disk, delete 1");
    expect(enDisk.write(0, 1)).toBe("Delete 1 file on the disk");
    expect(enDisk.take(1, 2)).toBe("Bring 1 file here, delete 2");
  });
});

describe("the lines of a file", () => {
  test("go from one side to the other, with their counts", async () => {
    const diff = await textDifference("a.txt", new Blob(["one\ntwo\n"]), new Blob(["one\n2\nthree\n"]));
    expect([diff.status, diff.additions, diff.deletions]).toEqual(["modified", 2, 1]);
    expect(diff.hunks?.[0]?.lines).toEqual([" one", "-two", "+2", "+three"]);
  });

  test("are those of one side when the other has no file", async () => {
    expect(await textDifference("a", null, new Blob(["x\n"]))).toMatchObject({
      status: "added",
      additions: 1,
    });
    expect(await textDifference("a", new Blob(["x\n"]), null)).toMatchObject({
      status: "removed",
      deletions: 1,
    });
  });

  test("are left out for what is not text or too large", async () => {
    const binary = await textDifference("a", new Blob([new Uint8Array([0, 1])]), new Blob(["x"]));
    expect([binary.binary, binary.hunks]).toEqual([true, null]);
    const large = await textDifference("a", new Blob(["x".repeat(1024 * 1024 + 1)]), new Blob(["x"]));
    expect([large.binary, large.hunks]).toEqual([false, null]);
  });

  test("never look the same when bytes differ that are no UTF-8", async () => {
    const diff = await textDifference(
      "a",
      new Blob([new Uint8Array([0xe9])]),
      new Blob([new Uint8Array([0xe8])]),
    );
    expect([diff.additions, diff.deletions]).toEqual([1, 1]);
  });
});

describe("the dialog's steps", () => {
  async function begin(
    files: Record<string, string>,
  ): Promise<{ bench: DiskBench; flow: DiskFlow; end: () => void }> {
    const bench = new DiskBench(files);
    const api = { supported: () => true, open: async () => bench.sync };
    const { flow, end } = createRoot((dispose) => ({
      flow: new DiskFlow(api, bench.session as unknown as Session),
      end: dispose,
    }));
    await expect.poll(() => flow.stage().kind).not.toBe("loading");
    return { bench, flow, end };
  }

  test("go from choosing to comparing, and nothing is copied before the person says so", async () => {
    const { bench, flow } = await begin({ "a.txt": "one" });
    expect(flow.stage().kind).toBe("none");
    await flow.choose();
    expect(flow.stage()).toMatchObject({ kind: "found", look: { files: 1 } });
    expect(await bench.texts()).toEqual({});
    await flow.bring();
    expect(flow.stage()).toMatchObject({ kind: "compared", comparison: { differences: [], same: 1 } });
    expect(flow.report()?.lines[0]).toBe("1 file brought here from “project”.");
    // The same folder again is compared, not copied over what was done here.
    await bench.workspace.write("a.txt", "mine");
    await flow.choose();
    expect(flow.stage()).toMatchObject({ kind: "compared" });
    expect(await bench.texts()).toEqual({ "a.txt": "mine" });
  });

  test("end before a file is written when the person does not allow it", async () => {
    const { bench, flow } = await begin({ "a.txt": "one" });
    await flow.choose();
    await flow.bring();
    await bench.workspace.write("a.txt", "mine");
    await flow.compare();
    const stage = flow.stage();
    if (stage.kind !== "compared") throw new Error(`It is ${stage.kind}.`);
    bench.disk.request = async () => false;
    await flow.write(stage.comparison.differences);
    expect(flow.report()).toMatchObject({ tone: "danger", lines: [enDisk.writeDenied("project")] });
    expect(bench.disk.log).toEqual([]);
    expect(flow.stage().kind).toBe("compared");
  });

  test("tell in a toast what was done when the dialog was shut meanwhile", async () => {
    const { bench, flow, end } = await begin({ "a.txt": "one", "b.txt": "one" });
    await flow.choose();
    await flow.bring();
    for (const name of ["a.txt", "b.txt"]) await bench.workspace.write(name, "mine");
    await flow.compare();
    const stage = flow.stage();
    if (stage.kind !== "compared") throw new Error(`It is ${stage.kind}.`);
    const { write } = bench.disk;
    bench.disk.write = async (...args) => {
      end();
      return write.apply(bench.disk, args);
    };
    await flow.write(stage.comparison.differences);
    expect(bench.disk.log).toEqual(["write a.txt"]);
    expect(toasts().at(-1)?.text).toBe("Stopped. 1 file written to “project”.");
  });

  test("ask again for a folder the browser has forgotten its permission for", async () => {
    const { bench, flow } = await begin({ "a.txt": "one" });
    await flow.choose();
    await flow.bring();
    bench.disk.granted.clear();
    const api = { supported: () => true, open: async () => bench.sync };
    const again = createRoot(() => new DiskFlow(api, bench.session as unknown as Session));
    await expect.poll(() => again.stage().kind).toBe("asleep");
    await again.allow();
    expect(again.stage().kind).toBe("compared");
    await again.letGo();
    expect(again.stage().kind).toBe("none");
  });

  test("say why a comparison failed, and try again", async () => {
    const { bench, flow } = await begin({ "a.txt": "one" });
    await flow.choose();
    await flow.bring();
    bench.disk.granted.clear();
    await flow.compare();
    const stage = flow.stage();
    if (stage.kind !== "failed") throw new Error(`It is ${stage.kind}.`);
    expect(stage.error.message).toMatch(/does not let this page read “project”/);
    bench.disk.granted.add("read");
    stage.retry();
    await expect.poll(() => flow.stage().kind).toBe("compared");
  });
});

test("a comparison that ends because the dialog was shut tells nothing", async () => {
  const bench = new DiskBench({ "a.txt": "one" });
  await bench.open();
  const before = toasts().length;
  const api = { supported: () => true, open: async () => bench.sync };
  const { flow, end } = createRoot((dispose) => ({
    flow: new DiskFlow(api, bench.session as unknown as Session),
    end: dispose,
  }));
  const { list } = bench.disk;
  bench.disk.list = async (path) => {
    end();
    return list.call(bench.disk, path);
  };
  await expect.poll(() => flow.stage()).toMatchObject({ kind: "failed", error: { code: "aborted" } });
  expect(toasts().length).toBe(before);
});
