import { describe, expect, test } from "vitest";

import { needsOf } from "../../../../src/sandbox/webcontainer/command-needs.ts";
import { FrameReader } from "../../../../src/sandbox/webcontainer/frames.ts";
import { buildMountTree } from "../../../../src/sandbox/webcontainer/mount-tree.ts";
import { PathWall } from "../../../../src/sandbox/webcontainer/path-wall.ts";
import { pendingFrom } from "../../../../src/sandbox/webcontainer/pending-changes.ts";
import { neverBegan, planFor, skillsOf } from "../../../../src/sandbox/webcontainer/shell-skills.ts";
import { TextStream } from "../../../../src/sandbox/webcontainer/text-stream.ts";
import {
  changesBetween,
  staysInEngine,
  type Signature,
} from "../../../../src/sandbox/webcontainer/tree-scan.ts";
import { unfinished } from "../../../../src/sandbox/webcontainer/whole-characters.ts";

const MOUNT = "/mnt/okcvm-0a1b2c3d";
const INSIDE = "/home/okcvm/okcvm-0a1b2c3d";
const wall = new PathWall(MOUNT, INSIDE);
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe("the path wall", () => {
  test.each([
    [`cat ${MOUNT}/a`, `cat ${INSIDE}/a`],
    [`cd ${MOUNT}`, `cd ${INSIDE}`],
    [`--out=${MOUNT}/x:"${MOUNT}/y"`, `--out=${INSIDE}/x:"${INSIDE}/y"`],
    ["ls /mnt/okcomputer/output", `ls ${INSIDE}/output`],
    [`${MOUNT}x /mnt/okcomputers`, `${MOUNT}x /mnt/okcomputers`],
  ])("inward: %s", (text, expected) => {
    expect(wall.inward(text)).toBe(expected);
  });

  test("outward, wherever a chunk is cut", () => {
    const text = `at ${INSIDE}/f:1\n/home/okcvm/other ${INSIDE}`;
    for (let cut = 0; cut <= text.length; cut++) {
      const stream = wall.outwardStream();
      const whole = stream.push(text.slice(0, cut)) + stream.push(text.slice(cut)) + stream.end();
      expect(whole).toBe(`at ${MOUNT}/f:1\n/home/okcvm/other ${MOUNT}`);
    }
  });
});

describe("text", () => {
  test("is whole wherever its bytes are cut", () => {
    const content = bytes(`é世😀 ${INSIDE}/世`);
    for (let cut = 0; cut <= content.length; cut++) {
      const stream = new TextStream(wall, () => {});
      stream.push(content.slice(0, cut));
      stream.push(content.slice(cut));
      stream.end();
      expect(stream.text).toBe(`é世😀 ${MOUNT}/世`);
    }
  });

  test.each([
    ["a", 0],
    ["世", 0],
    ["😀", 0],
  ])("no character of %s is held when it is complete", (text, held) => {
    expect(unfinished(bytes(text))).toBe(held);
  });

  test("the beginning of a character is held, and only that", () => {
    expect(unfinished(bytes("a世").slice(0, -1))).toBe(2);
    expect(unfinished(bytes("😀").slice(0, 3))).toBe(3);
    expect(unfinished(Uint8Array.of(0x80, 0x80, 0x80, 0x80))).toBe(0);
  });
});

describe("frames", () => {
  test("are found among a terminal's other output, cut anywhere", () => {
    const reader = new FrameReader("n");
    const text =
      "echoed scan\r\n\r\n@okcvm n stdout aGk=\r\n(node) warning\r\n\r\n@okcvm other x aGk=\r\n@okcvm n end e30=\r\n";
    const frames = [...text].flatMap((character) => reader.push(character));
    expect(frames.map(({ kind, bytes: content }) => [kind, new TextDecoder().decode(content)])).toEqual([
      ["stdout", "hi"],
      ["end", "{}"],
    ]);
  });
});

describe("a mount tree", () => {
  test("has empty folders, links and bytes", async () => {
    const common = { mode: 0o644, mtime: 0 };
    const tree = await buildMountTree(
      [
        { path: "d", kind: "directory", size: 0, ...common },
        { path: "d/e", kind: "directory", size: 0, ...common },
        { path: "d/f", kind: "file", size: 1, ...common },
        { path: "l", kind: "symlink", size: 1, target: `${MOUNT}/d`, ...common },
      ],
      async () => Uint8Array.of(255),
      (target) => wall.inward(target),
    );
    expect(tree).toEqual({
      d: { directory: { e: { directory: {} }, f: { file: { contents: Uint8Array.of(255) } } } },
      l: { file: { symlink: `${INSIDE}/d` } },
    });
  });
});

