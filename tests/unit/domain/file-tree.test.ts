import { describe, expect, test } from "vitest";

import { OkcvmError } from "../../../src/domain/errors.ts";
import { FileTree, type FileNode, type TreeNode } from "../../../src/domain/file-tree.ts";
import { normalizePath } from "../../../src/domain/paths.ts";
import { seeded } from "../../support/ports/seeded.ts";

type Tree = FileTree<string>;

/** Links are followed as a workspace follows them; "/" is the tree's own root here. */
function makeTree(): Tree {
  return new FileTree<string>(
    { kind: "directory", mode: 0o755, mtime: 0, children: new Map() },
    (from, target) => {
      if (target.startsWith("/outside")) throw new OkcvmError("outside-workspace", `${target} is outside.`);
      return normalizePath(target.startsWith("/") ? target : `/${from}/${target}`).slice(1);
    },
  );
}

const file = (content: string, mtime = 1): FileNode<string> => ({
  kind: "file",
  mode: 0o644,
  size: content.length,
  mtime,
  content,
});
const link = (target: string) => ({ kind: "symlink" as const, mode: 0o777, mtime: 1, target });

function picture(tree: Tree): Record<string, string> {
  const show = (node: TreeNode<string>): string =>
    node.kind === "file" ? `file ${node.content}` : node.kind === "symlink" ? `-> ${node.target}` : "folder";
  return Object.fromEntries([...tree.walk()].map(({ path, node }) => [path, show(node)]));
}

function codeOf(task: () => unknown): string {
  try {
    task();
    return "ok";
  } catch (error) {
    return error instanceof OkcvmError ? error.code : String(error);
  }
}

/** Checks that a refusal has its code and left the tree as it was. */
function refuses(tree: Tree, code: string, task: () => unknown): void {
  const before = picture(tree);
  expect(codeOf(task)).toBe(code);
  expect(picture(tree)).toEqual(before);
}

describe("files and folders", () => {
  test("putFile makes parents, says what it touched, and gives back what it replaced", () => {
    const tree = makeTree();
    const first = tree.putFile("a/b/f", file("1"));
    expect(first).toMatchObject({ path: "a/b/f", previous: null });
    expect(first.touched).toContain(tree.root);
    expect(first.touched).toContain(tree.directory("a"));
    expect(first.touched).toContain(tree.directory("a/b"));
    const again = tree.putFile("a/b/f", file("2"));
    expect(again.previous?.content).toBe("1");
    expect(picture(tree)).toEqual({ a: "folder", "a/b": "folder", "a/b/f": "file 2" });
  });

  test("refusals change nothing", () => {
    const tree = makeTree();
    tree.putFile("d/f", file("x"));
    refuses(tree, "is-directory", () => tree.putFile("d", file("y")));
    refuses(tree, "is-directory", () => tree.putFile("", file("y")));
    refuses(tree, "not-directory", () => tree.putFile("d/f/deep/er", file("y")));
    refuses(tree, "not-directory", () => tree.makeDirectory("d/f", 2));
    refuses(tree, "not-directory", () => tree.makeDirectory("d/f/x", 2));
    refuses(tree, "exists", () => tree.putSymlink("d/f", link("x")));
    refuses(tree, "not-directory", () => tree.putSymlink("d/f/l", link("x")));
    refuses(tree, "not-found", () => tree.remove("none", 2));
    refuses(tree, "not-found", () => tree.remove("none/below", 2));
    refuses(tree, "bad-path", () => tree.remove("", 2));
    refuses(tree, "not-found", () => tree.directory("none"));
    refuses(tree, "not-directory", () => tree.directory("d/f"));
  });

  test("names that objects have of their own are names like others", () => {
    const tree = makeTree();
    for (const name of ["__proto__", "constructor", "toString"]) {
      expect(tree.get(name)).toBeNull();
      tree.putFile(`${name}/${name}`, file(name));
      expect(tree.get(`${name}/${name}`)).toMatchObject({ content: name });
    }
  });

  test("a folder that is there stays, with what is in it", () => {
    const tree = makeTree();
    tree.putFile("a/f", file("x"));
    expect(tree.makeDirectory("a", 9)).toEqual([]);
    expect(tree.makeDirectory("", 9)).toEqual([]);
    expect(picture(tree)).toEqual({ a: "folder", "a/f": "file x" });
  });
});

