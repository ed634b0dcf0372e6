import { describe, expect, test } from "vitest";

import { encodeCommit, parseCommit } from "../../../src/domain/git/commit-object.ts";

const TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";

function commitAt(date: string): Uint8Array {
  const who = `a <a@example.com> ${date}`;
  return new TextEncoder().encode(`tree ${TREE}\nauthor ${who}\ncommitter ${who}\n\nmessage\n`);
}

describe("a commit's date", () => {
  test.each([
    ["1700000000 +0000", "2023-11-14T22:13:20.000Z"],
    ["1700000000 -0730", "2023-11-14T22:13:20.000Z"],
    ["-86400 +0000", "1969-12-31T00:00:00.000Z"],
    ["8640000000000 +0000", "+275760-09-13T00:00:00.000Z"],
    // Git takes all of these.
    ["8640000000001 +0000", "+275760-09-13T00:00:00.000Z"],
    ["18446744073709551615 +0000", "+275760-09-13T00:00:00.000Z"],
    [`${"9".repeat(400)} +0000`, "+275760-09-13T00:00:00.000Z"],
    [`-${"9".repeat(400)} +0000`, "-271821-04-20T00:00:00.000Z"],
    ["nonsense", "1970-01-01T00:00:00.000Z"],
  ])("%s is one that can be shown", (date, shown) => {
    expect(new Date(parseCommit(commitAt(date))?.timestamp ?? Number.NaN).toISOString()).toBe(shown);
  });

  test("of our own is read as it was written, to the second", () => {
    const draft = { tree: TREE, parents: [], label: "x", changed: 0, about: { kind: "manual" as const } };
    expect(parseCommit(encodeCommit({ ...draft, time: 1_700_000_000_999 }))?.timestamp).toBe(
      1_700_000_000_000,
    );
  });
});
