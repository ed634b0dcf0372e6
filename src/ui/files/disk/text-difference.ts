import { BINARY_PROBE, isBinary, lineDiff, LINES_LIMIT } from "../../../domain/line-diff.ts";
import type { FileDiff, FileSide } from "../../../domain/snapshot.ts";

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
    binary: isBinary(await bytesOf(before, BINARY_PROBE)) || isBinary(await bytesOf(after, BINARY_PROBE)),
    additions: 0,
    deletions: 0,
    hunks: null,
  };
  const size = Math.max(before?.size ?? 0, after?.size ?? 0);
  if (diff.binary || size > LINES_LIMIT) return diff;
  return { ...diff, ...lineDiff(await bytesOf(before), await bytesOf(after)) };
}

/** A disk tells no modes. */
function sideOf(content: Blob | null): FileSide | null {
  return content && { kind: "file", mode: 0o644, size: content.size };
}

/** A content's bytes, or its first `limit`; none for a side without the file. */
async function bytesOf(content: Blob | null, limit = LINES_LIMIT): Promise<Uint8Array> {
  return content ? new Uint8Array(await content.slice(0, limit).arrayBuffer()) : new Uint8Array();
}
