import type { FileSystemTree } from "@webcontainer/api";

import type { Entry } from "../../domain/changes.ts";
import { baseName, parentOf } from "../../domain/paths.ts";

/** Larger files go one by one: a mount carries everything as one text. Bytes. */
export const MOUNT_LIMIT = 512 * 1024;

/** Whether an entry can be part of a mounted tree: the library keeps names as keys of plain objects. */
export function isMountable(entry: Entry): boolean {
  return !entry.path.split("/").includes("__proto__") && !(entry.kind === "file" && entry.size > MOUNT_LIMIT);
}

/** The library's tree of a workspace's entries: folders (also empty ones), links as they are written, files as bytes. */
export async function buildMountTree(
  entries: readonly Entry[],
  read: (path: string) => Promise<Uint8Array>,
  linkTarget: (target: string) => string,
): Promise<FileSystemTree> {
  const root: FileSystemTree = {};
  const folders = new Map<string, FileSystemTree>([["", root]]);
  const folderAt = (path: string): FileSystemTree => {
    const there = folders.get(path);
    if (there) return there;
    const made: FileSystemTree = {};
    folderAt(parentOf(path))[baseName(path)] = { directory: made };
    folders.set(path, made);
    return made;
  };
  for (const entry of entries) {
    if (entry.kind === "directory") folderAt(entry.path);
    else if (entry.kind === "symlink")
      folderAt(parentOf(entry.path))[baseName(entry.path)] = {
        file: { symlink: linkTarget(entry.target ?? "") },
      };
    else
      folderAt(parentOf(entry.path))[baseName(entry.path)] = { file: { contents: await read(entry.path) } };
  }
  return root;
}
