import { describe, expect, test } from "vitest";

import type { Change } from "../../src/domain/changes.ts";
import { OkcvmError } from "../../src/domain/errors.ts";
import type { Workspace } from "../../src/ports/workspace.ts";

/** One workspace under test, and the means to open it again as after a reload. */
export interface WorkspaceCase {
  workspace: Workspace;
  /** Opens the same stored workspace from nothing but what is durable; the old one is not closed first. */
  reopen(): Promise<Workspace>;
}

const bytes = (...values: number[]): Uint8Array<ArrayBuffer> => Uint8Array.from(values);

/** What a promise fails with; fails the test when it does not. */
export async function codeOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    return error instanceof OkcvmError ? error.code : `no code: ${String(error)}`;
  }
  throw new Error("It should have failed.");
}

/** Every path with its kind, mode, size and content or target, by name. */
export async function picture(workspace: Workspace): Promise<Record<string, string>> {
  const found: [string, string][] = [];
  for (const entry of await workspace.list("", { recursive: true })) {
    const path = entry.path.slice(workspace.root.length + 1);
    const mode = entry.mode.toString(8);
    if (entry.kind === "file") {
      const content = await workspace.readBytes(entry.path);
      if (content.length !== entry.size)
        throw new Error(`${path}: size ${entry.size}, content ${content.length}`);
      found.push([path, `file ${mode} ${entry.mtime} ${Buffer.from(content).toString("latin1")}`]);
    } else if (entry.kind === "symlink") found.push([path, `symlink ${entry.target}`]);
    else found.push([path, `directory ${mode}`]);
  }
  return Object.fromEntries(found.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** What every Workspace has to do. `open` answers a fresh, empty one each time. */
export function workspaceContract(name: string, open: () => Promise<WorkspaceCase>): void {
  describe(`${name} keeps the Workspace contract:`, () => {
    /** Runs steps and checks that what is stored afterwards is what is in memory. */
    async function durable(steps: (workspace: Workspace) => Promise<void>): Promise<Workspace> {
      const { workspace, reopen } = await open();
      await steps(workspace);
      const before = await picture(workspace);
      const again = await reopen();
      expect(await picture(again)).toEqual(before);
      return again;
    }

    describe("files", () => {
      test("are read back as text, bytes and Blob, with their parents made", async () => {
        const again = await durable(async (ws) => {
          await ws.write("a/b/text.txt", "héllo 世界\n");
          await ws.write(`${ws.root}/bytes.bin`, bytes(0, 255, 128, 10));
          await ws.write("/mnt/okcomputer/blob.bin", new Blob([bytes(1, 2, 3)]));
          await ws.write("empty", "");
        });
        expect(await again.readText("a/b/text.txt")).toBe("héllo 世界\n");
        expect([...(await again.readBytes("bytes.bin"))]).toEqual([0, 255, 128, 10]);
        const blob = await again.readBlob("blob.bin");
        expect(blob).toBeInstanceOf(Blob);
        expect([...new Uint8Array(await blob.arrayBuffer())]).toEqual([1, 2, 3]);
        expect(await again.readBytes("empty")).toHaveLength(0);
        expect((await again.stat("a/b"))?.kind).toBe("directory");
        expect(await again.stat("empty")).toMatchObject({ kind: "file", size: 0, mode: 0o644 });
      });

      test("are replaced, and keep their mode", async () => {
        const again = await durable(async (ws) => {
          await ws.write("run.sh", "one");
          await ws.apply({ origin: "x", changes: [{ kind: "chmod", path: "run.sh", mode: 0o755 }] });
          await ws.write("run.sh", "two");
        });
        expect(await again.readText("run.sh")).toBe("two");
        expect((await again.stat("run.sh"))?.mode).toBe(0o755);
      });

      test("of several megabytes come back whole", async () => {
        const big = new Uint8Array(3 * 1024 * 1024);
        for (let at = 0; at < big.length; at += 4099) big[at] = at & 255;
        const { workspace, reopen } = await open();
        await workspace.write("big.bin", big);
        const again = await reopen();
        expect((await again.stat("big.bin"))?.size).toBe(big.length);
        expect(Buffer.compare(await again.readBytes("big.bin"), big)).toBe(0);
      });

      test("that are a view of a larger buffer keep only their own bytes", async () => {
        const { workspace, reopen } = await open();
        await workspace.write("view", new Uint8Array(4096).fill(7).subarray(10, 13));
        const content = await (await reopen()).readBytes("view");
        expect([...content]).toEqual([7, 7, 7]);
        expect(content.buffer.byteLength).toBe(3);
      });

      test("bytes that are not UTF-8 become U+FFFD, and a byte order mark stays", async () => {
        const { workspace } = await open();
        await workspace.write("bad", bytes(0x61, 0xff, 0x62));
        await workspace.write("bom.csv", bytes(0xef, 0xbb, 0xbf, 0x61));
        expect(await workspace.readText("bad")).toBe("a\uFFFDb");
        expect(await workspace.readText("bom.csv")).toBe("\uFEFFa");
      });

      test("refuse what cannot be, and change nothing", async () => {
        const { workspace } = await open();
        await workspace.write("dir/file", "x");
        const before = await picture(workspace);
        expect(await codeOf(workspace.write("dir", "y"))).toBe("is-directory");
        expect(await codeOf(workspace.write("", "y"))).toBe("is-directory");
        expect(await codeOf(workspace.write("dir/file/deeper", "y"))).toBe("not-directory");
        expect(await codeOf(workspace.mkdir("dir/file"))).toBe("not-directory");
        expect(await codeOf(workspace.readText("none"))).toBe("not-found");
        expect(await codeOf(workspace.readBytes("none"))).toBe("not-found");
        expect(await codeOf(workspace.readBlob("none"))).toBe("not-found");
        expect(await codeOf(workspace.readText("dir"))).toBe("is-directory");
        expect(await codeOf(workspace.remove("none"))).toBe("not-found");
        expect(await codeOf(workspace.remove(""))).toBe("bad-path");
        expect(await picture(workspace)).toEqual(before);
      });

      test("are not there below another file: stat says null", async () => {
        const { workspace } = await open();
        await workspace.write("file", "x");
        expect(await workspace.stat("file/below")).toBeNull();
        expect(await workspace.stat("none/below")).toBeNull();
        expect(await workspace.stat("none")).toBeNull();
      });
    });

    describe("paths", () => {
      const odd = [
        "__proto__",
        "constructor",
        "toString",
        "hasOwnProperty",
        "0",
        "10",
        "2",
        "世界.txt",
        "файл",
        "🙂 smile",
        "e\u0301",
        " lead",
        "trail ",
        "a b",
        "new\nline",
        "tab\there",
        "quote'\"",
        "back\\slash",
        "$HOME",
        "*?[x]",
        "-rf",
        "~",
        "...",
        ".hidden",
        "x".repeat(255),
        "世".repeat(85),
      ];

      test("of every odd name hold a file and a folder", async () => {
        const again = await durable(async (ws) => {
          for (const name of odd) {
            await ws.write(name, `content of ${name}`);
            await ws.write(`folder/${name}/${name}`, name);
          }
        });
        for (const name of odd) {
          expect(await again.readText(name)).toBe(`content of ${name}`);
          expect(await again.readText(`folder/${name}/${name}`)).toBe(name);
        }
        expect(await again.list("folder")).toHaveLength(odd.length);
        expect(await again.stat("folder/valueOf")).toBeNull();
      });

      test("with NUL, over-long names or paths are refused", async () => {
        const { workspace } = await open();
        expect(await codeOf(workspace.write("a\0b", "x"))).toBe("bad-path");
        expect(await codeOf(workspace.stat("\0"))).toBe("bad-path");
        expect(await codeOf(workspace.write("x".repeat(256), "x"))).toBe("bad-path");
        expect(await codeOf(workspace.write("世".repeat(86), "x"))).toBe("bad-path");
        expect(await codeOf(workspace.mkdir("abcdefghi/".repeat(410)))).toBe("bad-path");
        expect(await picture(workspace)).toEqual({});
      });

      test("that leave the mount are refused by every method", async () => {
        const { workspace } = await open();
        await workspace.write("in", "x");
        for (const path of [
          "/etc/passwd",
          "..",
          "../x",
          "a/../../x",
          "/mnt",
          `${workspace.root}x`,
          `${workspace.root}/../x`,
          "/mnt/okcomputer/../x",
        ]) {
          expect(await codeOf(workspace.write(path, "x"))).toBe("outside-workspace");
          expect(await codeOf(workspace.stat(path))).toBe("outside-workspace");
          expect(await codeOf(workspace.list(path))).toBe("outside-workspace");
          expect(await codeOf(workspace.readBytes(path))).toBe("outside-workspace");
          expect(await codeOf(workspace.mkdir(path))).toBe("outside-workspace");
          expect(await codeOf(workspace.remove(path))).toBe("outside-workspace");
          expect(await codeOf(workspace.rename("in", path))).toBe("outside-workspace");
          expect(await codeOf(workspace.rename(path, "y"))).toBe("outside-workspace");
          expect(await codeOf(workspace.symlink("in", path))).toBe("outside-workspace");
        }
        expect(Object.keys(await picture(workspace))).toEqual(["in"]);
      });

      test("name the same place in all their spellings", async () => {
        const { workspace } = await open();
        await workspace.write("./a//b/../b/c.txt", "x");
        for (const path of [
          "a/b/c.txt",
          `${workspace.root}/a/b/c.txt`,
          "/mnt/okcomputer/a/b/c.txt",
          `${workspace.root}//a/./b/c.txt`,
        ]) {
          expect((await workspace.stat(path))?.path).toBe(`${workspace.root}/a/b/c.txt`);
        }
        expect(await workspace.stat(workspace.root)).toMatchObject({
          kind: "directory",
          path: workspace.root,
        });
      });
    });

    describe("lists", () => {
      test("folders first, then by name, also after a reload", async () => {
        const again = await durable(async (ws) => {
          for (const path of ["b.txt", "10", "9", "a.txt", "z/f", "m/f"]) await ws.write(path, "");
        });
        const names = (await again.list()).map((entry) => entry.path.slice(again.root.length + 1));
        expect(names).toEqual(["m", "z", "10", "9", "a.txt", "b.txt"]);
      });

      test("everything below a folder, parents before children, in the same order", async () => {
        const { workspace } = await open();
        for (const path of ["d/y", "d/b/z", "d/b/a", "d/a", "e"]) await workspace.write(path, "");
        const names = (await workspace.list("d", { recursive: true })).map((entry) =>
          entry.path.slice(workspace.root.length + 1),
        );
        expect(names).toEqual(["d/b", "d/b/a", "d/b/z", "d/a", "d/y"]);
      });

      test("fail on what is not a folder", async () => {
        const { workspace } = await open();
        await workspace.write("f", "");
        expect(await codeOf(workspace.list("f"))).toBe("not-directory");
        expect(await codeOf(workspace.list("none"))).toBe("not-found");
        expect(await codeOf(workspace.list("none", { recursive: true }))).toBe("not-found");
        expect(await workspace.list()).toHaveLength(1);
      });

      test("count entries and bytes", async () => {
        const { workspace } = await open();
        await workspace.write("a/f", "12345");
        await workspace.symlink("f", "a/l");
        expect(await workspace.usage()).toEqual({ entries: 3, bytes: 5, history: 0 });
      });
    });

    describe("folders and removal", () => {
      test("mkdir makes parents and leaves a folder that is there", async () => {
        const again = await durable(async (ws) => {
          await ws.mkdir("a/b/c");
          await ws.write("a/b/f", "x");
          await ws.mkdir("a/b");
        });
        expect(Object.keys(await picture(again))).toEqual(["a", "a/b", "a/b/c", "a/b/f"]);
      });

      test("remove takes a whole folder, and a name can be used again", async () => {
        const again = await durable(async (ws) => {
          await ws.write("a/b/c/f", "x");
          await ws.write("a/g", "x");
          await ws.remove("a");
          await ws.write("a", "now a file");
        });
        expect(Object.keys(await picture(again))).toEqual(["a"]);
      });
    });

    describe("rename", () => {
      test("moves files and folders, into folders that are not there yet", async () => {
        const again = await durable(async (ws) => {
          await ws.write("a/deep/f", "1");
          await ws.write("g", "2");
          await ws.rename("a", "new/place");
          await ws.rename("g", "new/place/deep/g");
        });
        expect(await again.readText("new/place/deep/f")).toBe("1");
        expect(await again.readText("new/place/deep/g")).toBe("2");
        expect(await again.stat("a")).toBeNull();
      });

      test("replaces a file and an empty folder, and onto itself does nothing", async () => {
        const again = await durable(async (ws) => {
          await ws.write("from", "new");
          await ws.write("to", "old");
          await ws.rename("from", "to");
          await ws.rename("to", "to");
          await ws.write("d/f", "x");
          await ws.mkdir("empty");
          await ws.rename("d", "empty");
        });
        expect(await again.readText("to")).toBe("new");
        expect(await again.readText("empty/f")).toBe("x");
        expect(await again.stat("from")).toBeNull();
      });

      test("refuses what rename(2) refuses, and changes nothing", async () => {
        const { workspace } = await open();
        await workspace.write("full/f", "x");
        await workspace.write("other/f", "x");
        await workspace.write("file", "x");
        const before = await picture(workspace);
        expect(await codeOf(workspace.rename("none", "x"))).toBe("not-found");
        expect(await codeOf(workspace.rename("full", "other"))).toBe("not-empty");
        expect(await codeOf(workspace.rename("full", "full/in/itself"))).toBe("bad-path");
        expect(await codeOf(workspace.rename("file", "full"))).toBe("is-directory");
        expect(await codeOf(workspace.rename("full", "file"))).toBe("not-directory");
        expect(await codeOf(workspace.rename("file", "file/below"))).toBe("not-directory");
        expect(await codeOf(workspace.rename("full", ""))).toBe("bad-path");
        expect(await picture(workspace)).toEqual(before);
      });

      test("moves a symlink itself, and replaces one", async () => {
        const again = await durable(async (ws) => {
          await ws.write("target", "t");
          await ws.symlink("target", "link");
          await ws.rename("link", "moved");
          await ws.write("file", "f");
          await ws.rename("file", "moved");
        });
        expect(await again.readText("moved")).toBe("f");
        expect(await again.readText("target")).toBe("t");
        expect(await again.stat("link")).toBeNull();
      });
    });

    describe("symlinks", () => {
      test("relative, absolute and by the legacy root lead to the same file", async () => {
        const again = await durable(async (ws) => {
          await ws.write("dir/f", "x");
          await ws.symlink("../dir/f", "dir/relative");
          await ws.symlink(`${ws.root}/dir/f`, "absolute");
          await ws.symlink("/mnt/okcomputer/dir/f", "legacy");
          await ws.symlink("dir", "to-folder");
        });
        for (const path of ["dir/relative", "absolute", "legacy", "to-folder/f", "to-folder/relative"]) {
          expect(await again.readText(path)).toBe("x");
        }
        expect(await again.stat("absolute")).toMatchObject({
          kind: "symlink",
          target: `${again.root}/dir/f`,
        });
        expect((await again.list("to-folder")).map((entry) => entry.path)).toHaveLength(2);
      });

      test("are written through, also when they dangle, and removed themselves", async () => {
        const again = await durable(async (ws) => {
          await ws.write("f", "old");
          await ws.symlink("f", "l");
          await ws.write("l", "new");
          await ws.symlink("made/by/link", "dangling");
          await ws.write("dangling", "born");
          await ws.remove("l");
        });
        expect(await again.readText("f")).toBe("new");
        expect(await again.readText("made/by/link")).toBe("born");
        expect(await again.stat("l")).toBeNull();
        expect((await again.stat("dangling"))?.kind).toBe("symlink");
      });

      test("that leave the mount can be kept but not followed", async () => {
        const { workspace } = await open();
        await workspace.symlink("/etc/passwd", "out");
        await workspace.symlink("../..", "up");
        expect(await workspace.stat("out")).toMatchObject({ kind: "symlink", target: "/etc/passwd" });
        expect(await codeOf(workspace.readText("out"))).toBe("outside-workspace");
        expect(await codeOf(workspace.write("out", "x"))).toBe("outside-workspace");
        expect(await codeOf(workspace.write("up/x", "x"))).toBe("outside-workspace");
        expect(await codeOf(workspace.list("up"))).toBe("outside-workspace");
        expect(await codeOf(workspace.rename("out", "up/x"))).toBe("outside-workspace");
        await workspace.remove("out");
        expect(Object.keys(await picture(workspace))).toEqual(["up"]);
      });

      test("in a loop end in an error, not in a hang", async () => {
        const { workspace } = await open();
        await workspace.symlink("b", "a");
        await workspace.symlink("a", "b");
        await workspace.symlink("self/self", "self");
        expect(await codeOf(workspace.readText("a"))).toBe("bad-path");
        expect(await codeOf(workspace.write("a", "x"))).toBe("bad-path");
        expect(await codeOf(workspace.readText("self"))).toBe("bad-path");
        expect(await codeOf(workspace.list("a"))).toBe("bad-path");
        expect((await workspace.list("", { recursive: true })).length).toBe(3);
      });

      test("are refused where something is, and without a usable target", async () => {
        const { workspace } = await open();
        await workspace.write("f", "x");
        expect(await codeOf(workspace.symlink("y", "f"))).toBe("exists");
        expect(await codeOf(workspace.symlink("", "l"))).toBe("bad-path");
        expect(await codeOf(workspace.symlink("a\0b", "l"))).toBe("bad-path");
        expect(await codeOf(workspace.symlink("x".repeat(5000), "l"))).toBe("bad-path");
        expect(Object.keys(await picture(workspace))).toEqual(["f"]);
      });
    });

    describe("journals", () => {
      test("are applied in order and last", async () => {
        const again = await durable(async (ws) => {
          const changes: Change[] = [
            { kind: "mkdir", path: "d" },
            { kind: "write", path: "d/f", content: bytes(49), mode: 0o755, mtime: 1_600_000_000_000 },
            { kind: "write", path: "d/f", content: bytes(50), mode: 0o755, mtime: 1_600_000_000_000 },
            { kind: "rename", path: "d", to: "e" },
            { kind: "symlink", path: "l", target: "e/f" },
            { kind: "mkdir", path: "gone" },
            { kind: "write", path: "gone/f", content: bytes(51) },
            { kind: "remove", path: "gone" },
            { kind: "chmod", path: "e", mode: 0o700 },
          ];
          await ws.apply({ origin: "engine", changes });
        });
        expect(await picture(again)).toEqual({
          e: "directory 700",
          "e/f": "file 755 1600000000000 2",
          l: "symlink e/f",
        });
      });

      test("with a bad change anywhere change nothing, in memory and stored", async () => {
        const { workspace, reopen } = await open();
        await workspace.write("keep/f", "x");
        await workspace.symlink("/etc", "out");
        const before = await picture(workspace);
        const good: Change[] = [
          { kind: "write", path: "keep/f", content: bytes(1, 2) },
          { kind: "write", path: "new/g", content: bytes(3) },
          { kind: "chmod", path: "keep", mode: 0o700 },
          { kind: "rename", path: "keep", to: "moved" },
        ];
        const bad: [Change, string][] = [
          [{ kind: "remove", path: "none" }, "not-found"],
          [{ kind: "rename", path: "none", to: "x" }, "not-found"],
          [{ kind: "chmod", path: "none", mode: 0o644 }, "not-found"],
          [{ kind: "write", path: "/etc/x", content: bytes(1) }, "outside-workspace"],
          [{ kind: "write", path: "out/x", content: bytes(1) }, "outside-workspace"],
          [{ kind: "write", path: "moved", content: bytes(1) }, "is-directory"],
          [{ kind: "symlink", path: "moved", target: "x" }, "exists"],
          [{ kind: "mkdir", path: "new/g" }, "not-directory"],
          [{ kind: "mkdir", path: "a\0" }, "bad-path"],
        ];
        for (const [change, code] of bad) {
          expect(
            await codeOf(workspace.apply({ origin: "engine", changes: [...good, change, ...good] })),
          ).toBe(code);
          expect(await picture(workspace)).toEqual(before);
        }
        expect(await picture(await reopen())).toEqual(before);
      });

      test("that are not journals are refused: engines run hostile code", async () => {
        const { workspace, reopen } = await open();
        await workspace.write("keep", "x");
        const before = await picture(workspace);
        const hostile: unknown[] = [
          null,
          "x",
          {},
          { kind: "write", path: "f" },
          { kind: "write", path: "f", content: "text" },
          { kind: "write", path: "f", content: { size: 3 } },
          { kind: "write", path: "f", content: bytes(1), mode: Number.NaN },
          { kind: "write", path: "f", content: bytes(1), mode: -1 },
          { kind: "write", path: "f", content: bytes(1), mode: "755" },
          { kind: "write", path: "f", content: bytes(1), mtime: Number.POSITIVE_INFINITY },
          { kind: "write", path: "f", content: bytes(1), mtime: 1e300 },
          { kind: "write", path: 7, content: bytes(1) },
          { kind: "mkdir", path: ["a"] },
          { kind: "rename", path: "keep" },
          { kind: "symlink", path: "l", target: { toString: "x" } },
          { kind: "chmod", path: "keep", mode: null },
          { kind: "__proto__", path: "keep" },
          { kind: "explode", path: "keep" },
        ];
        for (const change of hostile) {
          expect(await codeOf(workspace.apply({ origin: "engine", changes: [change as Change] }))).toBe(
            "bad-arguments",
          );
        }
        for (const changes of [null, "abc", { length: 1 }]) {
          expect(
            await codeOf(workspace.apply({ origin: "engine", changes: changes as unknown as Change[] })),
          ).toBe("bad-arguments");
        }
        expect(await picture(workspace)).toEqual(before);
        expect(await picture(await reopen())).toEqual(before);
      });
    });

    describe("events", () => {
      test("tell each change once, in order, with its origin, after it is durable", async () => {
        const { workspace } = await open();
        const heard: string[] = [];
        const stop = workspace.subscribe((changes, origin) => {
          for (const change of changes) heard.push(`${origin} ${change.kind} ${change.path}`);
        });
        await workspace.write(`${workspace.root}/a/f`, "x");
        expect(heard).toEqual(["null write a/f"]);
        await workspace.apply({
          origin: "engine",
          changes: [
            { kind: "rename", path: `${workspace.root}/a`, to: "/mnt/okcomputer/b" },
            { kind: "remove", path: "b/f" },
          ],
        });
        await expect(workspace.remove("none")).rejects.toThrow("none");
        await Promise.all([workspace.mkdir("x"), workspace.mkdir("y"), workspace.symlink("x", "z")]);
        expect(heard).toEqual([
          "null write a/f",
          "engine rename a",
          "engine remove b/f",
          "null mkdir x",
          "null mkdir y",
          "null symlink z",
        ]);
        stop();
        stop();
        await workspace.mkdir("unheard");
        expect(heard).toHaveLength(6);
      });
    });

    describe("many calls at once", () => {
      test("keep the order they were made in", async () => {
        const again = await durable(async (ws) => {
          const calls: Promise<unknown>[] = [];
          for (let n = 0; n < 50; n++) {
            calls.push(ws.write("same", String(n)), ws.write(`d${n % 5}/f${n}`, String(n)));
            if (n % 7 === 0) calls.push(ws.rename(`d${n % 5}/f${n}`, `moved${n}`));
          }
          await Promise.all(calls);
        });
        expect(await again.readText("same")).toBe("49");
        expect(await again.readText("moved49")).toBe("49");
        expect(
          (await again.list("", { recursive: true })).filter((entry) => entry.kind === "file"),
        ).toHaveLength(51);
      });

      test("fail alone: the others go on", async () => {
        const { workspace } = await open();
        const results = await Promise.allSettled([
          workspace.write("a", "1"),
          workspace.remove("none"),
          workspace.write("b", "2"),
          workspace.write("/etc/x", "3"),
          workspace.write("c", "4"),
        ]);
        expect(results.map((result) => result.status)).toEqual([
          "fulfilled",
          "rejected",
          "fulfilled",
          "rejected",
          "fulfilled",
        ]);
        expect(Object.keys(await picture(workspace))).toEqual(["a", "b", "c"]);
      });
    });
  });
}
