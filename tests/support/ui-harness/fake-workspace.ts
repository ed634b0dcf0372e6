import type { Change, Content, Entry, TreeChange } from "../../../src/domain/changes.ts";
import { OkcvmError } from "../../../src/domain/errors.ts";
import { FileTree, type FileNode, type TreeNode } from "../../../src/domain/file-tree.ts";
import { toAbsolutePath, toWorkspacePath } from "../../../src/domain/paths.ts";
import type { Workspace } from "../../../src/ports/workspace.ts";
import { fakeHistory } from "./fake-history.ts";
import { fakeSearch } from "./fake-search.ts";

export interface FakeWorkspace extends Workspace {
  /** Makes the named method fail until it is taken out again. */
  readonly faults: Map<keyof Workspace, Error>;
}

/** A workspace in memory for the user interface: real files, search and ZIP. */
export function createFakeWorkspace(
  root: string,
  files: Record<string, string | Uint8Array<ArrayBuffer>>,
): FakeWorkspace {
  const store = new Store(root);
  const live = new LiveFiles(store);
  for (const [path, content] of Object.entries(files)) live.set(path, toBlob(content));
  const listeners = new Set<(changes: TreeChange[], origin: string | null) => void>();
  const tell = (changes: TreeChange[], origin: string | null): void =>
    listeners.forEach((listener) => listener(changes, origin));
  const faults = new Map<keyof Workspace, Error>();
  /** Every method answers later, as a Worker does. */
  const run = async <Result>(
    name: keyof Workspace,
    task: () => Result | Promise<Result>,
  ): Promise<Result> => {
    await new Promise((resolve) => setTimeout(resolve, 0));
    const fault = faults.get(name);
    if (fault) throw fault;
    return task();
  };
  const apply = (name: keyof Workspace, changes: Change[], origin: string | null = null): Promise<void> =>
    run(name, () => {
      const done = changes.map((change) => store.change(change));
      live.follow(done);
      tell(done, origin);
    });
  const history = fakeHistory(root, live, (changes) => tell(changes, null));
  return {
    ...history,
    root,
    shared: null,
    faults,
    lost: new Promise(() => undefined),
    list: (path = "", options = {}) =>
      run("list", () => (options.recursive ? store.below(path) : store.children(path))),
    stat: (path) => run("stat", () => store.stat(path)),
    readText: (path) => run("readText", () => store.content(path).text()),
    readBytes: (path) =>
      run("readBytes", async () => new Uint8Array(await store.content(path).arrayBuffer())),
    readBlob: (path) => run("readBlob", () => store.content(path)),
    write: (path, content) => apply("write", [{ kind: "write", path, content: toBlob(content) }]),
    mkdir: (path) => apply("mkdir", [{ kind: "mkdir", path }]),
    remove: (path) => apply("remove", [{ kind: "remove", path }]),
    rename: (path, to) => apply("rename", [{ kind: "rename", path, to }]),
    symlink: (target, path) => apply("symlink", [{ kind: "symlink", path, target }]),
    apply: (journal) => apply("apply", journal.changes, journal.origin),
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    search: (query, options) => run("search", () => fakeSearch(root, store.files(""), query, options)),
    exportZip: (path) => run("exportZip", () => history.exportZip(path)),
    importZip: (zip, options) => run("importZip", () => history.importZip(zip, options)),
    importGit: (remote) => run("importGit", () => history.snapshot(`Imported ${remote.url}`)),
    pushGit: (remote) =>
      run("pushGit", () => ({ branch: remote.branch ?? "main", commit: "0".repeat(40), moved: true })),
    usage: async () => ({
      entries: store.below("").length,
      bytes: store.below("").reduce((sum, entry) => sum + entry.size, 0),
      history: 0,
    }),
    close: async () => undefined,
  };
}

/** The files by path, as the history's fake reads and writes them. */
class LiveFiles extends Map<string, Blob> {
  readonly #store: Store;

  constructor(store: Store) {
    super();
    this.#store = store;
  }

  override set(path: string, blob: Blob): this {
    this.#store.change({ kind: "write", path, content: blob });
    return super.set(path, blob);
  }

