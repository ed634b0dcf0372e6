import { afterEach, beforeEach, describe, expect, test } from "vitest";

import type { Change } from "../../src/domain/changes.ts";
import { OkcvmError } from "../../src/domain/errors.ts";
import type { Snapshot } from "../../src/domain/snapshot.ts";
import type { Workspace } from "../../src/ports/workspace.ts";
import { cloneBundle, diskPicture, filesPicture, git, temporaryFolder } from "../support/git/real-git.ts";
import { seeded } from "../support/ports/seeded.ts";
import { codeOf, type WorkspaceCase } from "./workspace-contract.ts";

const NAMES = [
  "a.txt",
  "b c.txt",
  "日本語.md",
  "emoji 😀 file",
  "\uFF5E\u{10400}",
  "\uE000private",
  "dir",
  "dir.x",
  "dir-x",
  "dir0",
  "-dash",
  "é",
  "e\u0301",
  "tab\tname",
  "new\nline",
  'quote"\\back',
  "src",
  "Ünïcödé",
];

const TARGETS = ["a.txt", "dir/a.txt", "../x", "/mnt/okcomputer/src", "日本語.md"];

/** What every Workspace has to do with its history, checked by the Git that is installed. */
export function historyContract(name: string, open: () => Promise<WorkspaceCase>): void {
  describe(`${name} keeps the history contract:`, () => {
    let folder: ReturnType<typeof temporaryFolder>;
    let at: WorkspaceCase;
    let ws: Workspace;
    beforeEach(async () => {
      folder = temporaryFolder();
      at = await open();
      ws = at.workspace;
    });
    afterEach(() => folder.remove());

    const chmod = (path: string, mode: number): Promise<void> =>
      ws.apply({ origin: "x", changes: [{ kind: "chmod", path, mode }] });
    const labels = async (workspace = ws): Promise<string[]> =>
      (await workspace.snapshots()).map(({ label }) => label);

    describe("export", () => {
      test.each([1, 2, 3, 4, 5])(
        "after 50 random edits Git finds nothing wrong and checks out the same files (seed %i)",
        async (seed) => {
          await randomEdits(ws, seed, 50);
          const clone = cloneBundle(await ws.exportGit(), folder.path);
          const files = await filesPicture(ws);
          expect(diskPicture(clone)).toEqual(files);
          expect(await filesPicture(await at.reopen())).toEqual(files);
        },
      );

      test("an empty workspace exports one commit without files", async () => {
        const clone = cloneBundle(await ws.exportGit(), folder.path);
        expect(diskPicture(clone)).toEqual({});
        expect(git(clone, "rev-list", "--count", "HEAD").trim()).toBe("1");
      });

      test("every snapshot is a commit with its label, and each can be checked out", async () => {
        const pictures = new Map<string, Record<string, string>>();
        for (let step = 0; step < 12; step++) {
          await randomEdits(ws, 100 + step, 6, false);
          const made = await ws.snapshot(`step ${step}`);
          pictures.set(made.id, await filesPicture(ws));
        }
        const clone = cloneBundle(await ws.exportGit(), folder.path);
        expect(git(clone, "log", "--format=%s").trim().split("\n")).toEqual(await labels());
        for (const [id, picture] of pictures) {
          git(clone, "checkout", "-q", "--force", id);
          git(clone, "clean", "-qfdx");
          expect(diskPicture(clone)).toEqual(picture);
        }
      });

      test("branches come along", async () => {
        await ws.write("f", "1");
        const first = await ws.snapshot("one");
        await ws.switchBranch("other", { from: first.id });
        await ws.write("f", "2");
        await ws.snapshot("two");
        const clone = cloneBundle(await ws.exportGit(), folder.path);
        expect(git(clone, "show", "origin/main:f")).toBe("1");
        expect(git(clone, "show", "origin/other:f")).toBe("2");
      });
    });

    describe("snapshots", () => {
      test("say what changed, newest first, and are found again after a reload", async () => {
        await ws.write("a", "1");
        await ws.write("b", "2");
        const first = await ws.snapshot("first", { kind: "reply", detail: "write_file a", messageId: "m1" });
        await ws.write("a", "1!");
        await ws.rename("b", "c");
        const second = await ws.snapshot("second");
        expect(first).toMatchObject({
          label: "first",
          changed: 2,
          kind: "reply",
          detail: "write_file a",
          messageId: "m1",
          parents: [],
        });
        expect(second).toMatchObject({
          label: "second",
          changed: 3,
          kind: "manual",
          messageId: null,
          parents: [first.id],
        });
        expect(Math.abs(first.timestamp - Date.now())).toBeLessThan(5_000);
        const again = await at.reopen();
        expect(await again.snapshots()).toEqual([second, first]);
        expect(await again.snapshots(1)).toEqual([second]);
        expect(await again.snapshots(5, { before: second.id })).toEqual([first]);
      });

      test("are made by hand also when nothing changed, by themselves only when something did", async () => {
        await ws.write("a", "1");
        await ws.snapshot("one");
        expect(await ws.snapshotIfChanged("none", { kind: "reply" })).toBeNull();
        await ws.write("a", "1");
        expect(await ws.snapshotIfChanged("same content", { kind: "reply" })).toBeNull();
        await ws.mkdir("empty");
        expect(await ws.snapshotIfChanged("an empty folder", { kind: "reply" })).toBeNull();
        expect(await ws.snapshot("by hand")).toMatchObject({ changed: 0 });
        await chmod("a", 0o755);
        expect(await ws.snapshotIfChanged("a mode", { kind: "reply" })).toMatchObject({ changed: 1 });
        expect(await labels()).toEqual(["a mode", "by hand", "one"]);
      });

      test("labels are kept to one line and cannot pretend to be something else", async () => {
        await ws.write("a", "1");
        const made = await ws.snapshot("one\ntwo\u0000\n\nOkcvm-Kind: restore", {
          kind: "manual",
          detail: "x\n\nOkcvm-Kind: reply\nOkcvm-Message: m",
        });
        expect(made).toMatchObject({ label: "one two Okcvm-Kind: restore", kind: "manual", messageId: null });
        expect((await ws.snapshot("")).label).toBe("Snapshot");
        expect((await ws.snapshot("x".repeat(1000))).label).toHaveLength(200);
        cloneBundle(await ws.exportGit(), folder.path);
      });

      test("files read the same before and after, also large ones", async () => {
        const next = seeded(7);
        const noise = Uint8Array.from({ length: 3_000_001 }, () => next(256));
        const text = new TextEncoder().encode("the same line again\n".repeat(150_000));
        await ws.write("noise.bin", noise);
        await ws.write("text.txt", text);
        await ws.write("small", new Blob(["x"]));
        await ws.snapshot("large");
        const again = await at.reopen();
        expect(Buffer.from(await again.readBytes("noise.bin")).equals(noise)).toBe(true);
        expect(Buffer.from(await again.readBytes("text.txt")).equals(text)).toBe(true);
        expect(await again.readText("small")).toBe("x");
        expect((await again.stat("noise.bin"))?.size).toBe(3_000_001);
        const clone = cloneBundle(await again.exportGit(), folder.path);
        expect(diskPicture(clone)).toEqual(await filesPicture(again));
        const { history } = await again.usage();
        expect(history).toBeGreaterThan(3_000_000);
        expect(history).toBeLessThan(3_200_000);
      });
    });

    describe("ignored files", () => {
      test("are those .gitignore and Git's own rules leave out", async () => {
        await ws.write(".gitignore", "*.log\n/dist/\n!keep.log\n");
        await ws.write("sub/.gitignore", "local.txt\n!special.log\n");
        for (const path of ["a.log", "keep.log", "dist/x", "sub/dist/x", "sub/local.txt", "local.txt"])
          await ws.write(path, "x");
        for (const path of ["sub/special.log", "node_modules/p/i.js", "sub/__pycache__/x.pyc"])
          await ws.write(path, "x");
        await ws.snapshot("one");
        const clone = cloneBundle(await ws.exportGit(), folder.path);
        const kept = [
          ".gitignore",
          "keep.log",
          "local.txt",
          "sub/.gitignore",
          "sub/dist/x",
          "sub/special.log",
        ];
        expect(Object.keys(diskPicture(clone)).toSorted()).toEqual(kept);
      });

      test("stay in when a snapshot had them before, as with Git", async () => {
        await ws.write("secret.env", "1");
        await ws.write("build/out.js", "1");
        await ws.snapshot("one");
        await ws.write(".gitignore", "*.env\nbuild/\n");
        await ws.write("secret.env", "2");
        await ws.write("other.env", "2");
        await ws.write("build/out.js", "2");
        await ws.write("build/new.js", "2");
        const made = await ws.snapshot("two");
        const [, first] = await ws.snapshots();
        expect(
          (await ws.diff(first?.id ?? "", made.id)).map(({ path }) => path.slice(ws.root.length + 1)),
        ).toEqual([".gitignore", "build/out.js", "secret.env"]);
      });

      test("come in when the rules no longer name them", async () => {
        await ws.write(".gitignore", "out/\n");
        await ws.write("deep/out/f", "x");
        await ws.snapshot("one");
        await ws.remove(".gitignore");
        expect(await ws.snapshotIfChanged("two", { kind: "manual" })).toMatchObject({ changed: 2 });
      });
    });

    describe("restore", () => {
      test("brings every file back, keeps unsaved edits in the timeline, and can be undone", async () => {
        await randomEdits(ws, 11, 30, false);
        const first = await ws.snapshot("first");
        const then = await filesPicture(ws);
        await randomEdits(ws, 12, 30, false);
        await ws.snapshot("second");
        await ws.write("unsaved.txt", "by hand");
        const now = await filesPicture(ws);
        const result = await ws.restore(first.id);
        expect(await filesPicture(ws)).toEqual(then);
        ws = await at.reopen();
        expect(await filesPicture(ws)).toEqual(then);
        const [restored, kept] = await ws.snapshots();
        expect(restored).toMatchObject({ kind: "restore", label: "Went back to “first”" });
        expect(kept).toMatchObject({ kind: "edits", id: result.before });
        const unsaved = await ws.readAt(kept?.id ?? "", "unsaved.txt");
        expect(await unsaved.text()).toBe("by hand");
        await ws.restore(result.before ?? "");
        expect(await filesPicture(ws)).toEqual(now);
        cloneBundle(await ws.exportGit(), folder.path);
      });

      test("leaves ignored files and keeps one it has to write over", async () => {
        await ws.write("data", "old");
        await ws.write("dir/file", "old");
        const first = await ws.snapshot("first");
        await ws.remove("data");
        await ws.remove("dir");
        await ws.write(".gitignore", "data\ndir\nother\n");
        await ws.snapshot("second");
        await ws.write("data", "ignored, and not to be lost");
        await ws.write("dir", "a file where a folder comes back");
        await ws.write("other", "ignored");
        const { before } = await ws.restore(first.id);
        expect(await ws.readText("data")).toBe("old");
        expect(await ws.readText("dir/file")).toBe("old");
        expect(await ws.readText("other")).toBe("ignored");
        expect(await (await ws.readAt(before ?? "", "data")).text()).toBe("ignored, and not to be lost");
        expect(await (await ws.readAt(before ?? "", "dir")).text()).toBe("a file where a folder comes back");
      });

      test("of some paths leaves the others", async () => {
        await ws.write("a", "1");
        await ws.write("d/b", "1");
        await ws.write("d/e/c", "1");
        const first = await ws.snapshot("first");
        await ws.write("a", "2");
        await ws.write("d/b", "2");
        await ws.remove("d/e");
        await ws.write("d/new", "2");
        await ws.restore(first.id, { paths: ["d"] });
        expect(await filesPicture(ws)).toEqual({ a: "644 2", "d/b": "644 1", "d/e/c": "644 1" });
        expect(await ws.diff((await ws.snapshots(1))[0]?.id ?? "")).toEqual([]);
        cloneBundle(await ws.exportGit(), folder.path);
      });

      test("tells those who watch what changed, files and folders alike", async () => {
        await ws.write("a", "1");
        await ws.write("gone/x", "1");
        const first = await ws.snapshot("first");
        await ws.write("a", "22");
        await ws.remove("gone");
        await ws.write("new/y", "1");
        const heard: string[] = [];
        ws.subscribe((changes) => heard.push(...changes.map((change) => `${change.kind} ${change.path}`)));
        await ws.restore(first.id);
        expect(heard.toSorted()).toEqual(["remove new", "remove new/y", "write a", "write gone/x"]);
      });

      test("refuses what is no snapshot and changes nothing", async () => {
        await ws.write("a", "1");
        const { id } = await ws.snapshot("one");
        await ws.write("a", "2");
        const tree = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";
        for (const bad of ["", "HEAD", "0".repeat(40), id.slice(0, 10), id.toUpperCase(), tree]) {
          expect(await codeOf(ws.restore(bad))).toBe("not-found");
        }
        expect(await labels()).toEqual(["one"]);
        expect(await ws.readText("a")).toBe("2");
      });
    });

    describe("diff", () => {
      test("names files by status, with lines, and finds the same as git diff", async () => {
        const made: Snapshot[] = [];
        for (let step = 0; step < 8; step++) {
          await randomEdits(ws, 200 + step, 12, false);
          made.push(await ws.snapshot(`s${step}`));
        }
        const clone = cloneBundle(await ws.exportGit(), folder.path);
        for (let step = 1; step < made.length; step++) {
          const [a, b] = [made[step - 1]?.id ?? "", made[step]?.id ?? ""];
          const real = git(
            clone,
            "-c",
            "core.quotePath=false",
            "diff",
            "-z",
            "--no-renames",
            "--numstat",
            a,
            b,
          );
          const counts = real.split("\0").filter(Boolean).toSorted();
          const mine = (await ws.diff(a, b)).flatMap((file) => {
            const path = file.path.slice(ws.root.length + 1);
            const count = file.binary ? "-\t-" : `${file.additions}\t${file.deletions}`;
            if (file.status !== "renamed") return [`${count}\t${path}`];
            return [];
          });
          const moved = (await ws.diff(a, b)).filter((file) => file.status === "renamed");
          expect(counts).toEqual(expect.arrayContaining(mine));
          expect(counts).toHaveLength(mine.length + 2 * moved.length);
        }
      });

      test("against the files as they are, unsaved changes included", async () => {
        await ws.write("same", "x\n");
        await ws.write("text", "one\ntwo\nthree\n");
        await ws.write("gone", "bye\n");
        await ws.write("moved", "a longer content, so that it is found\n");
        await ws.write("bin", Uint8Array.of(1, 0, 2));
        const { id } = await ws.snapshot("one");
        await ws.write("text", "one\nTWO\nthree");
        await ws.remove("gone");
        await ws.rename("moved", "sub/moved");
        await ws.write("bin", Uint8Array.of(1, 0, 3, 4));
        await ws.symlink("text", "link");
        const files = await ws.diff(id);
        const short = files.map((file) => [
          file.status,
          file.path.slice(ws.root.length + 1),
          file.additions,
          file.deletions,
          file.binary,
        ]);
        expect(short).toEqual([
          ["modified", "bin", 0, 0, true],
          ["removed", "gone", 0, 1, false],
          ["added", "link", 1, 0, false],
          ["renamed", "sub/moved", 0, 0, false],
          ["modified", "text", 2, 2, false],
        ]);
        expect(files[4]?.hunks).toEqual([
          {
            oldStart: 1,
            oldLines: 3,
            newStart: 1,
            newLines: 3,
            lines: [" one", "-two", "-three", "+TWO", "+three", "\\ No newline at end of file"],
          },
        ]);
        expect(files[0]).toMatchObject({ before: { size: 3 }, after: { size: 4 }, hunks: null });
        expect(files[3]?.oldPath).toBe(`${ws.root}/moved`);
        expect((await ws.diff(id, null, { lines: false }))[4]).toMatchObject({ hunks: null, additions: 0 });
        expect((await ws.diff(id, null, { paths: ["sub"] })).map((file) => file.status)).toEqual(["added"]);
        // Looking stores nothing.
        expect(await labels()).toEqual(["one"]);
        expect((await ws.snapshot("two")).changed).toBe(6);
        cloneBundle(await ws.exportGit(), folder.path);
      });
    });

    describe("branches", () => {
      test("have files of their own, and unsaved changes stay where they were made", async () => {
        await ws.write("f", "main");
        const first = await ws.snapshot("one");
        await ws.write("f", "unsaved on main");
        await ws.switchBranch("branch-1", { from: first.id });
        expect(await ws.readText("f")).toBe("main");
        await ws.write("only-here", "x");
        await ws.switchBranch("main");
        expect(await ws.readText("f")).toBe("unsaved on main");
        expect(await ws.stat("only-here")).toBeNull();
        await ws.switchBranch("branch-1");
        expect(await filesPicture(ws)).toEqual({ f: "644 main", "only-here": "644 x" });
        const again = await at.reopen();
        expect((await again.branches()).map(({ name: branch, current }) => [branch, current])).toEqual([
          ["branch-1", true],
          ["main", false],
        ]);
        expect(await filesPicture(again)).toEqual({ f: "644 main", "only-here": "644 x" });
      });

      test("can begin without files; names Git refuses are refused", async () => {
        await ws.write("f", "x");
        await ws.switchBranch("empty", { from: null });
        expect(await filesPicture(ws)).toEqual({});
        expect(await codeOf(ws.switchBranch("nowhere"))).toBe("not-found");
        expect(await codeOf(ws.switchBranch("main", { from: null }))).toBe("exists");
        for (const bad of [
          "",
          "a b",
          "a..b",
          "-x",
          "a.lock",
          "/a",
          "a/",
          "@",
          "a~1",
          ".x",
          "main/x",
          "a\u0007",
        ]) {
          expect(await codeOf(ws.switchBranch(bad, { from: null }))).toBe("bad-arguments");
        }
        await ws.switchBranch("main");
        expect(await filesPicture(ws)).toEqual({ f: "644 x" });
      });
    });

    test("names Git forbids are refused, and nothing is written", async () => {
      await ws.write("ok", "x");
      const bad = [
        ".git",
        ".GIT/config",
        "a/.git/x",
        ".git.",
        ".git ",
        "git~1",
        "GIT~1/x",
        "a\\.git",
        ".gi\u200ct",
        ".git::$INDEX",
        "a\ud800",
        "x".repeat(256),
      ];
      for (const path of bad) {
        expect([path, await codeOf(ws.write(path, "x"))]).toEqual([path, "bad-path"]);
        expect(await codeOf(ws.mkdir(path))).toBe("bad-path");
        expect(await codeOf(ws.rename("ok", path))).toBe("bad-path");
        expect(await codeOf(ws.symlink("ok", path))).toBe("bad-path");
      }
      expect(await codeOf(ws.write("../x", "x"))).toBe("outside-workspace");
      expect(await codeOf(ws.write("a\0b", "x"))).toBe("bad-path");
      for (const fine of [".github/x", ".gitignore", "a.git", "git~10", ".gitx", "x.git/config"])
        await ws.write(fine, "x");
      cloneBundle(await ws.exportGit(), folder.path);
    });

    test("many snapshots are put together and none is lost", async () => {
      const made: string[] = [];
      for (let step = 0; step < 130; step++) {
        await ws.write(`f${step % 7}`, `${step}\n`.repeat(step));
        made.push((await ws.snapshot(`s${step}`)).id);
      }
      const again = await at.reopen();
      expect((await again.snapshots(500)).map(({ id }) => id)).toEqual(made.toReversed());
      expect(await (await again.readAt(made[40] ?? "", "f5")).text()).toBe("40\n".repeat(40));
      const clone = cloneBundle(await again.exportGit(), folder.path);
      expect(git(clone, "rev-list", "--count", "HEAD").trim()).toBe("130");
    });
  });
}

