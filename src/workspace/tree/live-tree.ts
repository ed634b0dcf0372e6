import type { Change, Entry, TreeChange } from "../../domain/changes.ts";
import { OkcvmError } from "../../domain/errors.ts";
import {
  FileTree,
  type DirectoryNode,
  type FileNode,
  type Resolved,
  type TreeNode,
} from "../../domain/file-tree.ts";
import { IGNORE_FILE } from "../../domain/ignore-rules.ts";
import { baseName, parentOf, toAbsolutePath, toWorkspacePath } from "../../domain/paths.ts";
import { ROOT_INODE, type DirectoryRecord, type Loaded, type StoredEntry } from "../storage/database.ts";
import { BatchBuilder, recordOf } from "./batch-builder.ts";
import type { FileContent } from "./file-content.ts";

export type Directory = DirectoryNode<FileContent>;
export type Node = TreeNode<FileContent>;

/**
 * The workspace's tree in memory: what is in it, the inode of each folder, and
 * which folders are known to be as a Git tree object has them.
 */
export class LiveTree {
  readonly #root: string;
  readonly files: FileTree<FileContent>;
  readonly #inodes = new Map<Directory, number>();
  /** Git trees of folders that have not changed since they were computed. A folder has one only if all below it have. */
  #treeIds = new WeakMap<Directory, string>();
  #nextId: number;

