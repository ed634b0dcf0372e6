import type { Entry } from "../../domain/changes.ts";
import type { DiskFile, DiskFolder } from "../../ports/disk-folders.ts";
import type { Workspace } from "../../ports/workspace.ts";
import type { DiskDifference, FileVersion } from "./api.ts";
import { inParallel } from "../../domain/in-parallel.ts";

const AT_ONCE = 16;

/** The paths whose files are not what the comparison found, here or on the disk. */
export async function staleOf(
  differences: readonly DiskDifference[],
  sides: { workspace: Workspace; folder: DiskFolder },
): Promise<string[]> {
  const stale = await inParallel(differences, AT_ONCE, async ({ path, here, disk }) => {
    const [entry, file] = await Promise.all([sides.workspace.stat(path), sides.folder.read(path)]);
    return !isHere(entry, here) || !isOnDisk(file, disk) ? [path] : [];
  });
  return stale.flat();
}

/** Whether a file here has the size and time of a version, or is not there, as a version of null says; a folder is no file. */
export function isHere(entry: Entry | null, version: FileVersion | null): boolean {
  if (entry === null || version === null)
    return version === null && (entry === null || entry.kind === "directory");
  return entry.kind === "file" && isStamp(entry, version);
}

function isOnDisk(file: DiskFile | null, version: FileVersion | null): boolean {
  return file === null || version === null ? file === version : isStamp(file, version);
}

function isStamp(one: { size: number; mtime: number }, other: { size: number; mtime: number }): boolean {
  return one.size === other.size && one.mtime === other.mtime;
}
