import { describe, expect, it } from "vitest";

import { addFiles, takenPaths, withFreeNames } from "../../../src/ui/files/operations/add-files.ts";
import { readDropped, type Dropped } from "../../../src/ui/files/operations/dropped.ts";
import { besideName, nameProblem, numberedName, splitName } from "../../../src/ui/files/operations/names.ts";
import { readSubtree, subtreeChanges } from "../../../src/ui/files/operations/subtree.ts";
import { parseTable, separatorOf } from "../../../src/ui/files/view/parse-table.ts";
import { createFakeWorkspace } from "../../support/ui-harness/fake-workspace.ts";

const ROOT = "/mnt/okcvm-0";

describe("names", () => {
  it("keep their extension when they get a number or a word", () => {
    expect(splitName(".env")).toEqual({ stem: ".env", extension: "" });
    const taken = new Set(["a.txt", "a (2).txt", "b copy.txt"]);
    expect(numberedName("a.txt", (name) => taken.has(name))).toBe("a (3).txt");
    expect(
      besideName(
        "b.txt",
        (stem) => `${stem} copy`,
        (name) => taken.has(name),
      ),
    ).toBe("b copy (2).txt");
  });

  it("that are refused say why", () => {
    expect(nameProblem("  ", { path: true })).not.toBeNull();
    expect(nameProblem("a/b", { path: false })).not.toBeNull();
    expect(nameProblem("a/b", { path: true })).toBeNull();
    for (const bad of ["..", "a/../b", ".git", "a\0b", "/a", "x".repeat(256)])
      expect(nameProblem(bad, { path: true }), bad).not.toBeNull();
    expect(nameProblem("名前 with spaces.txt", { path: false })).toBeNull();
  });
});

describe("a folder that is held", () => {
  it("is written again as it was: bytes, modes, links, empty folders", async () => {
    const workspace = createFakeWorkspace(ROOT, { "top/a.bin": new Uint8Array([0, 1]), "top/in/b": "b" });
    await workspace.mkdir("top/empty");
    await workspace.symlink("a.bin", "top/link");
    await workspace.apply({
      origin: "test",
      changes: [{ kind: "write", path: "top/run.sh", content: new Blob(["#!"]), mode: 0o755, mtime: 7 }],
    });
    const before = await workspace.list("top", { recursive: true });
    const held = await readSubtree(workspace, "top");
    if (!held) throw new Error("It is there.");
    await workspace.remove("top");
    await workspace.apply({ origin: "test", changes: subtreeChanges(held, "top") });
    const after = await workspace.list("top", { recursive: true });
    const withoutTimes = (entries: typeof before): unknown[] =>
      entries.map((one) => ({ ...one, mtime: 0 })).toSorted((a, b) => (a.path < b.path ? -1 : 1));
    expect(withoutTimes(after)).toEqual(withoutTimes(before));
    expect((await workspace.stat("top/run.sh"))?.mtime).toBe(7);
    expect([...(await workspace.readBytes("top/a.bin"))]).toEqual([0, 1]);
  });

  it("is nothing where nothing is", async () => {
    expect(await readSubtree(createFakeWorkspace(ROOT, {}), "gone")).toBeNull();
  });
});

function fileEntry(name: string): FileSystemFileEntry {
  const entry = {
    name,
    isFile: true,
    isDirectory: false,
    file: (done: (file: File) => void) => done(new File([name], name)),
  };
  return entry as unknown as FileSystemFileEntry;
}

/** A folder as a browser hands it over: at most two entries at a time here, and none at the end. */
function folderEntry(name: string, children: FileSystemEntry[]): FileSystemDirectoryEntry {
  const createReader = (): unknown => {
    const left = [...children];
    return { readEntries: (done: (some: FileSystemEntry[]) => void) => done(left.splice(0, 2)) };
  };
  return { name, isFile: false, isDirectory: true, createReader } as unknown as FileSystemDirectoryEntry;
}

const dropped = (...paths: string[]): Dropped => ({
  files: paths.map((path) => ({ path, file: new File([path], path) })),
  emptyFolders: [],
  leftOut: [],
});

describe("what is dropped", () => {
  it("is walked to its end, folders too, without Git's own folder and litter", async () => {
    const found = await readDropped([
      fileEntry("one.txt"),
      folderEntry("photos", [
        fileEntry("a"),
        fileEntry("b"),
        fileEntry("c"),
        fileEntry(".DS_Store"),
        folderEntry(".git", [fileEntry("HEAD")]),
        folderEntry("empty", []),
        folderEntry("deep", [fileEntry("d")]),
      ]),
    ]);
    expect(found.files.map((one) => one.path)).toEqual([
      "one.txt",
      "photos/a",
      "photos/b",
      "photos/c",
      "photos/deep/d",
    ]);
    expect([found.emptyFolders, found.leftOut]).toEqual([["photos/empty"], ["photos/.git"]]);
  });

  it("names what it would write over, and gets other names at the top only", async () => {
    const workspace = createFakeWorkspace(ROOT, { "to/photos/a": "old", "to/x.txt": "old" });
    const some = dropped("x.txt", "y.txt", "photos/a", "photos/new");
    expect(await takenPaths(workspace, "to", some)).toEqual(["to/x.txt", "to/photos/a"]);
    const renamed = await withFreeNames(workspace, "to", some);
    expect(renamed.files.map((one) => one.path)).toEqual([
      "x (2).txt",
      "y.txt",
      "photos (2)/a",
      "photos (2)/new",
    ]);
  });

  it("is added in groups, and what was added is told when it is stopped", async () => {
    const workspace = createFakeWorkspace(ROOT, {});
    const abort = new AbortController();
    const told: number[] = [];
    const all = dropped(...Array.from({ length: 450 }, (_, index) => `f${index}`));
    const adding = addFiles(workspace, "in", all, {
      signal: abort.signal,
      onProgress: (count) => {
        told.push(count);
        if (count > 300) abort.abort();
      },
    });
    await expect(adding).rejects.toThrow();
    expect(told).toEqual([200, 400]);
    expect(await workspace.list("in")).toHaveLength(400);
  });
});

describe("a table", () => {
  it("is read with quotes, line breaks in cells, CRLF, and rows of different lengths", () => {
    const text = 'name,note\r\n"Doe, Jane","said ""hi""\nand left"\r\nplain\r\n';
    expect(parseTable(text, ",", 500)).toEqual({
      rows: [["name", "note"], ["Doe, Jane", 'said "hi"\nand left'], ["plain"]],
      totalRows: 3,
      columns: 2,
    });
    expect(parseTable("", ",", 500).totalRows).toBe(0);
    expect(parseTable("a,\n,b", ",", 500).rows).toEqual([
      ["a", ""],
      ["", "b"],
    ]);
    expect(parseTable('"open', ",", 500).rows).toEqual([["open"]]);
    expect(parseTable('"a"b,c\n', ",", 500).totalRows).toBe(1);
  });

  it("is counted to its end and shown to the limit", () => {
    const table = parseTable("x\n".repeat(1200), ",", 500);
    expect([table.rows.length, table.totalRows]).toEqual([500, 1200]);
  });

  it("has the separator its first line has most of", () => {
    expect(separatorOf("a.csv", "a;b;c,d\n1,2,3,4,5")).toBe(";");
    expect(separatorOf("a.tsv", "a,b")).toBe("\t");
    expect(separatorOf("a.csv", "one")).toBe(",");
  });
});
