import { describe, expect, it } from "vitest";

import type { Entry } from "../../../src/domain/changes.ts";
import { toErrorValue } from "../../../src/domain/errors.ts";
import { applyChanges } from "../../../src/ui/files/tree/apply-changes.ts";
import { sortEntries, visibleRows, type Folders } from "../../../src/ui/files/tree/tree-rows.ts";
import { innerPath } from "../../../src/ui/files/inner-path.ts";
import { createFakeWorkspace } from "../../support/ui-harness/fake-workspace.ts";
import { seeded } from "../../support/ports/seeded.ts";

function entry(path: string, kind: Entry["kind"]): Entry {
  return { path, kind, mode: 0o644, size: 1, mtime: 0 };
}

const folders: Folders = new Map([
  ["", sortEntries([entry("b.txt", "file"), entry("a10", "directory"), entry("a9", "directory")])],
  ["a9", [entry("a9/x", "file")]],
]);

describe("the tree's rows", () => {
  it("are folders first, numbers in their order, and children of open folders", () => {
    const rows = visibleRows(folders, new Set(["a9"]));
    expect(rows.map((row) => [row.path, row.level])).toEqual([
      ["a9", 1],
      ["a9/x", 2],
      ["a10", 1],
      ["b.txt", 1],
    ]);
    expect(rows[0]).toMatchObject({ position: 1, siblings: 3, expanded: true });
  });
});

describe("changes that are followed", () => {
  it("make the folders a write makes, and only in what was read", () => {
    const { folders: after } = applyChanges(folders, [
      { kind: "write", path: "new/deep/file", size: 3, mode: 0o644, mtime: 1 },
      { kind: "write", path: "a10/unread", size: 3, mode: 0o644, mtime: 1 },
    ]);
    expect(after.get("")?.map((one) => one.path)).toEqual(["a9", "a10", "new", "b.txt"]);
    expect(after.get("new/deep")?.map((one) => one.path)).toEqual(["new/deep/file"]);
    expect(after.has("a10")).toBe(false);
  });

  it("name the folder to read again when something came from where nothing was read", () => {
    const { stale } = applyChanges(folders, [{ kind: "rename", path: "a10/inner", to: "a9/inner" }]);
    expect([...stale]).toEqual(["a9"]);
  });

  it("leave the folders that were there before as they were", () => {
    const before = folders.get("");
    applyChanges(folders, [{ kind: "remove", path: "b.txt" }]);
    expect(folders.get("")).toBe(before);
    expect(before).toHaveLength(3);
  });

  it.each([1, 2, 3, 4, 5])("come to what a list answers (seed %i)", async (seed) => {
    const { seen, listed } = await followRandomChanges(seed);
    expect(seen).toEqual(listed);
  });
});

/** Follows random changes of a real tree with every folder read, and lists it anew at the end. */
async function followRandomChanges(seed: number): Promise<Record<"seen" | "listed", unknown>> {
  const random = seeded(seed);
  const pick = (): string => ["a", "b1", "b01", "b10"][random(4)] ?? "a";
  const path = (): string => Array.from({ length: 1 + random(3) }, pick).join("/");
  const workspace = createFakeWorkspace("/mnt/okcvm-0", {});
  let known: Folders = new Map([["", []]]);
  workspace.subscribe((changes) => {
    known = applyChanges(known, changes).folders;
  });
  for (let step = 0; step < 120; step += 1) {
    const tasks = [
      () => workspace.write(path(), "x".repeat(random(5))),
      () => workspace.mkdir(path()),
      () => workspace.remove(path()),
      () => workspace.rename(path(), path()),
    ];
    await tasks[random(tasks.length)]?.().catch((error: unknown) => {
      // A path that is not there or in the way: the tree did not change.
      if (toErrorValue(error).code === "internal") throw error;
    });
  }
  for (const entries of known.values()) expect(entries).toEqual(sortEntries(entries));
  const listed = await workspace.list("", { recursive: true });
  return {
    seen: [...known.values()].flatMap((entries) => entries.map(describeEntry)).toSorted(),
    listed: listed
      .map((one) => describeEntry({ ...one, path: innerPath(workspace.root, one.path) }))
      .toSorted(),
  };
}

const describeEntry = (one: Entry): string => `${one.path} ${one.kind} ${one.size}`;
