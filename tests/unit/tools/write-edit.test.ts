import { beforeEach, describe, expect, test } from "vitest";

import { OkcvmError } from "../../../src/domain/errors.ts";
import { ToolBench } from "../../support/ports/tool-context.ts";

let bench: ToolBench;
beforeEach(() => {
  bench = new ToolBench();
});

const write = (args: object) => bench.run("write_file", args);
const edit = (old_string: string, new_string: string, more: object = {}) =>
  bench.run("edit_file", { file_path: "f", old_string, new_string, ...more });
const text = (path = "f"): Promise<string> => bench.workspace.readText(path);

/** A file the agent has read. */
async function known(content: string | Uint8Array<ArrayBuffer>, path = "f"): Promise<void> {
  await bench.workspace.write(path, content);
  bench.reads.add(`${bench.workspace.root}/${path}`);
}

describe("calls at the same time", () => {
  test("lose nothing: appends all arrive, edits all last", async () => {
    await known("x\n");
    await Promise.all([1, 2, 3].map((n) => write({ file_path: "f", content: `${n}\n`, append: true })));
    expect(await text()).toBe("x\n1\n2\n3\n");
    await known("one two three", "g");
    await Promise.all(
      ["one", "two", "three"].map((word) =>
        bench.run("edit_file", { file_path: "g", old_string: word, new_string: word.toUpperCase() }),
      ),
    );
    expect(await text("g")).toBe("ONE TWO THREE");
  });
});

describe("write_file", () => {
  test("makes a file with its parents, which may be written and edited again at once", async () => {
    const result = await write({ file_path: "a/b/c.txt", content: "héllo\n" });
    expect(result).toMatchObject({
      ok: true,
      data: { path: `${bench.workspace.root}/a/b/c.txt`, bytes: 7, created: true },
    });
    expect(await text("a/b/c.txt")).toBe("héllo\n");
    expect(await write({ file_path: "a/b/c.txt", content: "two" })).toMatchObject({
      ok: true,
      data: { created: false },
    });
    expect(await text("a/b/c.txt")).toBe("two");
  });

  test("refuses a file that was not read, with and without append, and changes nothing", async () => {
    await bench.workspace.write("f", "precious");
    for (const append of [false, true]) {
      const result = await write({ file_path: "f", content: "x", append });
      expect(result).toMatchObject({
        ok: false,
        error: { code: "not-read" },
        output: expect.stringMatching(/read_file.*nothing was changed/),
      });
      expect(await text()).toBe("precious");
    }
    expect(bench.reads.size).toBe(0);
  });

  test("takes a file that was read, by whatever name", async () => {
    await bench.workspace.write("d/f", "old");
    await bench.run("read_file", { file_path: "/mnt/okcomputer/d/f" });
    expect(await write({ file_path: "./d//f", content: "new" })).toMatchObject({ ok: true });
    expect(await text("d/f")).toBe("new");
  });

  test("append adds to the end byte for byte, and makes a file that is not there", async () => {
    await known(Uint8Array.of(0xff, 0x00, 0x0d));
    await write({ file_path: "f", content: "世\n", append: true });
    expect([...(await bench.workspace.readBytes("f"))]).toEqual([0xff, 0, 0x0d, ...Buffer.from("世\n")]);
    expect(await write({ file_path: "new", content: "x", append: true })).toMatchObject({
      ok: true,
      data: { created: true },
    });
    expect(await write({ file_path: "new", content: "y", append: "true" })).toMatchObject({ ok: true });
    expect(await text("new")).toBe("xy");
  });

  test("keeps content as it is: line ends, byte order mark, no line break added", async () => {
    for (const content of ["", "a\r\nb", "\uFEFFa", "$& $1 \\n", "🙂"]) {
      await write({ file_path: "f", content });
      expect(await text()).toBe(content);
    }
  });

  test("takes 100,000 characters and not one more", async () => {
    expect(await write({ file_path: "f", content: "x".repeat(100_000) })).toMatchObject({ ok: true });
    const result = await write({ file_path: "f", content: "y".repeat(100_001) });
    expect(result).toMatchObject({
      ok: false,
      error: { code: "too-large" },
      output: expect.stringMatching(/100,000.*append/),
    });
    expect(await text()).toBe("x".repeat(100_000));
  });

  test("refuses folders and paths outside", async () => {
    await bench.workspace.mkdir("d");
    expect(await write({ file_path: "d", content: "x" })).toMatchObject({
      ok: false,
      error: { code: "is-directory" },
    });
    expect(await write({ file_path: "", content: "x" })).toMatchObject({ ok: false });
    for (const path of ["/etc/x", "../x", "/mnt/okcvm-12345678x/x"]) {
      expect(await write({ file_path: path, content: "x" })).toMatchObject({
        ok: false,
        error: { code: "outside-workspace" },
      });
    }
    await known("x", "file");
    expect(await write({ file_path: "file/below", content: "x" })).toMatchObject({
      ok: false,
      error: { code: "not-directory" },
    });
  });

  test("a write that storage refuses is an error, and the file does not count as read", async () => {
    bench.workspace.faults.set("write", new OkcvmError("storage-full", "Full."));
    expect(await write({ file_path: "f", content: "x" })).toMatchObject({
      ok: false,
      error: { code: "storage-full" },
    });
    expect(bench.reads.size).toBe(0);
  });
});