  constructor(root: string, loaded: Pick<Loaded, "folder" | "nextId">) {
    this.#root = root;
    this.#nextId = loaded.nextId;
    this.files = new FileTree(this.#build(ROOT_INODE, loaded), (from, target) => {
      const absolute = target.startsWith("/") ? target : `${toAbsolutePath(root, from)}/${target}`;
      return toWorkspacePath(root, absolute);
    });
  }

  begin(): BatchBuilder {
    return new BatchBuilder(this.#inodes, this.#nextId);
  }

  /** To be called when a batch begun here is durable. */
  keep(batch: BatchBuilder): void {
    this.#nextId = batch.nextId;
  }

  /** What is stored of every folder, by inode. */
  records(): Map<number, DirectoryRecord> {
    const records = new Map<number, DirectoryRecord>();
    for (const [directory, inode] of this.#inodes) records.set(inode, recordOf(directory, this.#inodes));
    return records;
  }

  treeId(directory: Directory): string | null {
    return this.#treeIds.get(directory) ?? null;
  }

  setTreeId(directory: Directory, oid: string): void {
    this.#treeIds.set(directory, oid);
  }

  /** The node at a path, symlinks along it followed, the last not. Below a file there is nothing. */
  lookUp(path: string): Resolved<FileContent> {
    try {
      return this.files.resolve(path, { followLast: false });
    } catch (error) {
      if (error instanceof OkcvmError && error.code === "not-directory") return { path, node: null };
      throw error;
    }
  }

  /** Below a folder, folders first, then by name. */
  list(path: string, recursive: boolean): Entry[] {
    const entries: Entry[] = [];
    this.#listInto(entries, { directory: this.files.directory(path), path }, recursive);
    return entries;
  }

  entry(path: string, node: Node): Entry {
    const entry: Entry = {
      path: toAbsolutePath(this.#root, path),
      kind: node.kind,
      mode: node.mode,
      size: node.kind === "file" ? node.size : node.kind === "symlink" ? node.target.length : 0,
      mtime: node.mtime,
    };
    if (node.kind === "symlink") entry.target = node.target;
    return entry;
  }

  usage(): { entries: number; bytes: number } {
    let entries = 0;
    let bytes = 0;
    for (const { node } of this.files.walk()) {
      entries++;
      if (node.kind === "file") bytes += node.size;
    }
    return { entries, bytes };
  }

  /** Makes one change and notes in the batch what it touched. Answers what those who watch are told. */
  apply(change: Change, batch: BatchBuilder): TreeChange {
    const now = Date.now();
    switch (change.kind) {
      case "write":
        return this.#write(change, now, batch);
      case "mkdir":
        batch.touch(this.files.makeDirectory(change.path, now));
        return change;
      case "remove":
        this.remove(change.path, batch);
        return change;
      case "rename": {
        const moved = this.files.rename(change.path, change.to, now);
        if (moved.replaced) batch.drop(moved.replaced);
        batch.touch(moved.touched);
        this.#changed(moved.from);
        this.#changed(moved.to);
        // Ignore rules speak of paths: what they left out below the old path may count below the new one.
        if (this.lookUp(moved.to).node?.kind === "directory") this.#treeIds = new WeakMap();
        return change;
      }
      case "symlink":
        this.putSymlink(change.path, change.target, batch);
        return change;
      case "chmod":
        this.#chmod(change.path, change.mode, batch);
        return change;
    }
  }

  /** Puts a file whose content is somewhere already. */
  putFile(path: string, file: FileNode<FileContent>, batch: BatchBuilder): TreeChange {
    const put = this.files.putFile(path, file);
    if (put.previous) batch.drop(put.previous);
    batch.touch(put.touched);
    this.#changed(put.path);
    return { kind: "write", path, size: file.size, mode: file.mode, mtime: file.mtime };
  }

  putSymlink(path: string, target: string, batch: BatchBuilder): void {
    const link = { kind: "symlink" as const, mode: 0o777, mtime: Date.now(), target };
    batch.touch(this.files.putSymlink(path, link));
    this.#changed(path);
  }

  remove(path: string, batch: BatchBuilder): void {
    const removed = this.files.remove(path, Date.now());
    batch.drop(removed.node);
    batch.touch([removed.parent]);
    this.#changed(removed.path);
  }

  #write(change: Extract<Change, { kind: "write" }>, now: number, batch: BatchBuilder): TreeChange {
    const { content } = change;
    const existing = this.files.get(change.path);
    const file: FileNode<FileContent> = {
      kind: "file",
      mode: change.mode ?? (existing?.kind === "file" ? existing.mode : 0o644),
      size: content instanceof Uint8Array ? content.byteLength : content.size,
      mtime: change.mtime ?? now,
      content: { id: batch.newId(), oid: null },
    };
    if (file.content.id !== null) batch.addContent(file.content.id, content);
    return this.putFile(change.path, file, batch);
  }

  #chmod(path: string, mode: number, batch: BatchBuilder): void {
    const { path: real, node } = this.files.resolve(path, { followLast: true });
    if (!node) throw new OkcvmError("not-found", `${path} does not exist.`);
    node.mode = mode & 0o777;
    batch.touch([node.kind === "directory" ? node : this.files.directory(parentOf(real))]);
    this.#changed(real);
  }

  /** Forgets the Git trees of every folder on the way to a path. */
  #changed(path: string): void {
    if (baseName(path) === IGNORE_FILE) {
      this.#treeIds = new WeakMap();
      return;
    }
    // The path as written may go through symlinks; what it touched lies where they lead.
    const { path: real } = this.lookUp(path);
    let directory = this.files.root;
    this.#treeIds.delete(directory);
    for (const name of real.split("/")) {
      const child = directory.children.get(name);
      if (child?.kind !== "directory") return;
      directory = child;
      this.#treeIds.delete(directory);
    }
  }

  #build(inode: number, stored: Pick<Loaded, "folder">): Directory {
    const folder = stored.folder(inode);
    const directory: Directory = { kind: "directory", mode: 0o755, mtime: Date.now(), children: new Map() };
    this.#inodes.set(directory, inode);
    if (!folder) return directory;
    directory.mode = folder.mode;
    directory.mtime = folder.mtime;
    for (const [name, entry] of folder.entries) directory.children.set(name, this.#node(entry, stored));
    return directory;
  }

  #node(entry: StoredEntry, stored: Pick<Loaded, "folder">): Node {
    if (entry.kind === "directory") return this.#build(entry.inode, stored);
    if (entry.kind === "symlink") return entry;
    const { mode, size, mtime, content, oid } = entry;
    return { kind: "file", mode, size, mtime, content: { id: content, oid: oid ?? null } };
  }

  #listInto(entries: Entry[], from: { directory: Directory; path: string }, recursive: boolean): void {
    for (const [name, node] of [...from.directory.children].toSorted(foldersFirst)) {
      const path = from.path === "" ? name : `${from.path}/${name}`;
      entries.push(this.entry(path, node));
      if (recursive && node.kind === "directory") this.#listInto(entries, { directory: node, path }, true);
    }
  }
}

function foldersFirst([nameA, a]: [string, Node], [nameB, b]: [string, Node]): number {
  if ((a.kind === "directory") !== (b.kind === "directory")) return a.kind === "directory" ? -1 : 1;
  return nameA < nameB ? -1 : 1;
}
