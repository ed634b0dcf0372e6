import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";

import { seeded } from "../../support/ports/seeded.ts";
import { ToolBench } from "../../support/ports/tool-context.ts";

let bench: ToolBench;
beforeEach(() => {
  bench = new ToolBench();
});

const path = (name: string): string => `${bench.workspace.root}/${name}`;
const read = (name: string, more: object = {}) => bench.run("read_file", { file_path: path(name), ...more });
const catN = (text: string): string => execFileSync("cat", ["-n"], { input: text }).toString("utf8");

/** cat -n of many files with one process: each output ends in a NUL. */
function catEach(texts: string[]): string[] {
  const folder = mkdtempSync(join(tmpdir(), "okcvm-cat-"));
  try {
    for (const [at, text] of texts.entries()) writeFileSync(join(folder, String(1_000 + at)), text);
    const script = 'for f in *; do cat -n "$f"; printf "\\0"; done';
    return execFileSync("sh", ["-c", script], { cwd: folder }).toString("utf8").split("\0").slice(0, -1);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe("line numbers", () => {
  const files: [name: string, text: string][] = [
    ["one line", "hello\n"],
    ["no line break at the end", "a\nb"],
    ["one character", "x"],
    ["only a line break", "\n"],
    ["only line breaks", "\n\n\n"],
    ["empty lines between", "a\n\n\nb\n\n"],
    ["a byte order mark", "\ufeffa\nb\n"],
    ["CRLF", "a\r\nb\r\n\r\nc"],
    ["lone carriage returns", "a\rb\r\n\rc\n"],
    ["tabs and spaces", "\ta\t\tb \n  \t\n"],
    ["CJK", "世界\n你好，世界。\n"],
    ["emoji", "🙂🙂\n👩‍👩‍👧 family\n🇩🇪\n"],
    ["combining marks and right-to-left", "e\u0301\n\u05e9\u05dc\u05d5\u05dd\n"],
    ["form feeds and separators of Unicode", "a\fb\u2028c\u2029d\u0085e\vf\n"],
    ["escape sequences", "\u001b[31mred\u001b[0m\n"],
    ["a hundred lines", Array.from({ length: 100 }, (_, at) => `line ${at}\n`).join("")],
    ["a hundred lines, the last unbroken", Array.from({ length: 100 }, (_, at) => `line ${at}`).join("\n")],
    ["a line of exactly 1,000", `${"x".repeat(1_000)}\n`],
  ];

  test.each(files)("are byte for byte those of cat -n: %s", async (_name, text) => {
    await bench.workspace.write("f", text);
    const result = await read("f");
    expect(result).toMatchObject({ ok: true });
    expect(Buffer.from(result.output)).toEqual(Buffer.from(catN(text)));
  });

  test("are those of cat -n on 200 random files", async () => {
    const random = seeded(11);
    const alphabet = ["a", " ", "\t", "\r", "\n", "\n", "世", "🙂", "é", "\u00a0", "0"];
    const texts = Array.from({ length: 200 }, () =>
      Array.from({ length: 1 + random(60) }, () => alphabet[random(alphabet.length)]).join(""),
    );
    const numbered = catEach(texts);
    for (const [at, text] of texts.entries()) {
      await bench.workspace.write("f", text);
      expect((await read("f")).output, JSON.stringify(text)).toBe(numbered[at]);
    }
  });

  test("are those of cat -n past 999,999 too", async () => {
    const text = "y\n".repeat(1_000_002);
    await bench.workspace.write("f", text);
    const result = await read("f", { offset: 999_999, limit: 10 });
    expect(result.output).toBe("999999\ty\n1000000\ty\n1000001\ty\n1000002\ty\n");
  });
});

describe("paging", () => {
  beforeEach(async () => {
    await bench.workspace.write("f", Array.from({ length: 250 }, (_, at) => `line ${at + 1}\n`).join(""));
  });
  const numbers = (output: string): number[] =>
    [...output.matchAll(/^ *(\d+)\tline/gm)].map((match) => Number(match[1]));

  test("shows 100 lines from the first, and says how to read on", async () => {
    const result = await read("f");
    expect(numbers(result.output)).toEqual(Array.from({ length: 100 }, (_, at) => at + 1));
    expect(result.output).toMatch(/100 of 250.*offset 101/);
  });

  test("by offset and limit meets every line once, and ends without a note", async () => {
    const seen: number[] = [];
    let offset = 1;
    for (let page = 0; page < 20 && offset <= 250; page++) {
      const { output } = await read("f", { offset, limit: 37 });
      seen.push(...numbers(output));
      offset = Number(/offset (\d+)/.exec(output)?.[1] ?? 251);
    }
    expect(seen).toEqual(Array.from({ length: 250 }, (_, at) => at + 1));
    expect((await read("f", { offset: 201 })).output).not.toContain("[Lines");
  });

  test("past the end, or with a bad limit or offset, is an error in words", async () => {
    expect(await read("f", { offset: 251 })).toMatchObject({
      ok: false,
      output: expect.stringMatching(/250 lines/),
    });
    expect((await read("f", { offset: 250 })).ok).toBe(true);
    for (const bad of [{ limit: 0 }, { limit: -5 }, { offset: -1 }, { limit: 1.5 }]) {
      expect(await read("f", bad)).toMatchObject({ ok: false, error: { code: "bad-arguments" } });
    }
  });

  test("takes numbers written as strings, and null for left out", async () => {
    expect(numbers((await read("f", { offset: "5", limit: "2" })).output)).toEqual([5, 6]);
    expect(numbers((await read("f", { offset: null, limit: 1 })).output)).toEqual([1]);
  });
});

describe("more than one result holds", () => {
  test("is cut between lines, and says where to read on", async () => {
    await bench.workspace.write("wide.txt", `${"x".repeat(900)}\n`.repeat(1_000));
    const first = await read("wide.txt", { limit: 1_000 });
    expect(first.output.length).toBeLessThan(210_000);
    const next = Number(/Read on with offset (\d+)/.exec(first.output)?.[1]);
    expect(next).toBeGreaterThan(200);
    expect((await read("wide.txt", { offset: next, limit: 1 })).output).toContain(`${next}\tx`);
  });
});

describe("a long line", () => {
  test("over 1,000 characters is cut and says so", async () => {
    await bench.workspace.write("f", `${"x".repeat(1_001)}\nnext\n`);
    const { output } = await read("f");
    expect(output).toMatch(/^ {5}1\tx{1000} \[.*cut.*1 more/);
    expect(output).not.toContain("x".repeat(1_001));
    expect(output).toContain("     2\tnext\n");
  });

  test("is never cut through a surrogate pair", async () => {
    for (const before of [998, 999, 1_000]) {
      await bench.workspace.write("f", `${"x".repeat(before)}🙂${"y".repeat(50)}`);
      const { output } = await read("f");
      expect(output.isWellFormed(), String(before)).toBe(true);
      expect(output).toContain("x".repeat(before));
      expect(output.includes("🙂")).toBe(before === 998);
    }
  });
});

describe("what is there", () => {
  test("an empty file gives a reminder, and counts as read", async () => {
    await bench.workspace.write("empty", "");
    expect(await read("empty")).toMatchObject({ ok: true, output: expect.stringMatching(/empty/) });
    expect(bench.reads.has(path("empty"))).toBe(true);
  });

  test("a missing file, a folder and a path outside are errors that say what to do; none counts as read", async () => {
    await bench.workspace.mkdir("dir");
    expect(await read("none")).toMatchObject({
      ok: false,
      error: { code: "not-found" },
      output: expect.stringContaining("none"),
    });
    expect(await read("dir")).toMatchObject({ ok: false, error: { code: "is-directory" } });
    const outside = await bench.run("read_file", { file_path: "/etc/passwd" });
    expect(outside).toMatchObject({
      ok: false,
      error: { code: "outside-workspace" },
      output: expect.stringContaining(bench.workspace.root),
    });
    expect(bench.reads.size).toBe(0);
  });

  test("relative and legacy paths name the same file, read under one name", async () => {
    await bench.workspace.write("a/f.txt", "x\n");
    for (const name of ["a/f.txt", "./a/../a/f.txt", "/mnt/okcomputer/a/f.txt"]) {
      expect((await bench.run("read_file", { file_path: name })).output).toBe("     1\tx\n");
    }
    expect([...bench.reads]).toEqual([path("a/f.txt")]);
  });

  test("binary bytes and documents not yet supported are refused in words, never shown as noise", async () => {
    await bench.workspace.write("b.bin", Uint8Array.of(1, 2, 0, 3));
    expect(await read("b.bin")).toMatchObject({
      ok: false,
      error: { code: "not-supported" },
      output: expect.stringMatching(/binary.*shell/),
    });
    await bench.workspace.write("d.pdf", "%PDF-1.7 text");
    expect(await read("d.pdf")).toMatchObject({ ok: false, error: { code: "not-supported" } });
  });

  test("bytes that are not UTF-8 are shown as U+FFFD", async () => {
    await bench.workspace.write("f", Uint8Array.of(0x61, 0xff, 0x62, 0x0a));
    expect((await read("f")).output).toBe("     1\ta\uFFFDb\n");
  });
});

describe("images", () => {
  const images: [type: string, bytes: number[]][] = [
    ["image/png", [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13]],
    ["image/jpeg", [0xff, 0xd8, 0xff, 0xe0, 0, 16]],
    ["image/gif", [...Buffer.from("GIF89a"), 1, 0, 1, 0]],
    ["image/gif", [...Buffer.from("GIF87a"), 1, 0, 1, 0]],
    ["image/webp", [...Buffer.from("RIFF"), 4, 0, 0, 0, ...Buffer.from("WEBPVP8 ")]],
  ];

  test.each(images)("%s comes back as an image, whatever its name", async (mediaType, bytes) => {
    await bench.workspace.write("picture.txt", Uint8Array.from(bytes));
    const result = await read("picture.txt");
    expect(result).toMatchObject({
      ok: true,
      output: expect.stringContaining(mediaType),
      content: [
        { type: "image", mediaType, data: Buffer.from(bytes).toString("base64"), path: path("picture.txt") },
      ],
    });
    expect(bench.reads.has(path("picture.txt"))).toBe(true);
  });

  test("text that only looks like one at a glance is text", async () => {
    for (const text of ["Convert WEBP images\n", "GIF8 is not a version\n", "RIFF....WAVE\n"]) {
      await bench.workspace.write("f", text);
      expect((await read("f")).output).toBe(catN(text));
    }
  });

  test("an image too large for a request is refused with the figures", async () => {
    const bytes = new Uint8Array(8 * 1024 * 1024 + 1);
    bytes.set([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
    await bench.workspace.write("big.png", bytes);
    expect(await read("big.png")).toMatchObject({ ok: false, error: { code: "too-large" } });
    expect(bench.reads.size).toBe(0);
  });
});
