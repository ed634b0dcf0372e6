import { OkcvmError } from "./errors.ts";
import { baseName, parentOf } from "./paths.ts";

/** A file; `content` is whatever its holder keeps contents by (bytes, a key, a promise). */
export interface FileNode<C> {
  kind: "file";
  mode: number;
  size: number;
  mtime: number;
  content: C;
}
export interface DirectoryNode<C> {
  kind: "directory";
  mode: number;
  mtime: number;
  children: Map<string, TreeNode<C>>;
}
export interface SymlinkNode {
  kind: "symlink";
  mode: number;
  mtime: number;
  target: string;
}
export type TreeNode<C> = FileNode<C> | DirectoryNode<C> | SymlinkNode;

/** Where a path leads after its symlinks: the real path, and the node there or null. */
export interface Resolved<C> {
  path: string;
  node: TreeNode<C> | null;
}

const MAX_LINKS = 40;

/**
 * A file tree in memory. Paths have no leading slash; `""` is the root.
 * `followLink` turns a symlink's target into a path of this tree; it throws
 * `outside-workspace` for a target that leaves it.
 *
 * Methods that change something return the directories they touched, so that a
 * holder can store just those. Errors: `not-found`, `not-directory`,
 * `is-directory`, `not-empty`, `exists`, `bad-path`.
 */
export class FileTree<C> {
  readonly root: DirectoryNode<C>;
  readonly #followLink: (from: string, target: string) => string;

  constructor(root: DirectoryNode<C>, followLink: (from: string, target: string) => string) {
    this.root = root;
    this.#followLink = followLink;
  }

  /** Resolves a path. Missing parents give node null with the path as written from there on. */
  resolve(path: string, options: { followLast: boolean }): Resolved<C> {
    return this.#walk(path, options.followLast, MAX_LINKS);
  }

  /** The node at a path, symlinks followed; null when nothing is there. */
  get(path: string): TreeNode<C> | null {
    return this.resolve(path, { followLast: true }).node;
  }

  /** The directory at a path. Errors: `not-found`, `not-directory`. */
  directory(path: string): DirectoryNode<C> {
    const node = this.get(path);
    if (!node) throw notFound(path);
    if (node.kind !== "directory") throw new OkcvmError("not-directory", `${show(path)} is not a folder.`);
    return node;
  }

  /** Puts a file at a path, following a symlink that is there, with missing parents. */
  putFile(
    path: string,
    file: FileNode<C>,
  ): { path: string; previous: FileNode<C> | null; touched: DirectoryNode<C>[] } {
    const resolved = this.resolve(path, { followLast: true });
    if (resolved.node?.kind === "directory") {
      throw new OkcvmError("is-directory", `${show(path)} is a folder. Name a file in it.`);
    }
    const previous = resolved.node?.kind === "file" ? resolved.node : null;
    const touched = this.makeDirectory(parentOf(resolved.path), file.mtime);
    const parent = this.directory(parentOf(resolved.path));
    parent.children.set(baseName(resolved.path), file);
    if (!previous) parent.mtime = file.mtime;
    return { path: resolved.path, previous, touched: [...touched, parent] };
  }

  /** Makes a directory and its missing parents; a directory that is there stays. Returns the parents that gained one. */
  makeDirectory(path: string, mtime: number): DirectoryNode<C>[] {
    const { node, path: real } = this.resolve(path, { followLast: true });
    if (node?.kind === "directory") return [];
    if (node) throw new OkcvmError("not-directory", `${show(path)} is a file, not a folder.`);
    const touched = this.makeDirectory(parentOf(real), mtime);
    const parent = this.directory(parentOf(real));
    const made: DirectoryNode<C> = { kind: "directory", mode: 0o755, mtime, children: new Map() };
    parent.children.set(baseName(real), made);
    parent.mtime = mtime;
    return [...touched, parent, made];
  }

  putSymlink(path: string, link: SymlinkNode): DirectoryNode<C>[] {
    const resolved = this.resolve(path, { followLast: false });
    if (resolved.node) throw new OkcvmError("exists", `${show(path)} already exists.`);
    const touched = this.makeDirectory(parentOf(resolved.path), link.mtime);
    const parent = this.directory(parentOf(resolved.path));
    parent.children.set(baseName(resolved.path), link);
    parent.mtime = link.mtime;
    return [...touched, parent];
  }

