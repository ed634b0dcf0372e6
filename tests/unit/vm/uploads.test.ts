import { beforeEach, describe, expect, test } from "vitest";

import { listUploads, saveUploads, UPLOAD_LIMITS } from "../../../src/vm/uploads.ts";
import { memoryWorkspace, type MemoryWorkspace } from "../../support/ports/memory-workspace.ts";

let workspace: MemoryWorkspace;
beforeEach(() => {
  workspace = memoryWorkspace();
});

const file = (name: string, content = name, type = ""): { name: string; content: Blob } => ({
  name,
  content: new Blob([content], { type }),
});
const save = (...names: string[]) =>
  saveUploads(
    workspace,
    names.map((name) => file(name)),
    {},
  );
/** A file that claims a size without taking the memory. */
const heavy = (size: number): { name: string; content: Blob } => ({
  name: "heavy.bin",
  content: Object.defineProperty(new Blob(["x"]), "size", { value: size }),
});

describe("uploads", () => {
  test("land in the upload folder byte for byte, with their size and type", async () => {
    const saved = await saveUploads(
      workspace,
      [file("a.csv", "x,y"), file("b", "世", "image/png"), file("c.html", "", "")],
      {},
    );
    expect(saved).toEqual([
      { path: "upload/a.csv", name: "a.csv", size: 3, mediaType: "text/csv" },
      { path: "upload/b", name: "b", size: 3, mediaType: "image/png" },
      { path: "upload/c.html", name: "c.html", size: 0, mediaType: "text/html" },
    ]);
    expect(await workspace.readText("upload/b")).toBe("世");
    expect(await listUploads(workspace)).toEqual(
      ["a.csv", "b", "c.html"].map((name) => `${workspace.root}/upload/${name}`),
    );
  });

  test("with a name that is taken get a number; nothing is overwritten, whatever its case", async () => {
    const names = (await save("a.txt", "a.txt", "A.TXT", "noext", "noext", ".env", ".env")).map(
      (one) => one.name,
    );
    expect(names.slice(0, 2)).toEqual(["a.txt", "a (2).txt"]);
    expect(names.slice(3)).toEqual(["noext", "noext (2)", ".env", ".env (2)"]);
    expect(new Set(names.map((name) => name.toLowerCase())).size).toBe(7);
    expect((await save("a.txt", "a (2).txt")).every((one) => !names.includes(one.name))).toBe(true);
    expect(await workspace.list("upload")).toHaveLength(9);
  });

  test("overwrite nothing in a folder of more than 200 files", async () => {
    for (let round = 0; round < 3; round++)
      await save(
        ...Array.from({ length: 100 }, (_, at) => `f${String(round * 100 + at).padStart(3, "0")}.txt`),
      );
    await workspace.write("upload/f299.txt", "precious");
    await save("f299.txt");
    expect(await workspace.readText("upload/f299.txt")).toBe("precious");
    expect(await listUploads(workspace)).toHaveLength(200);
  });

  test("do not take the name of a folder that is there", async () => {
    await workspace.mkdir("upload/dir");
    expect((await save("dir"))[0]?.name).toBe("dir (2)");
  });

  test.each([
    ["../../etc/passwd", "passwd"],
    ["C:\\Users\\me\\photo.png", "photo.png"],
    ["a/b/c.txt", "c.txt"],
    ["..", "file"],
    [".", "file"],
    ["", "file"],
    ["  spaced .txt ", "spaced .txt"],
    ["line\nbreak\u0000.txt", "linebreak.txt"],
    ["\u0007", "file"],
    ["世界 🙂.txt", "世界 🙂.txt"],
    ["__proto__", "__proto__"],
  ])("named %j are kept as %j, inside the folder", async (given, kept) => {
    expect((await save(given))[0]).toMatchObject({ name: kept, path: `upload/${kept}` });
    expect(await workspace.list("")).toHaveLength(1);
  });

  test("with an over-long name are cut to one a file system takes, with their extension", async () => {
    for (const name of [`${"x".repeat(400)}.png`, `${"世".repeat(200)}.png`, `${"🙂".repeat(100)}.png`]) {
      const [one] = await save(name);
      expect(one?.name).toMatch(/\.png$/);
      expect(Buffer.byteLength(one?.name ?? "")).toBeLessThanOrEqual(255);
    }
  });

  test("with an over-long extension too", async () => {
    expect((await save(`a.${"x".repeat(400)}`))[0]?.name.length).toBeLessThanOrEqual(255);
  });

  test("of 100 files and of 100 MB each are taken, more is refused before anything is written", async () => {
    expect(UPLOAD_LIMITS).toEqual({ files: 100, bytes: 104_857_600 });
    const many = Array.from({ length: 101 }, (_, at) => file(`f${at}`));
    await expect(saveUploads(workspace, many, {})).rejects.toMatchObject({
      code: "too-large",
      message: expect.stringMatching(/101.*100/),
    });
    await expect(saveUploads(workspace, [file("ok"), heavy(104_857_601)], {})).rejects.toMatchObject({
      code: "too-large",
      message: expect.stringMatching(/heavy\.bin.*100 MB/),
    });
    expect(await workspace.list("")).toEqual([]);
    expect(await saveUploads(workspace, many.slice(1), {})).toHaveLength(100);
    expect(await saveUploads(workspace, [heavy(104_857_600)], {})).toHaveLength(1);
  });

  test("tell their progress in bytes and can be stopped between files", async () => {
    const progress: number[][] = [];
    await saveUploads(workspace, [file("a", "123"), file("b", "45")], {
      onProgress: (...figures) => progress.push(figures),
    });
    expect(progress).toEqual([
      [3, 5],
      [5, 5],
    ]);
    const abort = new AbortController();
    const stopped = saveUploads(workspace, [file("c"), file("d")], {
      signal: abort.signal,
      onProgress: () => abort.abort(),
    });
    await expect(stopped).rejects.toMatchObject({ code: "aborted" });
    expect(await workspace.stat("upload/c")).not.toBeNull();
    expect(await workspace.stat("upload/d")).toBeNull();
  });

  test("when something else lies in the folder's place: listing is empty", async () => {
    expect(await listUploads(workspace)).toEqual([]);
    await workspace.write("upload", "a file");
    expect(await listUploads(workspace)).toEqual([]);
    await expect(save("a")).rejects.toMatchObject({ code: "not-directory" });
  });
});
