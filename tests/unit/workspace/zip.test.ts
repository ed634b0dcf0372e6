import "fake-indexeddb/auto";
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import type { Workspace } from "../../../src/ports/workspace.ts";
import { diskPicture, filesPicture, temporaryFolder } from "../../support/git/real-git.ts";
import { freshId, openHub } from "../../support/ports/hub-workspace.ts";
import { handMadeZip } from "../../support/zip/hand-made-zip.ts";

const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const zeros = (megabytes: number): Uint8Array => new Uint8Array(megabytes * 1024 * 1024);

let ws: Workspace;
beforeEach(async () => {
  ws = await openHub(freshId());
});

describe("a ZIP that is unpacked", () => {
  test("keeps names, links, executable bits and empty folders; what it replaces is in the timeline", async () => {
    await ws.write("readme.md", "mine");
    const zip = handMadeZip([
      { name: "readme.md", data: text("theirs") },
      { name: "日本語/😀 file.txt", data: text("x") },
      { name: "run.sh", data: text("#!/bin/sh\n"), mode: 0o100755 },
      { name: "link", data: text("readme.md"), mode: 0o120777 },
      { name: "empty/", mode: 0o040755 },
      { name: "./dot/file", data: text("d") },
      { name: "__MACOSX/._readme.md", data: text("junk") },
    ]);
    expect(await ws.importZip(zip)).toEqual({ files: 5, bytes: 6 + 1 + 10 + 0 + 1 });
    expect(await filesPicture(ws)).toEqual({
      "readme.md": "644 theirs",
      "日本語/😀 file.txt": "644 x",
      "run.sh": "755 #!/bin/sh\n",
      link: "link readme.md",
      "dot/file": "644 d",
    });
    expect((await ws.stat("empty"))?.kind).toBe("directory");
    const [imported, before] = await ws.snapshots();
    expect([imported?.kind, before?.kind]).toEqual(["import", "edits"]);
    expect(await (await ws.readAt(before?.id ?? "", "readme.md")).text()).toBe("mine");
  });

  test("goes into a folder, and DOS names with backslashes are folders", async () => {
    const zip = handMadeZip([{ name: "a\\b.txt", data: text("x"), madeOn: 0 }]);
    await ws.importZip(zip, { into: "sub" });
    expect(await filesPicture(ws)).toEqual({ "sub/a/b.txt": "644 x" });
  });

  const refused: [string, () => Blob, RegExp][] = [
    ["is no ZIP", () => new Blob(["hello"]), /no ZIP/],
    ["is empty", () => new Blob([]), /no ZIP/],
    [
      "is cut short",
      () => handMadeZip([{ name: "a", data: text("x".repeat(999)) }]).slice(0, 60),
      /no ZIP|damaged/,
    ],
    [
      "has a wrong checksum",
      () =>
        handMadeZip([
          { name: "ok", data: text("1") },
          { name: "a", data: text("x"), claims: { crc: 1 } },
        ]),
      /checksum/,
    ],
    [
      "leads out",
      () =>
        handMadeZip([
          { name: "ok", data: text("1") },
          { name: "../evil", data: text("x") },
        ]),
      /leads out/,
    ],
    ["leads out in the middle", () => handMadeZip([{ name: "a/../../evil", data: text("x") }]), /leads out/],
    [
      "leads out with backslashes",
      () => handMadeZip([{ name: "..\\evil", data: text("x"), madeOn: 0 }]),
      /leads out/,
    ],
    ["is absolute", () => handMadeZip([{ name: "/etc/passwd", data: text("x") }]), /leads out/],
    ["has a drive", () => handMadeZip([{ name: "C:\\evil", data: text("x"), madeOn: 0 }]), /leads out/],
    [
      "holds .git",
      () =>
        handMadeZip([
          { name: "ok", data: text("1") },
          { name: "a/.GIT/config", data: text("x") },
        ]),
      /not allowed/,
    ],
    ["holds a NUL", () => handMadeZip([{ name: "a\0b", data: text("x") }]), /not allowed/],
    [
      "holds an over-long name",
      () => handMadeZip([{ name: "x".repeat(300), data: text("x") }]),
      /not allowed/,
    ],
    [
      "holds a name twice",
      () =>
        handMadeZip([
          { name: "a", data: text("1") },
          { name: "a", data: text("2") },
        ]),
      /twice/,
    ],
    ["is a bomb", () => handMadeZip([{ name: "zeros", data: zeros(150) }]), /bomb/],
    [
      "is a bomb that lies of its size",
      () => handMadeZip([{ name: "zeros", data: zeros(150), claims: { size: 1_000 } }]),
      /bomb|damaged|checksum/,
    ],
    [
      "says it is huge",
      () => handMadeZip([{ name: "a", data: text("x"), claims: { size: 3 * 1024 ** 3 } }]),
      /more than 2 GB/,
    ],
    [
      "lies over itself",
      () =>
        handMadeZip([
          { name: "a", data: zeros(1) },
          { name: "b", data: zeros(1), claims: { offset: 0 } },
        ]),
      /over each other|damaged/,
    ],
    ["has a password", () => handMadeZip([{ name: "a", data: text("x"), flags: 0x801 }]), /password/],
  ];
  test.each(refused)("is refused when it %s, and nothing is written", async (_what, make, reason) => {
    await ws.write("mine", "x");
    const failure: unknown = await ws.importZip(make()).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: "bad-archive" });
    expect((failure as Error).message).toMatch(reason);
    expect(await filesPicture(ws)).toEqual({ mine: "644 x" });
    expect(await ws.snapshots()).toEqual([]);
  });

  test("is refused when a folder is where it has a file", async () => {
    await ws.write("a/b", "x");
    await expect(
      ws.importZip(
        handMadeZip([
          { name: "new", data: text("1") },
          { name: "a", data: text("1") },
        ]),
      ),
    ).rejects.toMatchObject({ code: "is-directory" });
    expect(await filesPicture(ws)).toEqual({ "a/b": "644 x" });
  });
});

