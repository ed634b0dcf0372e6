import { bytesOf } from "../../domain/blob-bytes.ts";
import { BINARY_PROBE, isBinary, lineDiff, LINES_LIMIT } from "../../domain/line-diff.ts";
import type { FileDiff, FileSide } from "../../domain/snapshot.ts";
import { baseName, toAbsolutePath } from "../../domain/paths.ts";
import type { TreeDifference, TreeFile } from "./tree-diff.ts";

/** Reads blobs of both sides, also of files no snapshot holds yet. */
export interface BlobReader {
  /** Bytes. */
  size(oid: string): number;
  read(oid: string): Promise<Uint8Array<ArrayBuffer> | Blob>;
}

/** Files whose lines are compared, at most. */
const FILES_LIMIT = 300;

const MODES: Record<TreeFile["mode"], number> = { file: 0o644, executable: 0o755, symlink: 0o777 };

/** Differences as files, with moved files found by their content. */
export async function fileDiffs(
  differences: readonly TreeDifference[],
  blobs: BlobReader,
  options: { root: string; lines: boolean },
): Promise<FileDiff[]> {
  const diffs: FileDiff[] = [];
  for (const difference of withRenames(differences)) {
    const lines = options.lines && diffs.length < FILES_LIMIT;
    diffs.push(await fileDiff(difference, blobs, { root: options.root, lines }));
  }
  return diffs;
}

type Moved = TreeDifference & { from?: string };

/** Beyond this many files of one content, names are not compared. */
const SAME_CONTENT_LIMIT = 64;

/** Pairs what went with what came when it is the same content: the same name first, else in order. */
function withRenames(differences: readonly TreeDifference[]): Moved[] {
  const gone = new Map<string, TreeDifference[]>();
  for (const one of differences) {
    if (!one.before || one.after) continue;
    const same = gone.get(keyOf(one.before));
    if (same) same.push(one);
    else gone.set(keyOf(one.before), [one]);
  }
  const sources = new Map<TreeDifference, TreeDifference>();
  for (const one of differences) {
    const source = one.before || !one.after ? null : take(gone.get(keyOf(one.after)) ?? [], one.path);
    if (source) sources.set(one, source);
  }
  const moved = new Set(sources.values());
  return differences
    .filter((one) => !moved.has(one))
    .map((one) => {
      const source = sources.get(one);
      return source ? { ...one, before: source.before, from: source.path } : one;
    });
}

/** Takes out of `candidates` the one that most likely moved to `path`. */
function take(candidates: TreeDifference[], path: string): TreeDifference | null {
  const sameName =
    candidates.length > SAME_CONTENT_LIMIT
      ? 0
      : candidates.findIndex((one) => baseName(one.path) === baseName(path));
  return candidates.splice(Math.max(0, sameName), 1)[0] ?? null;
}

function keyOf(file: TreeFile): string {
  return `${file.mode === "symlink" ? "link" : "file"} ${file.oid}`;
}

async function fileDiff(
  difference: Moved,
  blobs: BlobReader,
  options: { root: string; lines: boolean },
): Promise<FileDiff> {
  const { path, before, after, from } = difference;
  const diff: FileDiff = {
    path: toAbsolutePath(options.root, path),
    status: from !== undefined ? "renamed" : !before ? "added" : !after ? "removed" : "modified",
    before: side(before, blobs),
    after: side(after, blobs),
    binary: false,
    additions: 0,
    deletions: 0,
    hunks: null,
  };
  if (from !== undefined) diff.oldPath = toAbsolutePath(options.root, from);
  if (!options.lines) return diff;
  const [old, now] = [await probe(before, blobs), await probe(after, blobs)];
  diff.binary = old.binary || now.binary;
  if (diff.binary || old.bytes === null || now.bytes === null) return diff;
  // A file that became a link, or a link a file, has nothing of the other.
  return { ...diff, ...lineDiff(old.bytes, now.bytes, { replaced: isTypeChange(before, after) }) };
}

function isTypeChange(before: TreeFile | null, after: TreeFile | null): boolean {
  return before !== null && after !== null && (before.mode === "symlink") !== (after.mode === "symlink");
}

function side(file: TreeFile | null, blobs: BlobReader): FileSide | null {
  if (!file) return null;
  return {
    kind: file.mode === "symlink" ? "symlink" : "file",
    mode: MODES[file.mode],
    size: blobs.size(file.oid),
  };
}

/** A side's bytes, or null when they are too many for lines. */
async function probe(
  file: TreeFile | null,
  blobs: BlobReader,
): Promise<{ binary: boolean; bytes: Uint8Array | null }> {
  if (!file) return { binary: false, bytes: new Uint8Array() };
  const content = await blobs.read(file.oid);
  const head =
    content instanceof Blob ? new Uint8Array(await content.slice(0, BINARY_PROBE).arrayBuffer()) : content;
  if (isBinary(head)) return { binary: true, bytes: null };
  if (blobs.size(file.oid) > LINES_LIMIT) return { binary: false, bytes: null };
  return { binary: false, bytes: await bytesOf(content) };
}
