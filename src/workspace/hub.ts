import type { Change, Content, Entry, Journal } from "../domain/changes.ts";
import { OkcvmError } from "../domain/errors.ts";
import {
  FileTree,
  type DirectoryNode,
  type FileNode,
  type Resolved,
  type TreeNode,
} from "../domain/file-tree.ts";
import { newId } from "../domain/ids.ts";
import { toAbsolutePath, toWorkspacePath } from "../domain/paths.ts";
import { TaskQueue } from "../domain/queue.ts";
import { BatchBuilder } from "./batch-builder.ts";
import { checkJournal } from "./check-journal.ts";
import {
  loadAll,
  openDatabase,
  readContent,
  ROOT_INODE,
  writeBatch,
  type DirectoryRecord,
} from "./database.ts";

type Directory = DirectoryNode<number>;

/**
 * The workspace's files: a tree in memory whose contents and folders are
 * durable in IndexedDB before a change is acknowledged. One hub writes a
 * workspace at a time; a later hub takes over and this one's writes then fail.
 */
export class Hub {
  readonly #root: string;
  readonly #db: IDBDatabase;
  readonly #owner = newId();
  readonly #queue = new TaskQueue();
  readonly #onChanges: (changes: Change[], origin: string | null) => void;
  #inodes = new Map<Directory, number>();
  #nextId = ROOT_INODE + 1;
  #tree: FileTree<number>;

  private constructor(
    root: string,
    db: IDBDatabase,
    onChanges: (changes: Change[], origin: string | null) => void,
  ) {
    this.#root = root;
    this.#db = db;
    this.#onChanges = onChanges;
    this.#tree = this.#treeOf(emptyDirectory());
  }

  /** Opens a workspace. `onChanges` hears every durable change, in order, before its call is answered. */
  static async open(
    databaseName: string,
    root: string,
    onChanges: (changes: Change[], origin: string | null) => void,
  ): Promise<Hub> {
    const hub = new Hub(root, await openDatabase(databaseName), onChanges);
    await hub.#load();
    return hub;
  }

