import { describe, expect, it } from "vitest";

import { textChanges } from "../../../src/ui/files/edit/text-changes.ts";
import { decodeText } from "../../../src/domain/decode-text.ts";
import { decodeFile, encodeFile } from "../../../src/ui/files/edit/text-format.ts";
import { followPath } from "../../../src/ui/files/edit/touches.ts";
import { seeded } from "../../support/ports/seeded.ts";

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

describe("text or not", () => {
  it("takes UTF-8 for text, also when a cut falls inside a character", () => {
    const bytes = bytesOf("aé");
    expect(decodeText(bytes, false)).toBe("aé");
    expect(decodeText(bytes.slice(0, 2), true)).toBe("a");
    expect(decodeText(bytes.slice(0, 2), false)).toBeNull();
    expect(decodeText(new Uint8Array([97, 0]), false)).toBeNull();
  });
});

describe("a file's text", () => {
  it.each([
    ["", "\n", false],
    ["one\ntwo\n", "\n", false],
    ["one\r\ntwo\r\n", "\r\n", false],
    ["one\r\ntwo\nthree", "mixed", false],
    ["old\rmac\r", "mixed", false],
    ["\ufeffone\r\ntwo", "\r\n", true],
    ["\ufeff", "\n", true],
  ])("comes out as it went in: %j", (raw, lineBreak, bom) => {
    const decoded = decodeFile(bytesOf(raw));
    expect(decoded?.format).toEqual({ bom, lineBreak });
    if (decoded) expect(encodeFile(decoded)).toEqual(bytesOf(raw));
  });

  it("has the file's own line breaks in what is added", () => {
    const decoded = decodeFile(bytesOf("\ufeffone\r\n"));
    if (!decoded) throw new Error("It is text.");
    expect(encodeFile({ ...decoded, text: `${decoded.text}two\n` })).toEqual(bytesOf("\ufeffone\r\ntwo\r\n"));
  });
});

function applied(text: string, changes: ReturnType<typeof textChanges>): string {
  return changes.reduceRight(
    (now, change) => now.slice(0, change.from) + change.insert + now.slice(change.to),
    text,
  );
}

describe("the changes between two texts", () => {
  it("leave alone what lies between two edits", () => {
    const before = "first\nkept 1\nkept 2\nlast\n";
    const after = "FIRST\nkept 1\nkept 2\nLAST\nmore\n";
    const changes = textChanges(before, after);
    expect(changes).toEqual([
      { from: 0, to: 6, insert: "FIRST\n" },
      { from: 20, to: 25, insert: "LAST\nmore\n" },
    ]);
    expect(applied(before, changes)).toBe(after);
  });

  it("are one when the texts have little in common", () => {
    const before = Array.from({ length: 2000 }, (_, index) => `a${index}`).join("\n");
    const after = Array.from({ length: 2000 }, (_, index) => `b${index}`).join("\n");
    expect(textChanges(before, after)).toHaveLength(1);
    expect(applied(before, textChanges(before, after))).toBe(after);
  });

  it.each(Array.from({ length: 40 }, (_, index) => index + 1))("give the other text (seed %i)", (seed) => {
    const random = seeded(seed);
    const text = (): string => Array.from({ length: random(12) }, () => "ab\n"[random(3)]).join("");
    const [before, after] = [text(), text()];
    expect(applied(before, textChanges(before, after))).toBe(after);
  });
});

describe("a path that is followed", () => {
  it("goes with its file and with the folders above it", () => {
    expect(followPath([{ kind: "rename", path: "a", to: "b" }], "a/x")).toBe("b/x");
    expect(
      followPath(
        [
          { kind: "rename", path: "x", to: "y" },
          { kind: "rename", path: "y", to: "z" },
        ],
        "x",
      ),
    ).toBe("z");
  });

  it("stays where a program put a new file in the old one's place", () => {
    const write = { kind: "write", path: "x", size: 1, mode: 0o644, mtime: 0 } as const;
    expect(followPath([{ kind: "rename", path: "x", to: "x~" }, write], "x")).toBe("x");
    expect(
      followPath(
        [
          { kind: "rename", path: "x", to: "x.bak" },
          { kind: "rename", path: "tmp", to: "x" },
        ],
        "x",
      ),
    ).toBe("x");
    expect(followPath([{ kind: "rename", path: "tmp", to: "x" }], "x")).toBe("x");
  });
});
