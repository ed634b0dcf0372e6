import type { Entry, TreeChange } from "../../../domain/changes.ts";
import type { EmscriptenFs, FsNode } from "./emscripten.ts";

export const DIRECTORY = 0o040000;
export const FILE = 0o100000;
export const PERMISSIONS = 0o7777;
export const EMPTY: Uint8Array = new Uint8Array(0);

/** The children of a folder, by name. */
export function childrenOf(folder: FsNode): Record<string, FsNode> {
  return folder.contents as Record<string, FsNode>;
}

/** Makes the workspace's own changes in the mounted tree. What the workspace says wins over what is there. */
export class RemoteTree {
  readonly #fs: EmscriptenFs;
  readonly #mount: string;
  readonly #root: FsNode;
  readonly #setAway: (node: FsNode, away: boolean) => void;

  /** `setAway` hears of each file whether its content is still to be fetched. */
  constructor(
    fs: EmscriptenFs,
    at: { mount: string; root: FsNode },
    setAway: (node: FsNode, away: boolean) => void,
  ) {
    this.#fs = fs;
    this.#mount = at.mount;
    this.#root = at.root;
    this.#setAway = setAway;
  }

  seed(entries: readonly Entry[]): void {
    for (const entry of entries) {
      const path = entry.path.slice(this.#mount.length + 1);
      if (entry.kind === "directory") {
        const node = this.#makeFolder(path);
        node.mode = DIRECTORY | entry.mode;
        node.mtime = entry.mtime;
      } else if (entry.kind === "symlink") this.#putLink(path, entry.target ?? "");
      else this.#putFile(path, entry);
    }
  }

  apply(changes: readonly TreeChange[]): void {
    for (const change of changes) this.#applyOne(change);
  }

  find(path: string): FsNode | null {
    let node: FsNode = this.#root;
    for (const name of path === "" ? [] : path.split("/")) {
      const child = this.#fs.isDir(node.mode) ? childrenOf(node)[name] : undefined;
      if (!child) return null;
      node = child;
    }
    return node;
  }

  #applyOne(change: TreeChange): void {
    const { path } = change;
    const node = this.find(path);
    if (change.kind === "write") this.#putFile(path, change);
    else if (change.kind === "mkdir") this.#makeFolder(path);
    else if (change.kind === "symlink") this.#putLink(path, change.target);
    // A node that is gone here already is no failure: what the workspace says wins.
    else if (!node) return;
    else if (change.kind === "remove") this.#remove(node, path);
    else if (change.kind === "chmod") node.mode = (node.mode & ~PERMISSIONS) | change.mode;
    else this.#move(node, change.path, change.to);
  }

  #move(node: FsNode, path: string, to: string): void {
    const folder = to.includes("/") ? this.#makeFolder(to.slice(0, to.lastIndexOf("/"))) : this.#root;
    const replaced = childrenOf(folder)[to.slice(to.lastIndexOf("/") + 1)];
    if (replaced && replaced !== node) this.#remove(replaced, to);
    this.#fs.rename(`${this.#mount}/${path}`, `${this.#mount}/${to}`);
  }

  /** A folder, with those above it; what is in the way gives way. */
  #makeFolder(path: string): FsNode {
    let node = this.#root;
    let at = "";
    for (const name of path.split("/")) {
      at = at === "" ? name : `${at}/${name}`;
      const child = childrenOf(node)[name];
      if (child && this.#fs.isDir(child.mode)) node = child;
      else {
        if (child) this.#remove(child, at);
        node = this.#root.node_ops.mknod(node, name, DIRECTORY | 0o755, 0);
      }
    }
    return node;
  }

  #place(path: string): { folder: FsNode; name: string } {
    const cut = path.lastIndexOf("/");
    return { folder: cut < 0 ? this.#root : this.#makeFolder(path.slice(0, cut)), name: path.slice(cut + 1) };
  }

  #putFile(path: string, file: { size: number; mode: number; mtime: number }): void {
    const { folder, name } = this.#place(path);
    let node = childrenOf(folder)[name];
    if (node && !this.#fs.isFile(node.mode)) this.#remove(node, path);
    if (!node || !this.#fs.isFile(node.mode)) node = this.#root.node_ops.mknod(folder, name, FILE | 0o644, 0);
    node.mode = FILE | file.mode;
    node.mtime = file.mtime;
    node.contents = EMPTY;
    node.usedBytes = file.size;
    this.#setAway(node, file.size > 0);
  }

  #putLink(path: string, target: string): void {
    const { folder, name } = this.#place(path);
    const node = childrenOf(folder)[name];
    if (node) this.#remove(node, path);
    this.#root.node_ops.symlink(folder, name, target);
  }

  #remove(node: FsNode, path: string): void {
    const full = `${this.#mount}/${path}`;
    if (!this.#fs.isDir(node.mode)) return this.#fs.unlink(full);
    for (const [name, child] of Object.entries(childrenOf(node))) this.#remove(child, `${path}/${name}`);
    this.#fs.rmdir(full);
  }
}
