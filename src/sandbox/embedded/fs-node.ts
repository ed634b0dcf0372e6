import type { IFileSystem } from "just-bash/browser";

import type { OkcvmError } from "../../domain/errors.ts";
import type { DirectoryNode, TreeNode } from "../../domain/file-tree.ts";
import { normalizePath } from "../../domain/paths.ts";

/** Bytes, or where to get them on first read. */
export type ReplicaContent = { bytes: Uint8Array } | { load: () => Promise<Uint8Array> };

export type Stat = Awaited<ReturnType<IFileSystem["stat"]>>;

/** The errno a failure of the tree has for the shell. */
export const ERRNO: Partial<Record<OkcvmError["code"], string>> = {
  "not-found": "ENOENT",
  "not-directory": "ENOTDIR",
  "is-directory": "EISDIR",
  "not-empty": "ENOTEMPTY",
  exists: "EEXIST",
  "bad-path": "EINVAL",
};

/** A path of the engine as a path of its tree: normal, without the leading slash. */
export function toInner(path: string): string {
  return normalizePath(path).slice(1);
}

/** An error in the words the shell's commands parse: those of Node. */
export function errno(code: string, text: string, operation: string, path: string): Error {
  return new Error(`${code}: ${text}, ${operation} '${path}'`);
}

export function newDirectory(): DirectoryNode<ReplicaContent> {
  return { kind: "directory", mode: 0o755, mtime: Date.now(), children: new Map() };
}

export function kindFlags(node: TreeNode<ReplicaContent>): {
  isFile: boolean;
  isDirectory: boolean;
  isSymbolicLink: boolean;
} {
  return {
    isFile: node.kind === "file",
    isDirectory: node.kind === "directory",
    isSymbolicLink: node.kind === "symlink",
  };
}

export function statOf(node: TreeNode<ReplicaContent>): Stat {
  const size = node.kind === "file" ? node.size : node.kind === "symlink" ? node.target.length : 0;
  return { ...kindFlags(node), mode: node.mode, size, mtime: new Date(node.mtime) };
}