describe("changes between two looks", () => {
  const file = (mtime: number, more: Partial<Signature> = {}): Signature => ({
    kind: "file",
    mode: 0o644,
    size: 1,
    mtime,
    ...more,
  });
  const folder: Signature = { kind: "directory", mode: 0o755, size: 0 };
  const link = (target: string): Signature => ({ kind: "symlink", mode: 0o777, size: 0, target });
  const between = (before: Record<string, Signature>, after: Record<string, Signature>) =>
    changesBetween(new Map(Object.entries(before)), new Map(Object.entries(after)));

  test("none", () => {
    const same = { d: folder, "d/f": file(1), l: link("d") };
    expect(between(same, structuredClone(same))).toEqual([]);
  });

  test("removals come first and whole, parents before what is in them", () => {
    expect(
      between({ a: folder, "a/x": file(1), z: file(1) }, { b: folder, "b/x": file(2), z: file(1) }),
    ).toEqual([
      { kind: "remove", path: "a" },
      { kind: "mkdir", path: "b" },
      { kind: "write", path: "b/x", signature: file(2) },
    ]);
  });

  test("a file in a folder's place, and the other way round", () => {
    expect(between({ a: folder, "a/x": file(1) }, { a: file(2) }).map(({ kind }) => kind)).toEqual([
      "remove",
      "write",
    ]);
    expect(between({ a: file(1) }, { a: folder, "a/x": file(1) }).map(({ kind }) => kind)).toEqual([
      "remove",
      "mkdir",
      "write",
    ]);
  });

  test("time, size, hash, mode and target each count", () => {
    expect(between({ f: file(1) }, { f: file(2) })).toHaveLength(1);
    expect(between({ f: file(1) }, { f: file(1, { size: 2 }) })).toHaveLength(1);
    expect(between({ f: file(1, { hash: "a" }) }, { f: file(1, { hash: "b" }) })).toHaveLength(1);
    expect(between({ f: file(1, { hash: "a" }) }, { f: file(2, { hash: "a" }) })).toEqual([]);
    expect(between({ f: file(1) }, { f: file(1, { mode: 0o755 }) })).toEqual([
      { kind: "chmod", path: "f", mode: 0o755 },
    ]);
    expect(between({ l: link("a") }, { l: link("b") })).toHaveLength(2);
  });

  test("packages, caches and Git's folder stay", () => {
    expect(["node_modules/a/b", "x/.git/HEAD", "a/.cache"].every(staysInEngine)).toBe(true);
    expect(["dist/a", ".gitignore", "modules"].some(staysInEngine)).toBe(false);
  });
});

describe("changes on their way to the engine", () => {
  const write = (path: string) => ({ kind: "write" as const, path, size: 1, mode: 0o644, mtime: 0 });

  test("a file is sent once, from where it is last", () => {
    const { operations, written } = pendingFrom([
      write("a/f"),
      write("a/f"),
      write("gone"),
      { kind: "rename", path: "a", to: "b" },
      { kind: "remove", path: "gone" },
    ]);
    expect(operations.map(({ kind }) => kind)).toEqual(["rename", "remove"]);
    expect([...written]).toEqual(["b/f"]);
  });
});

describe("where a command runs", () => {
  const plain = skillsOf({ times: { mtime: true, ctime: true }, commands: ["node", "npm"], shell: "" });
  const full = skillsOf({
    times: { mtime: true, ctime: true },
    commands: ["node", "awk"],
    shell: "ok1\nok2\nf3\n",
  });

  test.each([
    ["ls -la && cat f > g 2>&1", "here"],
    ["npm install && npm run build", "here"],
    ["awk '{print}' f", "fallback"],
    ["ls | grep x", "fallback"],
    ["for i in 1 2; do echo $i; done", "fallback"],
    ["echo $(date)", "fallback"],
    ["cat <<EOF > f\nnpm\nEOF", "fallback"],
    ["npm run build | grep error", "here"],
    ["A=1 node x.js", "here"],
    ["./script.sh", "here"],
  ])("with a plain shell: %s runs %s", (command, place) => {
    expect(planFor(command, plain).place).toBe(place);
  });

  test("with a whole one, what it has runs here", () => {
    expect(planFor("for i in 1; do awk 1 f; done; [ -f x ]", full)).toEqual({ place: "here", lacks: null });
    expect(planFor("jq . f", full)).toEqual({ place: "fallback", lacks: "jq" });
    expect(planFor("f() { echo hi; }; f", full).place).toBe("here");
  });

  test("only one word that never began may run again", () => {
    const ended = { exitCode: 127, stdout: "", stderr: "jsh: command not found: jq\n" };
    expect(neverBegan("jq . f", ended)).toBe(true);
    expect(neverBegan("touch f; jq . f", ended)).toBe(false);
    expect(neverBegan("jq . f > g", { ...ended, stdout: "x" })).toBe(false);
    expect(neverBegan("jq . f", { ...ended, exitCode: 1 })).toBe(false);
    expect(neverBegan("xargs rm", { ...ended, stderr: "xargs: rm: No such file" })).toBe(false);
  });

  test("a script's words are those that would run", () => {
    expect(needsOf("if [ -f x ]; then cat x | sed s/a/b/; fi").words).toEqual(["[", "cat", "sed"]);
    expect(needsOf("echo 'rm -rf /' # awk\nls").words).toEqual(["echo", "ls"]);
    expect(needsOf("find . | xargs -n1 grep x").words).toEqual(["find", "xargs", "grep"]);
    expect(needsOf(`echo "$(date +%s)"`).words).toEqual(["echo", "date"]);
  });
});
