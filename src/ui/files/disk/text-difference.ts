import { structuredPatch } from "diff";

import type { DiffHunk, FileDiff, FileSide } from "../../../domain/snapshot.ts";

/** A side above this has no lines. Bytes. */
const LINES_LIMIT = 1024 * 1024;
/** Two texts that have nothing in common are given up on after this. Milliseconds. */
const LINES_TIME = 1_000;
/** As Git: a NUL among the first bytes makes a file binary. */
const BINARY_PROBE = 8_000;

/** How one content becomes another; null for a side without the file. */
export async function textDifference(
  path: string,
  before: Blob | null,
  after: Blob | null,
): Promise<FileDiff> {
  const diff: FileDiff = {
    path,
    status: !before ? "added" : !after ? "removed" : "modified",
    before: sideOf(before),
    after: sideOf(after),
    binary: (await isBinary(before)) || (await isBinary(after)),
    additions: 0,
    deletions: 0,
    hunks: null,
  };
  const size = Math.max(before?.size ?? 0, after?.size ?? 0);
  if (diff.binary || size > LINES_LIMIT) return diff;
  const [old, now] = await decodeBoth(before, after);
  const options = { context: 3, timeout: LINES_TIME };
  const patch = structuredPatch("a", "b", old, now, "", "", options);
  if (!patch) return diff;
  diff.hunks = patch.hunks.map(toHunk);
  const lines = diff.hunks.flatMap((hunk) => hunk.lines);
  diff.additions = lines.filter((line) => line.startsWith("+")).length;
  diff.deletions = lines.filter((line) => line.startsWith("-")).length;
  return diff;
}

function toHunk({ oldStart, oldLines, newStart, newLines, lines }: DiffHunk): DiffHunk {
  return { oldStart, oldLines, newStart, newLines, lines };
}

/** A disk tells no modes. */
function sideOf(content: Blob | null): FileSide | null {
  return content && { kind: "file", mode: 0o644, size: content.size };
}

async function isBinary(content: Blob | null): Promise<boolean> {
  if (!content) return false;
  return new Uint8Array(await content.slice(0, BINARY_PROBE).arrayBuffer()).includes(0);
}

/** UTF-8 when both sides are; else one character a byte, so that bytes that differ never look the same. */
async function decodeBoth(before: Blob | null, after: Blob | null): Promise<[string, string]> {
  const [old, now] = [await bytesOf(before), await bytesOf(after)];
  try {
    const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
    return [utf8.decode(old), utf8.decode(now)];
  } catch {
    const latin1 = new TextDecoder("latin1");
    return [latin1.decode(old), latin1.decode(now)];
  }
}

async function bytesOf(content: Blob | null): Promise<Uint8Array> {
  return content ? new Uint8Array(await content.arrayBuffer()) : new Uint8Array();
}