/** Writes, renames, removals, links and modes at random, some with snapshots in between. */
export async function randomEdits(
  ws: Workspace,
  seed: number,
  count: number,
  snapshots = true,
): Promise<void> {
  const edits = new RandomEdits(ws, seed);
  for (let done = 0; done < count; done++) {
    // A file where a folder is wanted, a link that leads nowhere: another edit is drawn.
    while (!(await edits.one().then(() => true, isExpected))) continue;
    if (snapshots && done % 7 === 6) await ws.snapshotIfChanged(`edit ${done}`, { kind: "reply" });
  }
}

function isExpected(error: unknown): false {
  if (error instanceof OkcvmError && error.code !== "internal") return false;
  throw error;
}

class RandomEdits {
  readonly #ws: Workspace;
  readonly #next: (limit: number) => number;

  constructor(ws: Workspace, seed: number) {
    this.#ws = ws;
    this.#next = seeded(seed);
  }

  async one(): Promise<unknown> {
    const ws = this.#ws;
    const entries = await ws.list("", { recursive: true });
    const any = entries.length > 0 ? this.#pick(entries) : null;
    const file = any?.kind === "file" ? any : null;
    const draw = this.#next(9);
    if (draw < 3 || !any) return ws.write(this.#path(), `${this.#pick(NAMES)}\n`.repeat(this.#next(40)));
    if (draw === 3) return ws.write(this.#path(), this.#bytes());
    if (draw === 4) return ws.rename(any.path, this.#path());
    if (draw === 5) return this.#next(2) === 0 ? ws.remove(any.path) : null;
    if (draw === 6) return ws.symlink(this.#pick(TARGETS), this.#path());
    if (draw === 7 && file) return ws.apply({ origin: "x", changes: [this.#chmod(file.path)] });
    return file ? ws.write(file.path, `${await ws.readText(file.path)}more\n`) : null;
  }

  #chmod(path: string): Change {
    return { kind: "chmod", path, mode: this.#pick([0o755, 0o644, 0o700, 0o600]) };
  }

  #path(): string {
    return Array.from({ length: 1 + this.#next(3) }, () => this.#pick(NAMES)).join("/");
  }

  #bytes(): Uint8Array<ArrayBuffer> {
    return Uint8Array.from({ length: this.#next(500) }, () => this.#next(256));
  }

  #pick<T>(list: readonly T[]): T {
    return list[this.#next(list.length)] as T;
  }
}
