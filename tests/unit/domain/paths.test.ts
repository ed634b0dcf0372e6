import { describe, expect, test } from "vitest";

import type { OkcvmError } from "../../../src/domain/errors.ts";
import { mountRoot, newId } from "../../../src/domain/ids.ts";
import {
  baseName,
  extensionOf,
  normalizePath,
  parentOf,
  toAbsolutePath,
  toWorkspacePath,
} from "../../../src/domain/paths.ts";

const ROOT = "/mnt/okcvm-12345678";

function codeOf(path: string): string {
  try {
    return `taken as ${toWorkspacePath(ROOT, path)}`;
  } catch (error) {
    return (error as OkcvmError).code;
  }
}

describe("a workspace path", () => {
  test.each([
    ["a.txt", "a.txt"],
    ["./a//b/./c.txt", "a/b/c.txt"],
    ["a/../b", "b"],
    [`${ROOT}`, ""],
    [`${ROOT}/`, ""],
    [`${ROOT}//x/`, "x"],
    [`${ROOT}/a/../../okcvm-12345678/b`, "b"],
    ["/mnt/okcomputer", ""],
    ["/mnt/okcomputer/output/x.html", "output/x.html"],
    ["/mnt/./okcomputer/../okcomputer/x", "x"],
    ["..a/b..", "..a/b.."],
    ["...", "..."],
    ["世界/🙂.txt", "世界/🙂.txt"],
    ["a\\..\\..\\b", "a\\..\\..\\b"],
    ["%2e%2e/x", "%2e%2e/x"],
  ])("%s is %s", (written, inside) => {
    expect(toWorkspacePath(ROOT, written)).toBe(inside);
    expect(toWorkspacePath(ROOT, toAbsolutePath(ROOT, inside))).toBe(inside);
  });

  test.each([
    "..",
    "../x",
    "a/../../x",
    "/",
    "/etc/passwd",
    "/mnt",
    "/mnt/okcvm-12345678x",
    "/mnt/okcvm-12345678x/a",
    "/mnt/okcvm-1234567",
    "/mnt/okcvm-12345679/a",
    "/mnt/okcomputer2/a",
    "/mnt/okcomputer/../okcomputer2",
    `${ROOT}/../okcvm-99999999/secret`,
    `${ROOT}/a/../../../etc/passwd`,
    "//etc/passwd",
    "/MNT/okcvm-12345678/a",
  ])("%s leaves the workspace", (path) => {
    expect(codeOf(path)).toBe("outside-workspace");
  });

  test("the error says where paths belong", () => {
    expect(() => toWorkspacePath(ROOT, "/etc/passwd")).toThrow(
      /\/etc\/passwd.*under \/mnt\/okcvm-12345678\//,
    );
  });

  test("with a NUL is refused, wherever it stands", () => {
    for (const path of ["\0", "a\0", "a/b\0c", `${ROOT}/x\0`, "/etc/\0"])
      expect(codeOf(path)).toBe("bad-path");
  });

  test("is measured in bytes: 255 for a name, 4096 for all of it", () => {
    expect(codeOf("x".repeat(255))).toMatch(/^taken/);
    expect(codeOf("x".repeat(256))).toBe("bad-path");
    expect(codeOf("世".repeat(85))).toMatch(/^taken/);
    expect(codeOf("世".repeat(86))).toBe("bad-path");
    expect(codeOf(`dir/${"🙂".repeat(64)}/x`)).toBe("bad-path");
    const deep = "abcdefg/".repeat(511);
    expect(codeOf(`${deep}12345678`)).toMatch(/^taken/);
    expect(codeOf(`${deep}123456789`)).toBe("bad-path");
  });
});

describe("parts of paths", () => {
  test("normalizing never climbs above the root", () => {
    expect(normalizePath("/../../a/./b//../c/")).toBe("/a/c");
    expect(normalizePath("/")).toBe("/");
    expect(normalizePath("")).toBe("/");
  });

  test("parent, name and extension", () => {
    expect([parentOf("a/b/c"), parentOf("a"), parentOf("")]).toEqual(["a/b", "", ""]);
    expect([baseName("a/b/c.txt"), baseName("c"), baseName("")]).toEqual(["c.txt", "c", ""]);
    expect(["a/b.TAR.GZ", ".bashrc", "a.b/c", "none", "x.", "dir/.x.y"].map(extensionOf)).toEqual([
      "gz",
      "",
      "",
      "",
      "",
      "y",
    ]);
  });
});

describe("ids", () => {
  test("are 32 hex digits, never twice, and name a mount", () => {
    const ids = Array.from({ length: 1_000 }, newId);
    expect(new Set(ids).size).toBe(1_000);
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{32}$/);
    expect(mountRoot("12345678aaaaaaaaaaaaaaaaaaaaaaaa")).toBe(ROOT);
  });
});