  /** Takes a node out (a whole folder too). A symlink itself is removed, not what it points at. */
  remove(path: string, mtime: number): { path: string; node: TreeNode<C>; parent: DirectoryNode<C> } {
    const resolved = this.resolve(path, { followLast: false });
    if (!resolved.node) throw notFound(path);
    if (resolved.path === "")
      throw new OkcvmError("bad-path", "The workspace folder itself cannot be removed.");
    const parent = this.directory(parentOf(resolved.path));
    parent.children.delete(baseName(resolved.path));
    parent.mtime = mtime;
    return { path: resolved.path, node: resolved.node, parent };
  }

  /** Moves a node as rename(2) does: a file there is replaced, a folder there must be empty. */
  rename(from: string, to: string, mtime: number): RenameOutcome<C> {
    const source = this.resolve(from, { followLast: false });
    if (!source.node) throw notFound(from);
    const target = this.resolve(to, { followLast: false });
    if (source.path === target.path)
      return { from: source.path, to: target.path, replaced: null, touched: [] };
    if (source.path === "" || target.path === "" || target.path.startsWith(`${source.path}/`)) {
      throw new OkcvmError(
        "bad-path",
        `${show(from)} cannot be moved to ${show(to)}: a folder cannot go into itself.`,
      );
    }
    checkReplaceable(source.node, target.node, to);
    const touched = this.makeDirectory(parentOf(target.path), mtime);
    const oldParent = this.directory(parentOf(source.path));
    const newParent = this.directory(parentOf(target.path));
    oldParent.children.delete(baseName(source.path));
    newParent.children.set(baseName(target.path), source.node);
    oldParent.mtime = mtime;
    newParent.mtime = mtime;
    return {
      from: source.path,
      to: target.path,
      replaced: target.node,
      touched: [...touched, oldParent, newParent],
    };
  }

  /** Every node below a path, parents before children. */
  *walk(path = ""): Generator<{ path: string; node: TreeNode<C> }> {
    const start = this.directory(path);
    yield* walkDirectory(start, path);
  }

  #walk(path: string, followLast: boolean, linksLeft: number): Resolved<C> {
    const names = path === "" ? [] : path.split("/");
    let node: TreeNode<C> = this.root;
    let at = "";
    for (const [index, name] of names.entries()) {
      if (node.kind !== "directory") throw new OkcvmError("not-directory", `${show(at)} is not a folder.`);
      const child = node.children.get(name);
      const here = at === "" ? name : `${at}/${name}`;
      const rest = names.slice(index + 1);
      if (!child) return { path: [here, ...rest].join("/"), node: null };
      if (child.kind === "symlink" && (rest.length > 0 || followLast)) {
        if (linksLeft === 0)
          throw new OkcvmError("bad-path", `${show(path)} has too many levels of symbolic links.`);
        const target = this.#followLink(at, child.target);
        return this.#walk(
          [target, ...rest].filter((part) => part !== "").join("/"),
          followLast,
          linksLeft - 1,
        );
      }
      node = child;
      at = here;
    }
    return { path: at, node };
  }
}

export interface RenameOutcome<C> {
  from: string;
  to: string;
  /** What the moved node took the place of. */
  replaced: TreeNode<C> | null;
  touched: DirectoryNode<C>[];
}

function* walkDirectory<C>(
  directory: DirectoryNode<C>,
  path: string,
): Generator<{ path: string; node: TreeNode<C> }> {
  for (const [name, node] of directory.children) {
    const here = path === "" ? name : `${path}/${name}`;
    yield { path: here, node };
    if (node.kind === "directory") yield* walkDirectory(node, here);
  }
}

function checkReplaceable<C>(source: TreeNode<C>, target: TreeNode<C> | null, to: string): void {
  if (!target) return;
  if (target.kind === "directory") {
    if (source.kind !== "directory") throw new OkcvmError("is-directory", `${show(to)} is a folder.`);
    if (target.children.size > 0) throw new OkcvmError("not-empty", `${show(to)} is not empty.`);
    return;
  }
  if (source.kind === "directory")
    throw new OkcvmError("not-directory", `${show(to)} is a file, not a folder.`);
}

function notFound(path: string): OkcvmError {
  return new OkcvmError("not-found", `${show(path)} does not exist.`);
}

function show(path: string): string {
  return path === "" ? "The workspace folder" : path;
}
