import { toErrorValue, OkcvmError } from "../../domain/errors.ts";
import { parentOf } from "../../domain/paths.ts";
import type { DiskFile, DiskFolder, SeenFile } from "../../ports/disk-folders.ts";
import type { Workspace } from "../../ports/workspace.ts";
import type { DiskDifference, DiskTaskOptions, FileVersion, WriteResult } from "./api.ts";
import { hashOf } from "./contents.ts";
import { isHere, staleOf } from "./unchanged.ts";

/** A write's result, and what is to be remembered of it. */
export interface WrittenOut extends WriteResult {
  seen: SeenFile[];
}

type Sides = { workspace: Workspace; folder: DiskFolder };

/**
 * Makes files of the disk what they are in the workspace, one after the other.
 * When any of them has changed since the comparison, nothing is written: what
 * the person confirmed is not what there is.
 */
export async function writeOut(
  differences: readonly DiskDifference[],
  sides: Sides,
  options: DiskTaskOptions = {},
): Promise<WrittenOut> {
  const result: WrittenOut = { written: [], deleted: [], failed: [], stale: [], stopped: false, seen: [] };
  result.stale = await staleOf(differences, sides);
  if (result.stale.length > 0) return result;
  for (const [index, difference] of inOrder(differences).entries()) {
    if (options.signal?.aborted) {
      result.stopped = true;
      break;
    }
    await writeOne(difference, sides, result);
    options.onProgress?.({ phase: "writing", done: index + 1, total: differences.length });
  }
  return result;
}

/** Deletions come last, so that a moved file is there before its old place is empty; but a file where a folder is to be goes first. */
function inOrder(differences: readonly DiskDifference[]): DiskDifference[] {
  const folders = new Set<string>();
  for (const { path, here } of differences) {
    if (here === null) continue;
    for (let folder = parentOf(path); folder !== ""; folder = parentOf(folder)) folders.add(folder);
  }
  const rank = ({ path, here }: DiskDifference): number => (here ? 1 : folders.has(path) ? 0 : 2);
  return differences.toSorted((a, b) => rank(a) - rank(b));
}

async function writeOne(difference: DiskDifference, sides: Sides, result: WrittenOut): Promise<void> {
  const { path, here } = difference;
  try {
    const file = await stillThere(difference, sides.folder);
    if (here !== null) {
      result.seen.push(await put(path, here, { ...sides, file }));
      result.written.push(path);
    } else {
      if (!isHere(await sides.workspace.stat(path), null)) throw changedHere(path);
      if (file !== null) await sides.folder.remove(path, file);
      result.deleted.push(path);
    }
  } catch (error) {
    // The wall of one file: it is told in words, and the others are still written.
    const { code, message } = toErrorValue(error);
    if (code === "not-read") result.stale.push(path);
    result.failed.push({ path, message });
  }
}

async function put(
  path: string,
  here: FileVersion,
  on: Sides & { file: DiskFile | null },
): Promise<SeenFile> {
  if (!isHere(await on.workspace.stat(path), here)) throw changedHere(path);
  const content = await on.workspace.readBlob(path);
  const sha256 = await hashOf(path, content);
  // What the person saw is what is written, whatever a file's size and time say.
  if (sha256 !== here.sha256) throw changedHere(path);
  const stamp = await on.folder.write(path, content, on.file);
  if (stamp.size !== content.size) {
    throw new OkcvmError(
      "internal",
      `The disk holds ${stamp.size} bytes of it, not ${content.size}. Write it again.`,
    );
  }
  return { path, ...stamp, sha256, ownMtime: here.mtime };
}

/** The disk's file when it still is what the comparison found; null when there was none. */
async function stillThere({ path, disk }: DiskDifference, folder: DiskFolder): Promise<DiskFile | null> {
  const file = await folder.read(path);
  if (file === null && disk === null) return null;
  if (file && disk && disk.sha256 !== null && (await hashOf(path, file.content)) === disk.sha256) return file;
  throw new OkcvmError("not-read", `“${path}” changed on the disk since the comparison. It was not touched.`);
}

function changedHere(path: string): OkcvmError {
  return new OkcvmError("not-read", `“${path}” changed here since the comparison. It was not written.`);
}
