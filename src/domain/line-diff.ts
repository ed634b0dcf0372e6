import { structuredPatch } from "diff";

import type { DiffHunk } from "./snapshot.ts";

/** A side above this has no lines. Bytes. */
export const LINES_LIMIT = 1024 * 1024;
/** As Git: a NUL among this many first bytes makes a file binary. */
export const BINARY_PROBE = 8_000;
/** Two texts that have nothing in common are given up on after this. Milliseconds. */
const LINES_TIME = 1_000;

/** Changed lines, and how many there are. */
export interface LineDiff {
  hunks: DiffHunk[];
  additions: number;
  deletions: number;
}

/** Whether a content is binary, by its first BINARY_PROBE bytes; what follows them does not count. */
export function isBinary(head: Uint8Array): boolean {
  return head.subarray(0, BINARY_PROBE).includes(0);
}

/**
 * How the lines of two contents differ; null when they take too long to
 * compare. `replaced` is for sides that have nothing of each other, as a file
 * and a link: all is taken out and all put in.
 */
export function lineDiff(
  before: Uint8Array,
  after: Uint8Array,
  options: { replaced?: boolean } = {},
): LineDiff | null {
  const [old, now] = decodeBoth(before, after);
  const hunks = options.replaced
    ? [...(hunksOf(old, "") ?? []), ...(hunksOf("", now) ?? [])]
    : hunksOf(old, now);
  if (!hunks) return null;
  const lines = hunks.flatMap((hunk) => hunk.lines);
  return {
    hunks,
    additions: lines.filter((line) => line.startsWith("+")).length,
    deletions: lines.filter((line) => line.startsWith("-")).length,
  };
}

/** UTF-8 when both sides are; else one character a byte, so that bytes that differ never look the same. */
function decodeBoth(old: Uint8Array, now: Uint8Array): [string, string] {
  try {
    const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
    return [utf8.decode(old), utf8.decode(now)];
  } catch {
    const latin1 = new TextDecoder("latin1");
    return [latin1.decode(old), latin1.decode(now)];
  }
}

function hunksOf(before: string, after: string): DiffHunk[] | null {
  const patch = structuredPatch("a", "b", before, after, "", "", { context: 3, timeout: LINES_TIME });
  if (!patch) return null;
  return patch.hunks.map(({ oldStart, oldLines, newStart, newLines, lines }) => ({
    oldStart,
    oldLines,
    newStart,
    newLines,
    lines,
  }));
}
