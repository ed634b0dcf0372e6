import type { Entry } from "../../domain/changes.ts";
import { throwIfAborted } from "../../domain/errors.ts";
import type { DiskFile, DiskFolder, SeenFile } from "../../ports/disk-folders.ts";
import type { Workspace } from "../../ports/workspace.ts";
import type { DiskDifference, DiskTaskOptions } from "./api.ts";
import { hashOf } from "./contents.ts";
import { inParallel } from "../../domain/in-parallel.ts";

const AT_ONCE = 8;

/** What there is to compare. */
export interface Sides {
  workspace: Workspace;
  folder: DiskFolder;
  /** Files of the workspace by path. */
  here: ReadonlyMap<string, Entry>;
  /** Files of the disk by path, as far as no rule leaves them out. */
  disk: ReadonlyMap<string, DiskFile>;
  /** What was the same on both sides, by path. */
  seen: ReadonlyMap<string, SeenFile>;
  /** Whether the workspace's history knows that a path may have changed since, whatever its time says. */
  touched(path: string): boolean;
  /** Whether a path cannot be compared. */
  unknown(path: string): boolean;
}

/** What a comparison found. */
export interface Compared {
  /** By path. */
  differences: DiskDifference[];
  same: number;
  /** What is to be remembered: files that are the same now, and those that are gone on both sides. */
  seen: SeenFile[];
  gone: string[];
}

/**
 * Compares three ways: here, the disk, and what both were when they were last
 * the same. Size and time tell that a file has not changed; a file whose other
 * side changed is read all the same, since it may be written over.
 */
export async function compareSides(sides: Sides, options: DiskTaskOptions = {}): Promise<Compared> {
  const all = new Set([...sides.here.keys(), ...sides.disk.keys(), ...sides.seen.keys()]);
  const paths = [...all].filter((path) => !sides.unknown(path)).toSorted();
  const found: Compared = { differences: [], same: 0, seen: [], gone: [] };
  let done = 0;
  await inParallel(paths, AT_ONCE, async (path) => {
    throwIfAborted(options.signal);
    await comparePath(path, sides, found);
    done += 1;
    if (done % 50 === 0 || done === paths.length)
      options.onProgress?.({ phase: "comparing", done, total: paths.length });
  });
  found.differences.sort((a, b) => (a.path < b.path ? -1 : 1));
  return found;
}

/** The three states of one file. */
interface Three {
  here: Entry | null;
  disk: DiskFile | null;
  seen: SeenFile | null;
}

async function comparePath(path: string, sides: Sides, found: Compared): Promise<void> {
  const here = sides.here.get(path) ?? null;
  const seen = sides.seen.get(path) ?? null;
  // A rule of the disk's .gitignore may hide a file that writing would replace.
  const disk = sides.disk.get(path) ?? (here || seen ? await sides.folder.read(path) : null);
  const hereSame =
    here !== null &&
    seen !== null &&
    here.size === seen.size &&
    here.mtime === seen.ownMtime &&
    !sides.touched(path);
  const diskSame = disk !== null && seen !== null && disk.size === seen.size && disk.mtime === seen.mtime;
  if (hereSame && diskSame) found.same += 1;
  else if (!here && !disk) found.gone.push(path);
  else await compareContents(path, { here, disk, seen }, { sides, found, hereSame, diskSame });
}

async function compareContents(
  path: string,
  { here, disk, seen }: Three,
  on: { sides: Sides; found: Compared; hereSame: boolean; diskSame: boolean },
): Promise<void> {
  const { workspace } = on.sides;
  const known = seen?.sha256 ?? null;
  const hereHash = here && (on.hereSame ? known : await hashOf(path, await workspace.readBlob(path)));
  const hereChanged = hereHash !== known;
  // One that only the disk has ever had is not read: nothing would be written over.
  const onlyDisk = !here && !seen;
  const trusted = on.diskSame && !hereChanged;
  const diskHash = disk && (onlyDisk ? null : trusted ? known : await hashOf(path, disk.content));
  if (here && disk && hereHash !== null && hereHash === diskHash) {
    on.found.same += 1;
    const { size, mtime } = disk;
    on.found.seen.push({ path, size, mtime, sha256: hereHash, ownMtime: here.mtime });
    return;
  }
  const diskChanged = onlyDisk || diskHash !== known;
  on.found.differences.push({
    path,
    changed: hereChanged && diskChanged ? "both" : hereChanged ? "here" : "disk",
    known: seen !== null,
    here: here && { size: here.size, mtime: here.mtime, sha256: hereHash },
    disk: disk && { size: disk.size, mtime: disk.mtime, sha256: diskHash },
  });
}
