import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { mergePacks } from "../../../src/domain/git/merge-packs.ts";
import { encodeIdxFile } from "../../../src/domain/git/pack-index.ts";
import { PackWriter } from "../../../src/domain/git/pack-writer.ts";

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

/** A pack of blobs, as a workspace makes it. */
function packOf(...texts: string[]): { pack: Uint8Array; index: Uint8Array } {
  const writer = new PackWriter();
  for (const text of texts) writer.add("blob", bytesOf(text));
  const made = writer.finish();
  if (!made) throw new Error("An empty pack.");
  return { pack: made.data, index: encodeIdxFile(made.index, made.id) };
}

describe("packs put together", () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "okcvm-merge-"))));
  afterEach(() => rmSync(folder, { recursive: true }));
  const git = (...words: string[]): string =>
    execFileSync("git", words, { cwd: folder, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });

  it("are one that Git takes, with every object once", () => {
    const large = "x".repeat(200_000);
    const merged = mergePacks([packOf("a", "b", ""), packOf("b", large), packOf("c", "a", "d")]);
    if (!merged) throw new Error("Nothing came of it.");
    git("init", "-q", "--bare", ".");
    writeFileSync(join(folder, "objects/pack/made.pack"), merged.data);
    git("index-pack", "--strict", "objects/pack/made.pack");
    const [index] = readdirSync(join(folder, "objects/pack")).filter((name) => name.endsWith(".idx"));
    expect(Buffer.from(encodeIdxFile(merged.index, merged.id))).toEqual(
      readFileSync(join(folder, "objects/pack", index ?? "")),
    );
    const listed = git("cat-file", "--batch-all-objects", "--batch-check=%(objectsize)").trim().split("\n");
    expect(listed.map(Number).toSorted((a, b) => a - b)).toEqual([0, 1, 1, 1, 1, large.length]);
  });

  it("are the same whoever does it, and nothing when there are none", () => {
    const packs = [packOf("a", "b"), packOf("c")];
    expect(mergePacks(packs)?.id).toBe(mergePacks(packs)?.id);
    expect(mergePacks([])).toBeNull();
  });

  it("are refused when one is damaged, or has a delta", () => {
    const { pack, index } = packOf("a");
    expect(() => mergePacks([{ pack, index: index.slice(0, 100) }])).toThrow(/damaged/);
    const delta = pack.slice();
    // The type of the first entry: a delta by an offset.
    delta[12] = ((delta[12] ?? 0) & 0x8f) | (6 << 4);
    expect(() => mergePacks([{ pack: delta, index }])).toThrow(/damaged/);
  });
});