  async list(path: string, recursive: boolean): Promise<Entry[]> {
    const inside = this.#inside(path);
    return this.#queue.run(async () => {
      const entries: Entry[] = [];
      this.#listInto(entries, { directory: this.#tree.directory(inside), path: inside }, recursive);
      return entries;
    });
  }

  async stat(path: string): Promise<Entry | null> {
    const inside = this.#inside(path);
    return this.#queue.run(async () => {
      const { path: at, node } = this.#lookUp(inside);
      return node ? this.#entry(at, node) : null;
    });
  }

  /** The content of a file, symlinks followed. */
  async read(path: string): Promise<Content> {
    const inside = this.#inside(path);
    return this.#queue.run(async () => {
      const node = this.#tree.get(inside);
      if (!node) throw new OkcvmError("not-found", `${path} does not exist.`);
      if (node.kind !== "file") throw new OkcvmError("is-directory", `${path} is a folder, not a file.`);
      const content = await readContent(this.#db, node.content);
      if (!content)
        throw new OkcvmError("internal", `The content of ${path} is missing from the browser's storage.`);
      return content;
    });
  }

  /** Applies changes in order, all or nothing, and answers when they are durable. */
  async apply(journal: Journal, origin: string | null): Promise<void> {
    const changes = checkJournal(journal).map((change) => this.#toInside(change));
    await this.#queue.run(async () => {
      const batch = new BatchBuilder(this.#inodes, this.#nextId);
      try {
        for (const change of changes) this.#applyOne(change, batch);
        await writeBatch(this.#db, this.#owner, batch.finish(this.#tree.root));
      } catch (error) {
        // The tree in memory may hold half of it: what is durable decides.
        await this.#load({ keepOwner: true });
        throw error;
      }
      this.#nextId = batch.nextId;
      this.#onChanges(changes, origin);
    });
  }

  async usage(): Promise<{ entries: number; bytes: number }> {
    return this.#queue.run(async () => {
      let entries = 0;
      let bytes = 0;
      for (const { node } of this.#tree.walk()) {
        entries++;
        if (node.kind === "file") bytes += node.size;
      }
      return { entries, bytes };
    });
  }

  async close(): Promise<void> {
    await this.#queue.idle();
    this.#db.close();
  }

  #inside(path: string): string {
    return toWorkspacePath(this.#root, path);
  }

  #toInside(change: Change): Change {
    const path = this.#inside(change.path);
    if (change.kind === "rename") return { ...change, path, to: this.#inside(change.to) };
    return { ...change, path };
  }

  #treeOf(root: Directory): FileTree<number> {
    return new FileTree(root, (from, target) => {
      const absolute = target.startsWith("/") ? target : `${toAbsolutePath(this.#root, from)}/${target}`;
      return toWorkspacePath(this.#root, absolute);
    });
  }

  async #load(options: { keepOwner?: boolean } = {}): Promise<void> {
    // A reload after a failed write must not take back what another tab took over.
    const { directories, nextId } = options.keepOwner
      ? await loadAll(this.#db, this.#owner, { take: false })
      : await loadAll(this.#db, this.#owner, { take: true });
    this.#inodes = new Map();
    this.#nextId = nextId;
    this.#tree = this.#treeOf(this.#build(ROOT_INODE, directories));
  }

  #build(inode: number, records: Map<number, DirectoryRecord>): Directory {
    const record = records.get(inode);
    const directory = emptyDirectory();
    this.#inodes.set(directory, inode);
    if (!record) return directory;
    directory.mode = record.mode;
    directory.mtime = record.mtime;
    for (const [name, entry] of Object.entries(record.entries)) {
      directory.children.set(
        name,
        entry.kind === "directory" ? this.#build(entry.inode, records) : { ...entry },
      );
    }
    return directory;
  }

  #lookUp(path: string): Resolved<number> {
    try {
      return this.#tree.resolve(path, { followLast: false });
    } catch (error) {
      // Below a file there is nothing, which is an answer here and not a failure.
      if (error instanceof OkcvmError && error.code === "not-directory") return { path, node: null };
      throw error;
    }
  }

  #listInto(entries: Entry[], from: { directory: Directory; path: string }, recursive: boolean): void {
    for (const [name, node] of [...from.directory.children].toSorted(foldersFirst)) {
      const path = from.path === "" ? name : `${from.path}/${name}`;
      entries.push(this.#entry(path, node));
      if (recursive && node.kind === "directory") this.#listInto(entries, { directory: node, path }, true);
    }
  }

  #entry(path: string, node: TreeNode<number>): Entry {
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

  #applyOne(change: Change, batch: BatchBuilder): void {
    const now = Date.now();
    switch (change.kind) {
      case "write":
        return this.#write(change, now, batch);
      case "mkdir":
        return batch.touch(this.#tree.makeDirectory(change.path, now));
      case "remove": {
        const removed = this.#tree.remove(change.path, now);
        batch.drop(removed.node);
        return batch.touch([removed.parent]);
      }
      case "rename": {
        const moved = this.#tree.rename(change.path, change.to, now);
        if (moved.replaced) batch.drop(moved.replaced);
        return batch.touch(moved.touched);
      }
      case "symlink":
        return batch.touch(
          this.#tree.putSymlink(change.path, {
            kind: "symlink",
            mode: 0o777,
            mtime: now,
            target: change.target,
          }),
        );
      case "chmod":
        return this.#chmod(change.path, change.mode, batch);
    }
  }

  #write(change: Extract<Change, { kind: "write" }>, now: number, batch: BatchBuilder): void {
    const { content } = change;
    const size = content instanceof Uint8Array ? content.byteLength : content.size;
    const existing = this.#tree.get(change.path);
    const mode = change.mode ?? (existing?.kind === "file" ? existing.mode : 0o644);
    const file: FileNode<number> = {
      kind: "file",
      mode,
      size,
      mtime: change.mtime ?? now,
      content: batch.newId(),
    };
    const put = this.#tree.putFile(change.path, file);
    if (put.previous) batch.drop(put.previous);
    batch.addContent(file.content, content);
    batch.touch(put.touched);
  }

  #chmod(path: string, mode: number, batch: BatchBuilder): void {
    const { path: real, node } = this.#tree.resolve(path, { followLast: true });
    if (!node) throw new OkcvmError("not-found", `${path} does not exist.`);
    node.mode = mode & 0o777;
    if (node.kind === "directory") return batch.touch([node]);
    const cut = real.lastIndexOf("/");
    batch.touch([this.#tree.directory(cut < 0 ? "" : real.slice(0, cut))]);
  }
}

function emptyDirectory(): Directory {
  return { kind: "directory", mode: 0o755, mtime: Date.now(), children: new Map() };
}

function foldersFirst(
  [nameA, a]: [string, TreeNode<number>],
  [nameB, b]: [string, TreeNode<number>],
): number {
  if ((a.kind === "directory") !== (b.kind === "directory")) return a.kind === "directory" ? -1 : 1;
  return nameA < nameB ? -1 : 1;
}
