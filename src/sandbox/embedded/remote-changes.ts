import type { Entry, TreeChange } from "../../domain/changes.ts";
import { OkcvmError } from "../../domain/errors.ts";
import type { FileTree } from "../../domain/file-tree.ts";
import type { ReplicaContent } from "./fs-node.ts";

type Tree = FileTree<ReplicaContent>;

/** Fills a tree with the workspace's entries, parents before children; contents stay where they are until they are read. */
export function seedTree(tree: Tree, entries: Entry[]): void {
  for (const entry of entries) {
    const path = entry.path.slice(1);
    if (entry.kind === "directory") {
      tree.makeDirectory(path, entry.mtime);
      tree.directory(path).mode = entry.mode;
    } else if (entry.kind === "symlink") {
      tree.putSymlink(path, { kind: "symlink", mode: 0o777, mtime: entry.mtime, target: entry.target ?? "" });
    } else putRemote(tree, path, entry);
  }
}

/**
 * Makes one change that happened in the workspace. A running command may have
 * changed the same place meanwhile: what the workspace says then wins, and a
 * node that is gone already is no failure.
 */
export function applyRemoteChange(tree: Tree, mount: string, change: TreeChange): void {
  const path = `${mount}/${change.path}`;
  try {
    applyOne(tree, { path, mount }, change);
  } catch (error) {
    if (!(error instanceof OkcvmError)) throw error;
    if (change.kind !== "write" && change.kind !== "symlink" && change.kind !== "mkdir") return;
    tree.remove(path, Date.now());
    applyOne(tree, { path, mount }, change);
  }
}

function applyOne(tree: Tree, at: { path: string; mount: string }, change: TreeChange): void {
  const now = Date.now();
  switch (change.kind) {
    case "write":
      return putRemote(tree, at.path, change);
    case "mkdir":
      return void tree.makeDirectory(at.path, now);
    case "remove":
      return void tree.remove(at.path, now);
    case "rename":
      return void tree.rename(at.path, `${at.mount}/${change.to}`, now);
    case "symlink":
      return void tree.putSymlink(at.path, {
        kind: "symlink",
        mode: 0o777,
        mtime: now,
        target: change.target,
      });
    case "chmod": {
      const node = tree.get(at.path);
      if (node) node.mode = change.mode;
    }
  }
}

function putRemote(tree: Tree, path: string, file: { size: number; mode: number; mtime: number }): void {
  const { size, mode, mtime } = file;
  tree.putFile(path, { kind: "file", mode, size, mtime, content: { bytes: null } });
}