describe("symlinks", () => {
  test("are followed for reading and writing, also through folders", () => {
    const tree = makeTree();
    tree.putFile("real/f", file("x"));
    tree.putSymlink("dir", link("real"));
    tree.putSymlink("deep/up", link("../real/f"));
    tree.putSymlink("abs", link("/real"));
    expect(tree.resolve("dir/f", { followLast: false }).path).toBe("real/f");
    expect(tree.get("deep/up")).toMatchObject({ content: "x" });
    expect(tree.get("abs/f")).toMatchObject({ content: "x" });
    expect(tree.putFile("deep/up", file("y")).path).toBe("real/f");
    expect(tree.get("dir/f")).toMatchObject({ content: "y" });
  });

  test("themselves are removed and moved, not what they point at", () => {
    const tree = makeTree();
    tree.putFile("real/f", file("x"));
    tree.putSymlink("l", link("real"));
    expect(tree.rename("l", "m", 2)).toMatchObject({ from: "l", to: "m", replaced: null });
    expect(tree.remove("m", 3).node.kind).toBe("symlink");
    expect(picture(tree)).toEqual({ real: "folder", "real/f": "file x" });
  });

  test("that loop are an error, not a hang", () => {
    const tree = makeTree();
    tree.putSymlink("self", link("self"));
    tree.putSymlink("a", link("b"));
    tree.putSymlink("b", link("a"));
    tree.putSymlink("grow", link("grow/grow"));
    for (const path of ["self", "a", "b", "grow", "self/x", "a/b/c"]) {
      refuses(tree, "bad-path", () => tree.get(path));
      refuses(tree, "bad-path", () => tree.putFile(path, file("x")));
      refuses(tree, "bad-path", () => tree.makeDirectory(path, 2));
    }
    expect(tree.resolve("self", { followLast: false }).node?.kind).toBe("symlink");
    tree.remove("self", 2);
  });

  test("forty in a row are followed, more are not", () => {
    const tree = makeTree();
    tree.putFile("l0", file("end"));
    for (let at = 1; at <= 41; at++) tree.putSymlink(`l${at}`, link(`l${at - 1}`));
    expect(tree.get("l40")).toMatchObject({ content: "end" });
    refuses(tree, "bad-path", () => tree.get("l41"));
  });

  test("that leave the tree are refused", () => {
    const tree = makeTree();
    tree.putSymlink("out", link("/outside/etc"));
    refuses(tree, "outside-workspace", () => tree.get("out"));
    refuses(tree, "outside-workspace", () => tree.get("out/passwd"));
    refuses(tree, "outside-workspace", () => tree.putFile("out/x", file("x")));
    refuses(tree, "outside-workspace", () => tree.rename("out/a", "b", 2));
  });

  test("to nothing: writing makes the target, the link stays", () => {
    const tree = makeTree();
    tree.putSymlink("l", link("made/later"));
    expect(tree.get("l")).toBeNull();
    tree.putFile("l", file("x"));
    expect(picture(tree)).toEqual({ l: "-> made/later", made: "folder", "made/later": "file x" });
  });

  test("to nothing: making a folder there does not lose the link", () => {
    const tree = makeTree();
    tree.putSymlink("l", link("elsewhere"));
    // The link may be refused or followed, as mkdir -p and writing through it do; it may not be overwritten.
    codeOf(() => tree.makeDirectory("l/sub", 2));
    expect(picture(tree)["l"]).toBe("-> elsewhere");
    codeOf(() => tree.makeDirectory("l", 2));
    expect(picture(tree)["l"]).toBe("-> elsewhere");
  });
});

describe("rename", () => {
  test("onto itself does nothing, in every spelling", () => {
    const tree = makeTree();
    tree.putFile("d/f", file("x"));
    tree.putSymlink("l", link("d"));
    const before = picture(tree);
    for (const [from, to] of [
      ["d/f", "d/f"],
      ["d", "d"],
      ["l/f", "d/f"],
      ["d/f", "l/f"],
      ["l", "l"],
    ] as const) {
      expect(tree.rename(from, to, 5).touched).toEqual([]);
      expect(picture(tree)).toEqual(before);
    }
  });

  test("replaces a file and an empty folder, and says what went", () => {
    const tree = makeTree();
    tree.putFile("from", file("new"));
    tree.putFile("to", file("old"));
    expect(tree.rename("from", "to", 2).replaced).toMatchObject({ content: "old" });
    tree.putFile("d/f", file("x"));
    tree.makeDirectory("empty", 2);
    expect(tree.rename("d", "empty", 3).replaced?.kind).toBe("directory");
    expect(picture(tree)).toEqual({ to: "file new", empty: "folder", "empty/f": "file x" });
  });

  test("makes the parents of its target", () => {
    const tree = makeTree();
    tree.putFile("f", file("x"));
    tree.rename("f", "a/b/g", 2);
    expect(picture(tree)).toEqual({ a: "folder", "a/b": "folder", "a/b/g": "file x" });
  });

  test("refuses what rename(2) refuses, and changes nothing", () => {
    const tree = makeTree();
    tree.putFile("full/f", file("x"));
    tree.putFile("other/f", file("x"));
    tree.putFile("file", file("x"));
    tree.putSymlink("into", link("full"));
    refuses(tree, "not-found", () => tree.rename("none", "x", 2));
    refuses(tree, "bad-path", () => tree.rename("full", "full/sub", 2));
    refuses(tree, "bad-path", () => tree.rename("full", "full/a/b/c", 2));
    refuses(tree, "bad-path", () => tree.rename("full", "into/sub", 2));
    refuses(tree, "bad-path", () => tree.rename("", "x", 2));
    refuses(tree, "not-empty", () => tree.rename("full", "other", 2));
    refuses(tree, "is-directory", () => tree.rename("file", "full", 2));
    refuses(tree, "not-directory", () => tree.rename("full", "file", 2));
    refuses(tree, "not-directory", () => tree.rename("file", "file/below", 2));
    tree.makeDirectory("full/sub", 2);
    refuses(tree, "not-empty", () => tree.rename("full/sub", "full", 2));
  });

  test("a look-alike prefix is another folder", () => {
    const tree = makeTree();
    tree.putFile("ab/f", file("x"));
    tree.rename("ab", "abc", 2);
    tree.rename("abc", "ab/c", 3);
    expect(picture(tree)).toEqual({ ab: "folder", "ab/c": "folder", "ab/c/f": "file x" });
  });
});

