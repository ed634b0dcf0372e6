import type { Content } from "../../domain/changes.ts";
import { OkcvmError } from "../../domain/errors.ts";
import type { DirectoryNode, FileNode, TreeNode } from "../../domain/file-tree.ts";
import {
  EMPTY_BATCH,
  ROOT_INODE,
  type Batch,
  type DirectoryRecord,
  type StoredEntry,
} from "../storage/database.ts";
import type { FileContent } from "./file-content.ts";

/** Contents above this are kept as Blobs, which browsers hold on disk. 1 MiB. */
const BLOB_FROM = 1024 * 1024;

type Directory = DirectoryNode<FileContent>;

/** Gathers what one transaction has to write. */
export class BatchBuilder {
  readonly #inodes: Map<Directory, number>;
  readonly #touched = new Set<Directory>();
  readonly #removedDirectories = new Set<number>();
  readonly #contents = new Map<number, Uint8Array | Blob>();
  readonly #removedContents = new Set<number>();
  nextId: number;

  constructor(inodes: Map<Directory, number>, nextId: number) {
    this.#inodes = inodes;
    this.nextId = nextId;
  }

  newId(): number {
    return this.nextId++;
  }

  touch(directories: Directory[]): void {
    for (const directory of directories) {
      this.#touched.add(directory);
      if (!this.#inodes.has(directory)) this.#inodes.set(directory, this.newId());
    }
  }

  addContent(id: number, content: Content): void {
    this.#contents.set(id, keepable(content));
  }

  /** Forgets a node that left the tree, with all below it. */
  drop(node: TreeNode<FileContent>): void {
    if (node.kind === "file") return this.dropContent(node.content);
    if (node.kind !== "directory") return;
    const inode = this.#inodes.get(node);
    if (inode !== undefined) this.#removedDirectories.add(inode);
    this.#inodes.delete(node);
    this.#touched.delete(node);
    for (const child of node.children.values()) this.drop(child);
  }

  /** Forgets a content that is not in the tree any more, or is in the history now. */
  dropContent(content: FileContent): void {
    if (content.id === null) return;
    // Written and replaced within one journal: it never reaches the disk.
    if (!this.#contents.delete(content.id)) this.#removedContents.add(content.id);
  }

  finish(root: Directory): Batch {
    const directories = new Map<number, DirectoryRecord>();
    if (!this.#inodes.has(root)) this.#inodes.set(root, ROOT_INODE);
    for (const directory of this.#touched) {
      const inode = this.#inodes.get(directory);
      if (inode !== undefined) directories.set(inode, recordOf(directory, this.#inodes));
    }
    return {
      ...EMPTY_BATCH,
      directories,
      removedDirectories: [...this.#removedDirectories],
      contents: this.#contents,
      removedContents: [...this.#removedContents],
      nextId: this.nextId,
    };
  }
}

/** What is stored of a folder, whose folders all have inodes. */
export function recordOf(directory: Directory, inodes: ReadonlyMap<Directory, number>): DirectoryRecord {
  const entries: Record<string, StoredEntry> = Object.create(null);
  for (const [name, node] of directory.children) {
    if (node.kind === "file") entries[name] = storedFile(node);
    else if (node.kind === "symlink") entries[name] = { ...node };
    else {
      const inode = inodes.get(node);
      if (inode === undefined) throw new OkcvmError("internal", `The folder ${name} has no inode.`);
      entries[name] = { kind: "directory", inode };
    }
  }
  return { mode: directory.mode, mtime: directory.mtime, entries };
}

function storedFile(node: FileNode<FileContent>): StoredEntry {
  const { mode, size, mtime, content } = node;
  const stored: StoredEntry = { kind: "file", mode, size, mtime, content: content.id };
  return content.oid === null ? stored : { ...stored, oid: content.oid };
}

function keepable(content: Content): Uint8Array | Blob {
  if (!(content instanceof Uint8Array)) return content;
  if (content.byteLength > BLOB_FROM) return new Blob([content.slice()]);
  // A view is stored with the whole buffer it looks into, and shared memory cannot be stored at all.
  const whole = content.buffer instanceof ArrayBuffer && content.buffer.byteLength === content.byteLength;
  return whole ? content : content.slice();
}
