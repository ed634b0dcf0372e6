import type { IFileSystem } from "just-bash/browser";

import type { OkcvmError } from "../../domain/errors.ts";
import type { DirectoryNode, TreeNode } from "../../domain/file-tree.ts";
import { normalizePath } from "../../domain/paths.ts";

/** Bytes, or null while they are only in the workspace: at the path where the node is, wherever it was moved. */
export interface ReplicaContent {
  bytes: Uint8Array | null;
}

const MAX_NAME_BYTES = 255;
const MAX_PATH_BYTES = 4096;

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

/** True for what the workspace would refuse: a name over 255 bytes, a path over 4,096. */
export function isTooLong(path: string): boolean {
  const inner = toInner(path);
  // Only a long text can be over a limit, and counting bytes is not free.
  if (inner.length * 3 <= MAX_NAME_BYTES) return false;
  const encoder = new TextEncoder();
  if (encoder.encode(inner).length > MAX_PATH_BYTES) return true;
  return inner.split("/").some((name) => encoder.encode(name).length > MAX_NAME_BYTES);
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

const identities = new WeakMap<object, string>();
let identityCount = 0;

/** A name for a node that stays while it lives: how cp and mv tell a file from another, and a copy from itself. */
function identityOf(node: TreeNode<ReplicaContent>): string {
  const known = identities.get(node);
  if (known !== undefined) return known;
  const made = `replica:${++identityCount}`;
  identities.set(node, made);
  return made;
}

export function statOf(node: TreeNode<ReplicaContent>): Stat {
  const size = node.kind === "file" ? node.size : node.kind === "symlink" ? node.target.length : 0;
  const mtime = new Date(node.mtime);
  return { ...kindFlags(node), mode: node.mode, size, mtime, identity: identityOf(node) };
}
