import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";

import { mergeLines, mergeTexts } from "../../../src/domain/merge-text.ts";
import { seeded } from "../../support/ports/seeded.ts";

/** A whole number below a limit. */
type Pick = (limit: number) => number;

const folder = mkdtempSync(join(tmpdir(), "okcvm-merge-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What `git merge-file` makes of it; null for a conflict. */
function gitMerge(base: string, ours: string, theirs: string): string | null {
  const paths = { ours, base, theirs };
  for (const [name, text] of Object.entries(paths)) writeFileSync(join(folder, name), text);
  const { status, stdout } = spawnSync("git", ["merge-file", "-p", "ours", "base", "theirs"], {
    cwd: folder,
  });
  return status === 0 ? stdout.toString() : null;
}

/** A text of lines that are all different, so that there is one way to see what was changed. */
function textOf(pick: Pick): string[] {
  return Array.from({ length: pick(15) }, (_, at) => `line ${at}\n`);
}

/** Some lines changed, removed or added; what is new is `name`'s or what both may come upon. */
function edit(pick: Pick, lines: readonly string[], name: string): string[] {
  const next = [...lines];
  for (let left = pick(5); left > 0; left -= 1) {
    const at = pick(next.length + 1);
    const word = pick(3) === 0 ? `both ${at}\n` : `${name} ${pick(100)}\n`;
    const how = pick(3);
    if (how === 0) next.splice(at, 0, word);
    else if (how === 1) next.splice(at, 1);
    else next.splice(at, 1, word);
  }
  if (next.length > 0 && pick(6) === 0) next.push(next.pop()?.trimEnd() ?? "");
  return next;
}

describe("a merge by lines", () => {
  test("is Git's, for changes of any kind", () => {
    const pick = seeded(20);
    let merged = 0;
    for (let round = 0; round < 400; round += 1) {
      const base = textOf(pick);
      const [ours, theirs] = [edit(pick, base, "ours"), edit(pick, base, "theirs")];
      const texts = [base, ours, theirs].map((lines) => lines.join("")) as [string, string, string];
      const expected = gitMerge(...texts);
      if (expected !== null) merged += 1;
      expect(mergeLines(...texts), JSON.stringify(texts)).toBe(expected);
    }
    expect(merged).toBeGreaterThan(100);
  });

  test.each([
    ["one\ntwo\nthree\n", "ONE\ntwo\nthree\n", "one\ntwo\nTHREE\n", "ONE\ntwo\nTHREE\n"],
    // Next to each other, and at one place.
    ["one\ntwo\n", "ONE\ntwo\n", "one\nTWO\n", null],
    ["one\n", "one\nours\n", "one\ntheirs\n", null],
    // The same in both.
    ["one\n", "one\nboth\n", "one\nboth\n", "one\nboth\n"],
    ["", "ours\n", "", "ours\n"],
    ["one", "one\n", "one", "one\n"],
    ["a\nb\nc\n", "", "a\nb\nc\n", ""],
    ["a\nb\nc\n", "", "a\nB\nc\n", null],
  ])("of %j, %j and %j is %j", (base, ours, theirs, merged) => {
    expect(mergeLines(base, ours, theirs)).toBe(merged);
    expect(mergeLines(base, theirs, ours)).toBe(merged);
  });

  test("is of text, and not of what is too long, or too different", () => {
    const bytes = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);
    const [base, ours, theirs] = ["a\nb\nc\n", "A\nb\nc\n", "a\nb\nC\n"].map(bytes) as [
      Uint8Array<ArrayBuffer>,
      Uint8Array<ArrayBuffer>,
      Uint8Array<ArrayBuffer>,
    ];
    expect(mergeTexts(base, ours, theirs)).toEqual(bytes("A\nb\nC\n"));
    expect(mergeTexts(base, ours, Uint8Array.of(0xff))).toBeNull();
    expect(mergeTexts(base, ours, Uint8Array.of(97, 0))).toBeNull();
    const long = `${"x".repeat(1024 * 1024)}\n`;
    expect(mergeLines(long, `a\n${long}`, long)).toBeNull();
    const many = (name: string): string => Array.from({ length: 60 }, (_, at) => `${name} ${at}\n`).join("");
    expect(mergeLines(many("a"), many("b"), many("a"), 100)).toBeNull();
    expect(mergeLines(many("a"), many("b"), many("a"), 200)).toBe(many("b"));
  });

  test("of more lines than a call has room for", () => {
    const base = Array.from({ length: 200_000 }, (_, at) => `${at % 10}\n`).join("");
    expect(mergeLines(base, `first\n${base}`, `${base}last\n`)).toBe(`first\n${base}last\n`);
  });

  test("of thousands of lines, most of them the same, comes to an end", () => {
    const lines = Array.from({ length: 12_000 }, (_, at) => (at % 2 === 0 ? "\n" : `line ${at % 7}\n`));
    const [ours, theirs] = [[...lines], [...lines]];
    ours[3] = "ours\n";
    theirs[11_990] = "theirs\n";
    const expected = [...lines];
    expected[3] = "ours\n";
    expected[11_990] = "theirs\n";
    const merged = mergeLines(lines.join(""), ours.join(""), theirs.join(""), 1_000);
    expect(merged).toBe(expected.join(""));
  }, 5_000);
});