describe("a ZIP of the workspace", () => {
  let folder: ReturnType<typeof temporaryFolder>;
  beforeEach(() => {
    folder = temporaryFolder();
  });
  afterEach(() => folder.remove());

  /** Unpacks with a tool that is not ours. */
  function unpack(zip: Uint8Array): Record<string, string> {
    writeFileSync(join(folder.path, "it.zip"), zip);
    const out = join(folder.path, "out");
    mkdirSync(out);
    const script = [
      "import sys, zipfile, os, stat",
      "z = zipfile.ZipFile(sys.argv[1]); assert z.testzip() is None",
      "for i in z.infolist():",
      "    mode = i.external_attr >> 16; path = os.path.join(sys.argv[2], i.filename)",
      "    if stat.S_ISLNK(mode): os.makedirs(os.path.dirname(path), exist_ok=True); os.symlink(z.read(i).decode(), path)",
      "    else: z.extract(i, sys.argv[2]); os.chmod(path, stat.S_IMODE(mode))",
    ].join("\n");
    execFileSync("python3", ["-c", script, join(folder.path, "it.zip"), out]);
    return diskPicture(out);
  }

  test("holds every file as it is, but nothing that can be made again", async () => {
    await ws.write("a.txt", "hello");
    await ws.write("日本語/😀 file.bin", Uint8Array.of(0, 255, 1));
    await ws.write(
      "big.bin",
      new Uint8Array(1_500_000).map((_, at) => at % 251),
    );
    await ws.apply({
      origin: "x",
      changes: [{ kind: "write", path: "run.sh", content: text("#!/bin/sh\n"), mode: 0o755 }],
    });
    await ws.symlink("a.txt", "link");
    await ws.snapshot("kept");
    await ws.write("unsaved", "x");
    const expected = await filesPicture(ws);
    await ws.write("node_modules/p/index.js", "x");
    await ws.mkdir("empty");
    expect(unpack(await ws.exportZip())).toEqual(expected);
  });

  test("can be of one folder or one file", async () => {
    await ws.write("a/b/c", "1");
    await ws.write("a/d", "2");
    await ws.write("e", "3");
    expect(unpack(await ws.exportZip("a"))).toEqual({ "b/c": "644 1", d: "644 2" });
    await expect(ws.exportZip("none")).rejects.toMatchObject({ code: "not-found" });
  });

  test("comes back the same", async () => {
    await ws.write("a/b/c", "1");
    await ws.symlink("b/c", "a/l");
    await ws.write("é", "2");
    const zip = await ws.exportZip();
    const other = await openHub(freshId());
    await other.importZip(new Blob([zip]));
    expect(await filesPicture(other)).toEqual(await filesPicture(ws));
  });
});