/** The same tree as a flat object from path to content; null for folders. No symlinks. */
class Model {
  readonly nodes: Record<string, string | null> = Object.create(null) as Record<string, string | null>;

  isFolder(path: string): boolean {
    return path === "" || this.nodes[path] === null;
  }
  isFile(path: string): boolean {
    return typeof this.nodes[path] === "string";
  }
  below(path: string): string[] {
    return Object.keys(this.nodes).filter((other) => path === "" || other.startsWith(`${path}/`));
  }
  /** The folders above a path; null when one of them is a file. */
  above(path: string): string[] | null {
    const names = path.split("/").slice(0, -1);
    const folders = names.map((_, index) => names.slice(0, index + 1).join("/"));
    return folders.some((folder) => this.isFile(folder)) ? null : folders;
  }
  makeAbove(path: string): void {
    for (const folder of this.above(path) ?? []) this.nodes[folder] = null;
  }
  put(path: string, content: string): string {
    if (!this.above(path)) return "not-directory";
    if (this.isFolder(path)) return "is-directory";
    this.makeAbove(path);
    this.nodes[path] = content;
    return "ok";
  }
  mkdir(path: string): string {
    if (!this.above(path) || this.isFile(path)) return "not-directory";
    if (path === "") return "ok";
    this.makeAbove(path);
    this.nodes[path] = null;
    return "ok";
  }
  remove(path: string): string {
    if (path === "") return "bad-path";
    if (!this.above(path)) return "not-directory";
    if (!(path in this.nodes)) return "not-found";
    for (const other of [path, ...this.below(path)]) delete this.nodes[other];
    return "ok";
  }
  rename(from: string, to: string): string {
    if (!this.above(from)) return "not-directory";
    if (from !== "" && !(from in this.nodes)) return "not-found";
    if (!this.above(to)) return "not-directory";
    if (from === to) return "ok";
    if (from === "" || to === "" || to.startsWith(`${from}/`)) return "bad-path";
    if (this.isFolder(to)) {
      if (!this.isFolder(from)) return "is-directory";
      if (this.below(to).length > 0) return "not-empty";
    } else if (this.isFile(to) && this.isFolder(from)) return "not-directory";
    this.makeAbove(to);
    for (const old of [from, ...this.below(from)]) {
      this.nodes[`${to}${old.slice(from.length)}`] = this.nodes[old] as string | null;
      delete this.nodes[old];
    }
    return "ok";
  }
}

describe("2,000 random operations", () => {
  test.each([1, 2, 3, 4, 5])("give what a plain object gives (seed %i)", (seed) => {
    const random = seeded(seed);
    const tree = makeTree();
    const model = new Model();
    const outcomes = new Set<string>();
    const name = (): string => "abc"[random(3)] as string;
    const path = (): string =>
      random(40) === 0 ? "" : Array.from({ length: 1 + random(3) }, name).join("/");
    for (let step = 0; step < 2_000; step++) {
      const [kind, one, two] = [random(10), path(), path()];
      const run = (): [string, string] => {
        if (kind < 3) return [codeOf(() => tree.putFile(one, file(`v${step}`))), model.put(one, `v${step}`)];
        if (kind < 5) return [codeOf(() => tree.makeDirectory(one, step)), model.mkdir(one)];
        if (kind < 6) return [codeOf(() => tree.remove(one, step)), model.remove(one)];
        return [codeOf(() => tree.rename(one, two, step)), model.rename(one, two)];
      };
      const [got, wanted] = run();
      const what = `step ${step}: ${kind} ${one} ${two}`;
      expect(got, what).toBe(wanted);
      outcomes.add(wanted);
      const expected = Object.fromEntries(
        Object.entries(model.nodes).map(([at, content]) => [
          at,
          content === null ? "folder" : `file ${content}`,
        ]),
      );
      expect(picture(tree), what).toEqual(expected);
    }
    expect([...outcomes].toSorted()).toEqual([
      "bad-path",
      "is-directory",
      "not-directory",
      "not-empty",
      "not-found",
      "ok",
    ]);
  });
});