describe("edit_file", () => {
  test("replaces the one place and shows it", async () => {
    await known("one\ntwo\nthree\n");
    const result = await edit("two", "2\n2b");
    expect(result).toMatchObject({ ok: true, data: { replacements: 1 } });
    expect(result.output).toContain("     2\t2\n     3\t2b\n");
    expect(await text()).toBe("one\n2\n2b\nthree\n");
  });

  test.each(["$&", "$1", "$$", "$`", "$'", "$<a>", "\\1", "\\n", "\\", "\\u0041", "", "🙂", "(.*)"])(
    "%j is literal, in both places",
    async (odd) => {
      await known(`a[X]b`);
      await edit("[X]", odd);
      expect(await text()).toBe(`a${odd}b`);
      if (odd === "") return;
      await edit(odd, "[Y]");
      expect(await text()).toBe("a[Y]b");
    },
  );

  test("refuses and changes nothing", async () => {
    await known("aXbXc");
    const cases: [object, string][] = [
      [{ old_string: "X", new_string: "Y" }, "many-matches"],
      [{ old_string: "Z", new_string: "Y" }, "no-match"],
      [{ old_string: "x", new_string: "Y" }, "no-match"],
      [{ old_string: "X", new_string: "X" }, "bad-arguments"],
      [{ old_string: "X", new_string: "X", replace_all: true }, "bad-arguments"],
      [{ old_string: "", new_string: "Y" }, "bad-arguments"],
      [{ old_string: "X" }, "bad-arguments"],
    ];
    for (const [args, code] of cases) {
      expect(await bench.run("edit_file", { file_path: "f", ...args })).toMatchObject({
        ok: false,
        error: { code },
      });
      expect(await text()).toBe("aXbXc");
    }
    expect((await edit("X", "Y")).output).toMatch(/2 times.*replace_all/);
  });

  test("refuses a file that was not read, does not exist, or is a folder", async () => {
    await bench.workspace.write("f", "x");
    expect(await edit("x", "y")).toMatchObject({
      ok: false,
      error: { code: "not-read" },
      output: expect.stringMatching(/read_file/),
    });
    expect(await text()).toBe("x");
    expect(await edit("x", "y", { file_path: "none" })).toMatchObject({
      ok: false,
      error: { code: "not-found" },
    });
    expect(await bench.workspace.stat("none")).toBeNull();
    await bench.workspace.mkdir("d");
    expect(await edit("x", "y", { file_path: "d" })).toMatchObject({
      ok: false,
      error: { code: "is-directory" },
    });
    expect(await edit("x", "y", { file_path: "/etc/passwd" })).toMatchObject({
      ok: false,
      error: { code: "outside-workspace" },
    });
  });

  test("replace_all replaces every place", async () => {
    await known("a.b.c.");
    expect(await edit(".", "::", { replace_all: "true" })).toMatchObject({
      ok: true,
      data: { replacements: 3 },
    });
    expect(await text()).toBe("a::b::c::");
  });

  test("keeps the byte order mark and CRLF", async () => {
    await known("\uFEFFone\r\ntwo\r\n");
    await edit("two", "2");
    expect(await text()).toBe("\uFEFFone\r\n2\r\n");
    expect(await edit("one\n", "1\n")).toMatchObject({ ok: false, error: { code: "no-match" } });
    await edit("one\r\n", "1\r\n");
    expect([...(await bench.workspace.readBytes("f"))].slice(0, 5)).toEqual([0xef, 0xbb, 0xbf, 0x31, 0x0d]);
  });

  test("does not spoil bytes that are not UTF-8", async () => {
    const bytes = Uint8Array.of(0x61, 0xff, 0x62);
    await known(bytes);
    expect(await edit("a", "c")).toMatchObject({ ok: false, error: { code: "not-supported" } });
    expect(await bench.workspace.readBytes("f")).toEqual(bytes);
  });

  test("shows at most some lines of a long replacement", async () => {
    await known("X");
    const { output } = await edit("X", "line\n".repeat(5_000));
    expect(output.split("\n").length).toBeLessThan(50);
  });

  test("an edit that storage refuses is an error and changes nothing", async () => {
    await known("x");
    bench.workspace.faults.set("write", new OkcvmError("storage-full", "Full."));
    expect(await edit("x", "y")).toMatchObject({ ok: false, error: { code: "storage-full" } });
    expect(await text()).toBe("x");
  });
});