  override delete(path: string): boolean {
    if (!this.has(path)) return false;
    this.#store.change({ kind: "remove", path });
    return super.delete(path);
  }

  /** Takes in what was changed past this map. */
  follow(changes: readonly TreeChange[]): void {
    for (const { kind, path } of changes) {
      if (kind === "write") super.set(path, this.#store.content(path));
      else if (kind === "remove" && this.has(path)) super.delete(path);
      else if (kind === "remove" || kind === "rename") {
        super.clear();
        for (const file of this.#store.files("")) super.set(file.path, file.node.content);
      }
    }
  }
}

class Store {
  readonly #root: string;
  readonly #tree: FileTree<Blob>;

  constructor(root: string) {
    this.#root = root;
    this.#tree = new FileTree<Blob>(
      { kind: "directory", mode: 0o755, mtime: 0, children: new Map() },
      (from, target) => toWorkspacePath(root, target.startsWith("/") ? target : `${root}/${from}/${target}`),
    );
  }

  change(change: Change): TreeChange {
    const now = Date.now();
    const path = this.#inside(change.path);
    switch (change.kind) {
      case "write": {
        const blob = toBlob(change.content);
        const mtime = change.mtime ?? now;
        const old = this.#tree.get(path);
        const mode = change.mode ?? old?.mode ?? 0o644;
        this.#tree.putFile(path, { kind: "file", mode, size: blob.size, mtime, content: blob });
        return { kind: "write", path, size: blob.size, mode, mtime };
      }
      case "mkdir":
        this.#tree.makeDirectory(path, now);
        return { ...change, path };
      case "remove":
        this.#tree.remove(path, now);
        return { ...change, path };
      case "rename":
        this.#tree.rename(path, this.#inside(change.to), now);
        return { ...change, path, to: this.#inside(change.to) };
      case "symlink":
        this.#tree.putSymlink(path, { kind: "symlink", mode: 0o777, mtime: now, target: change.target });
        return { ...change, path };
      case "chmod":
        return { ...change, path };
    }
  }

  stat(path: string): Entry | null {
    const inside = this.#inside(path);
    const { node } = this.#tree.resolve(inside, { followLast: false });
    return node ? this.#entry(inside, node) : null;
  }

  content(path: string): Blob {
    const node = this.#tree.get(this.#inside(path));
    if (!node) throw new OkcvmError("not-found", `${path} does not exist.`);
    if (node.kind !== "file") throw new OkcvmError("is-directory", `${path} is a folder.`);
    return node.content;
  }

  /** Folders first, then by name, as the real one answers. */
  children(path: string): Entry[] {
    const inside = this.#inside(path);
    const entries = [...this.#tree.directory(inside).children].map(([name, node]) =>
      this.#entry(inside === "" ? name : `${inside}/${name}`, node),
    );
    const rank = (entry: Entry): string => (entry.kind === "directory" ? "0" : "1") + entry.path;
    return entries.toSorted((a, b) => (rank(a) < rank(b) ? -1 : 1));
  }

  below(path: string): Entry[] {
    return [...this.#tree.walk(this.#inside(path))].map(({ path, node }) => this.#entry(path, node));
  }

  files(path: string): { path: string; node: FileNode<Blob> }[] {
    return [...this.#tree.walk(this.#inside(path))].flatMap(({ path, node }) =>
      node.kind === "file" ? [{ path, node }] : [],
    );
  }

  #inside(path: string): string {
    return toWorkspacePath(this.#root, path);
  }

  #entry(path: string, node: TreeNode<Blob>): Entry {
    const size = node.kind === "file" ? node.size : node.kind === "symlink" ? node.target.length : 0;
    return {
      path: toAbsolutePath(this.#root, path),
      kind: node.kind,
      mode: node.mode,
      size,
      mtime: node.mtime,
      ...(node.kind === "symlink" ? { target: node.target } : {}),
    };
  }
}

function toBlob(content: string | Content): Blob {
  return content instanceof Blob ? content : new Blob([content as string | Uint8Array<ArrayBuffer>]);
}
