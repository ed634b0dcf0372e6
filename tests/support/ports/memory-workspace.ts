import type { Change, Content, Entry, Journal } from "../../../src/domain/changes.ts";
import { OkcvmError } from "../../../src/domain/errors.ts";
import { FileTree, type DirectoryNode, type TreeNode } from "../../../src/domain/file-tree.ts";
import { toAbsolutePath, toWorkspacePath } from "../../../src/domain/paths.ts";
import { TaskQueue } from "../../../src/domain/queue.ts";
import { checkJournal } from "../../../src/workspace/check-journal.ts";
import type { Unsubscribe, Workspace, Workspaces } from "../../../src/ports/workspace.ts";

type Bytes = Uint8Array<ArrayBuffer>;
type Listener = (changes: Change[], origin: string | null) => void;

/** A workspace in memory. `faults` makes the named method fail until it is taken out again. */
export class MemoryWorkspace implements Workspace {
  readonly root: string;
  readonly lost: Promise<void>;
  readonly faults = new Map<keyof Workspace, Error>();
  closed = false;
  /** What another tab's take-over does. */
  lose: () => void = () => {};
  #tree: FileTree<Bytes>;
  readonly #listeners = new Set<Listener>();
  readonly #queue = new TaskQueue();
  #time = 0;

  constructor(root = "/mnt/okcvm-12345678") {
    this.root = root;
    this.#tree = this.#treeOf({ kind: "directory", mode: 0o755, mtime: 0, children: new Map() });
    this.lost = new Promise((resolve) => {
      this.lose = resolve;
    });
  }

  list(path = "", options: { recursive?: boolean } = {}): Promise<Entry[]> {
    return this.#run("list", () => {
      const inside = this.#inside(path);
      const entries = this.#children(inside, this.#tree.directory(inside));
      return options.recursive ? entries.flatMap((entry) => this.#below(entry)) : entries;
    });
  }

  stat(path: string): Promise<Entry | null> {
    return this.#run("stat", () => {
      try {
        const { path: at, node } = this.#tree.resolve(this.#inside(path), { followLast: false });
        return node && this.#entry(at, node);
      } catch (error) {
        if (error instanceof OkcvmError && error.code === "not-directory") return null;
        throw error;
      }
    });
  }

  async readText(path: string): Promise<string> {
    return new TextDecoder("utf-8", { ignoreBOM: true }).decode(await this.readBytes(path));
  }

  readBytes(path: string): Promise<Bytes> {
    return this.#run("readBytes", () => {
      const node = this.#tree.get(this.#inside(path));
      if (!node) throw new OkcvmError("not-found", `${path} does not exist.`);
      if (node.kind !== "file") throw new OkcvmError("is-directory", `${path} is a folder.`);
      return node.content.slice();
    });
  }

  async readBlob(path: string): Promise<Blob> {
    return new Blob([await this.readBytes(path)]);
  }

  async write(path: string, content: string | Content): Promise<void> {
    const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
    await this.#change("write", { kind: "write", path, content: bytes });
  }
  async mkdir(path: string): Promise<void> {
    await this.#change("mkdir", { kind: "mkdir", path });
  }
  async remove(path: string): Promise<void> {
    await this.#change("remove", { kind: "remove", path });
  }
  async rename(from: string, to: string): Promise<void> {
    await this.#change("rename", { kind: "rename", path: from, to });
  }
  async symlink(target: string, path: string): Promise<void> {
    await this.#change("symlink", { kind: "symlink", path, target });
  }

  apply(journal: Journal): Promise<void> {
    return this.#run("apply", () => this.#applyAll(journal, journal.origin));
  }

  subscribe(listener: Listener): Unsubscribe {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async usage(): Promise<{ entries: number; bytes: number }> {
    const nodes = [...this.#tree.walk()].map(({ node }) => node);
    const bytes = nodes.reduce((sum, node) => sum + (node.kind === "file" ? node.size : 0), 0);
    return { entries: nodes.length, bytes };
  }

  async close(): Promise<void> {
    this.closed = true;
  }

  #run<T>(method: keyof Workspace, task: () => T | Promise<T>): Promise<T> {
    return this.#queue.run(async () => {
      const fault = this.faults.get(method);
      if (fault) throw fault;
      return task();
    });
  }

  #change(method: keyof Workspace, change: Change): Promise<void> {
    return this.#run(method, () => this.#applyAll({ origin: "", changes: [change] }, null));
  }

  async #applyAll(journal: Journal, origin: string | null): Promise<void> {
    const changes = checkJournal(journal).map((change): Change => {
      const path = this.#inside(change.path);
      return change.kind === "rename"
        ? { ...change, path, to: this.#inside(change.to) }
        : { ...change, path };
    });
    const before = structuredClone(this.#tree.root);
    try {
      for (const change of changes) await this.#applyOne(change);
    } catch (error) {
      this.#tree = this.#treeOf(before);
      throw error;
    }
    for (const listener of this.#listeners) listener(changes, origin);
  }

  async #applyOne(change: Change): Promise<void> {
    const mtime = ++this.#time;
    switch (change.kind) {
      case "write": {
        const content = await bytesOf(change.content);
        const there = this.#tree.get(change.path);
        const mode = change.mode ?? (there?.kind === "file" ? there.mode : 0o644);
        const file = {
          kind: "file" as const,
          mode,
          size: content.length,
          mtime: change.mtime ?? mtime,
          content,
        };
        this.#tree.putFile(change.path, file);
        return;
      }
      case "mkdir":
        this.#tree.makeDirectory(change.path, mtime);
        return;
      case "remove":
        this.#tree.remove(change.path, mtime);
        return;
      case "rename":
        this.#tree.rename(change.path, change.to, mtime);
        return;
      case "symlink":
        this.#tree.putSymlink(change.path, { kind: "symlink", mode: 0o777, mtime, target: change.target });
        return;
      case "chmod": {
        const node = this.#tree.get(change.path);
        if (!node) throw new OkcvmError("not-found", `${change.path} does not exist.`);
        node.mode = change.mode & 0o777;
      }
    }
  }

  #inside(path: string): string {
    return toWorkspacePath(this.root, path);
  }

  #treeOf(root: DirectoryNode<Bytes>): FileTree<Bytes> {
    return new FileTree(root, (from, target) =>
      this.#inside(target.startsWith("/") ? target : `${toAbsolutePath(this.root, from)}/${target}`),
    );
  }

  #children(path: string, directory: DirectoryNode<Bytes>): Entry[] {
    return [...directory.children]
      .map(([name, node]) => this.#entry(path === "" ? name : `${path}/${name}`, node))
      .toSorted(foldersFirst);
  }

  #below(entry: Entry): Entry[] {
    if (entry.kind !== "directory") return [entry];
    const inside = this.#inside(entry.path);
    return [
      entry,
      ...this.#children(inside, this.#tree.directory(inside)).flatMap((child) => this.#below(child)),
    ];
  }

  #entry(path: string, node: TreeNode<Bytes>): Entry {
    const size = node.kind === "file" ? node.size : node.kind === "symlink" ? node.target.length : 0;
    const entry: Entry = {
      path: toAbsolutePath(this.root, path),
      kind: node.kind,
      mode: node.mode,
      size,
      mtime: node.mtime,
    };
    return node.kind === "symlink" ? { ...entry, target: node.target } : entry;
  }
}

/** Memory workspaces by conversation; a take-over ends the one that was open, with its files kept. */
export class MemoryWorkspaces implements Workspaces {
  readonly made = new Map<string, MemoryWorkspace>();
  readonly destroyed: string[] = [];

  async open(conversationId: string, options: { takeOver?: boolean } = {}): Promise<MemoryWorkspace> {
    const there = this.made.get(conversationId);
    if (there && !there.closed && !options.takeOver)
      throw new OkcvmError("workspace-busy", "Another tab has this conversation open.");
    const next = new MemoryWorkspace(`/mnt/okcvm-${conversationId.slice(0, 8)}`);
    this.made.set(conversationId, next);
    for (const entry of there ? await there.list("", { recursive: true }) : []) {
      if (entry.kind === "file") await next.write(entry.path, (await there?.readBytes(entry.path)) ?? "");
    }
    there?.lose();
    return next;
  }

  async destroy(conversationId: string): Promise<void> {
    this.made.delete(conversationId);
    this.destroyed.push(conversationId);
  }
}

async function bytesOf(content: Content): Promise<Bytes> {
  return content instanceof Uint8Array
    ? Uint8Array.from(content)
    : new Uint8Array(await content.arrayBuffer());
}

function foldersFirst(a: Entry, b: Entry): number {
  if ((a.kind === "directory") !== (b.kind === "directory")) return a.kind === "directory" ? -1 : 1;
  return a.path < b.path ? -1 : 1;
}
