import type { IFileSystem } from "just-bash/browser";

import type { Change, Entry } from "../../domain/changes.ts";
import { OkcvmError } from "../../domain/errors.ts";
import { FileTree, type DirectoryNode, type FileNode, type TreeNode } from "../../domain/file-tree.ts";
import { LEGACY_ROOT } from "../../domain/ids.ts";
import { normalizePath, parentOf } from "../../domain/paths.ts";
import { decodeContent, encodeContent, type TextEncodingOption } from "./encoding.ts";
import {
  ERRNO,
  errno,
  kindFlags,
  newDirectory,
  statOf,
  toInner,
  type ReplicaContent,
  type Stat,
} from "./fs-node.ts";

type ReplicaFile = FileNode<ReplicaContent>;
type ByteString = Awaited<ReturnType<NonNullable<IFileSystem["readFileBytes"]>>>;

export interface ReplicaOptions {
  /** The mount, an absolute path. */
  root: string;
  /** Reads a workspace file's content from the hub, by workspace path. */
  loadContent: (path: string) => Promise<Uint8Array>;
  /** Hears each change below the mount, with workspace paths, in order. */
  onChange: (change: Change) => void;
}

/**
 * The engine's whole file system in memory: the workspace's replica under the
 * mount, and folders of the engine's own (/tmp, /bin, …) beside it. Contents of
 * the workspace are fetched on first read, so a large upload costs nothing
 * until a command opens it. Error texts are Node's, which the shell's commands parse.
 */
export class ReplicaFs implements IFileSystem {
  readonly #tree: FileTree<ReplicaContent>;
  readonly #mount: string;
  readonly #options: ReplicaOptions;

  constructor(options: ReplicaOptions) {
    this.#options = options;
    this.#mount = options.root.slice(1);
    this.#tree = new FileTree<ReplicaContent>(newDirectory(), (from, target) =>
      normalizePath(target.startsWith("/") ? target : `/${from}/${target}`).slice(1),
    );
    this.#tree.makeDirectory(this.#mount, Date.now());
    for (const path of ["tmp", "home/user"]) this.#tree.makeDirectory(path, Date.now());
    this.#tree.putSymlink(LEGACY_ROOT.slice(1), {
      kind: "symlink",
      mode: 0o777,
      mtime: Date.now(),
      target: options.root,
    });
  }

  /** Fills the mount with the hub's tree, parents before children. */
  seed(entries: Entry[]): void {
    for (const entry of entries) {
      const path = entry.path.slice(1);
      if (entry.kind === "directory") this.#tree.makeDirectory(path, entry.mtime);
      else if (entry.kind === "symlink") {
        this.#tree.putSymlink(path, {
          kind: "symlink",
          mode: 0o777,
          mtime: entry.mtime,
          target: entry.target ?? "",
        });
      } else this.#putLazy(path, entry);
    }
  }

  /** Takes over changes made elsewhere; they are not reported back. */
  applyRemote(changes: Change[]): void {
    for (const change of changes) this.#applyRemote(change);
  }

  async readFile(path: string, options?: TextEncodingOption): Promise<string> {
    return decodeContent(await this.readFileBuffer(path), options);
  }

  async readFileBytes(path: string): Promise<ByteString> {
    // The library's type for "one character a byte" has no public constructor.
    return decodeContent(await this.readFileBuffer(path), "latin1") as unknown as ByteString;
  }

  async readFileBuffer(path: string): Promise<Uint8Array> {
    const node = this.#existing(path, "open", true);
    if (node.kind !== "file") throw errno("EISDIR", "illegal operation on a directory", "read", path);
    if ("load" in node.content) {
      const holder = node.content;
      const bytes = await holder.load();
      // Written meanwhile: the newer content stays.
      if (node.content === holder) node.content = { bytes };
      return bytes;
    }
    return node.content.bytes;
  }

  async writeFile(path: string, content: string | Uint8Array, options?: TextEncodingOption): Promise<void> {
    this.writeFileSync(path, content, options);
  }

  /** Synchronous because the shell lays out /bin and /dev in its constructor. */
  writeFileSync(path: string, content: string | Uint8Array, options?: TextEncodingOption): void {
    this.#write(path, encodeContent(content, options));
  }

  async appendFile(path: string, content: string | Uint8Array, options?: TextEncodingOption): Promise<void> {
    const added = encodeContent(content, options);
    const before = this.#node(path, true) ? await this.readFileBuffer(path) : new Uint8Array(0);
    const bytes = new Uint8Array(before.length + added.length);
    bytes.set(before);
    bytes.set(added, before.length);
    this.#write(path, bytes);
  }

  async exists(path: string): Promise<boolean> {
    return this.#node(path, true) !== null;
  }

  async stat(path: string): Promise<Stat> {
    return statOf(this.#existing(path, "stat", true));
  }

  async lstat(path: string): Promise<Stat> {
    return statOf(this.#existing(path, "lstat", false));
  }

  async mkdir(path: string, options?: { recursive?: boolean }): Promise<void> {
    this.mkdirSync(path, options);
  }

  mkdirSync(path: string, options?: { recursive?: boolean }): void {
    const existing = this.#node(path, true);
    if (existing && (existing.kind !== "directory" || !options?.recursive)) {
      throw errno(
        "EEXIST",
        existing.kind === "directory" ? "directory already exists" : "file already exists",
        "mkdir",
        path,
      );
    }
    if (existing) return;
    const inner = toInner(path);
    if (!options?.recursive) this.#parentDirectory(path, "mkdir");
    this.#change(path, "mkdir", () => this.#tree.makeDirectory(inner, Date.now()));
    this.#report(inner, (at) => ({ kind: "mkdir", path: at }));
  }

  async readdir(path: string): Promise<string[]> {
    return [...this.#directory(path).children.keys()].toSorted();
  }

  async readdirWithFileTypes(path: string): ReturnType<NonNullable<IFileSystem["readdirWithFileTypes"]>> {
    return [...this.#directory(path).children]
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, node]) => ({ name, ...kindFlags(node) }));
  }

  async rm(path: string, options?: { recursive?: boolean; force?: boolean }): Promise<void> {
    const node = this.#node(path, false);
    if (!node) {
      if (options?.force) return;
      throw errno("ENOENT", "no such file or directory", "rm", path);
    }
    if (node.kind === "directory" && node.children.size > 0 && !options?.recursive) {
      throw errno("ENOTEMPTY", "directory not empty", "rm", path);
    }
    const inner = toInner(path);
    const real = this.#tree.resolve(inner, { followLast: false }).path;
    if (real === this.#mount) throw errno("EBUSY", "the workspace folder cannot be removed", "rm", path);
    this.#change(path, "rm", () => this.#tree.remove(inner, Date.now()));
    this.#report(real, (at) => ({ kind: "remove", path: at }));
  }

  async cp(source: string, target: string, options?: { recursive?: boolean }): Promise<void> {
    const node = this.#existing(source, "cp", true);
    if (node.kind !== "directory") {
      const bytes = await this.readFileBuffer(source);
      this.#write(target, bytes, node.mode);
      return;
    }
    if (!options?.recursive) throw errno("EISDIR", "is a directory", "cp", source);
    if (
      normalizePath(target) === normalizePath(source) ||
      normalizePath(target).startsWith(`${normalizePath(source)}/`)
    ) {
      throw errno("EINVAL", `cannot copy '${source}' into itself`, "cp", target);
    }
    this.mkdirSync(target, { recursive: true });
    for (const [name, child] of node.children) {
      if (child.kind === "symlink") await this.symlink(child.target, `${target}/${name}`);
      else await this.cp(`${source}/${name}`, `${target}/${name}`, options);
    }
  }

  async mv(source: string, target: string): Promise<void> {
    this.#existing(source, "mv", false);
    const from = toInner(source);
    const to = toInner(target);
    const outcome = this.#change(source, "mv", () => this.#tree.rename(from, to, Date.now()));
    this.#reportMove(outcome.from, outcome.to);
  }

  resolvePath(base: string, path: string): string {
    return normalizePath(path.startsWith("/") ? path : `${base}/${path}`);
  }

  getAllPaths(): string[] {
    return ["/", ...[...this.#tree.walk()].map((found) => `/${found.path}`)];
  }

  async chmod(path: string, mode: number): Promise<void> {
    const node = this.#existing(path, "chmod", true);
    node.mode = mode & 0o7777;
    const real = this.#tree.resolve(toInner(path), { followLast: true }).path;
    this.#report(real, (at) => ({ kind: "chmod", path: at, mode: node.mode }));
  }

  async symlink(target: string, linkPath: string): Promise<void> {
    if (this.#node(linkPath, false)) throw errno("EEXIST", "file already exists", "symlink", linkPath);
    this.#parentDirectory(linkPath, "symlink");
    const inner = toInner(linkPath);
    this.#change(linkPath, "symlink", () =>
      this.#tree.putSymlink(inner, { kind: "symlink", mode: 0o777, mtime: Date.now(), target }),
    );
    this.#report(this.#tree.resolve(inner, { followLast: false }).path, (at) => ({
      kind: "symlink",
      path: at,
      target,
    }));
  }

  /** A hard link is a copy: the workspace has none. */
  async link(existingPath: string, newPath: string): Promise<void> {
    if (this.#node(newPath, false)) throw errno("EEXIST", "file already exists", "link", newPath);
    await this.cp(existingPath, newPath);
  }

  async readlink(path: string): Promise<string> {
    const node = this.#existing(path, "readlink", false);
    if (node.kind !== "symlink") throw errno("EINVAL", "invalid argument", "readlink", path);
    return node.target;
  }

  async realpath(path: string): Promise<string> {
    this.#existing(path, "realpath", true);
    return `/${this.#tree.resolve(toInner(path), { followLast: true }).path}`;
  }

  async utimes(path: string, _atime: Date, mtime: Date): Promise<void> {
    this.#existing(path, "utimes", true).mtime = mtime.getTime();
  }

  #write(path: string, bytes: Uint8Array, newMode = 0o644): void {
    const existing = this.#node(path, true);
    if (existing?.kind === "directory")
      throw errno("EISDIR", "illegal operation on a directory", "write", path);
    if (!existing) this.#parentDirectory(path, "open");
    const mode = existing?.kind === "file" ? existing.mode : newMode;
    const file: ReplicaFile = {
      kind: "file",
      mode,
      size: bytes.length,
      mtime: Date.now(),
      content: { bytes },
    };
    const put = this.#change(path, "open", () => this.#tree.putFile(toInner(path), file));
    this.#report(put.path, (at) => ({ kind: "write", path: at, content: bytes, mode }));
  }

  #putLazy(path: string, entry: { size: number; mode: number; mtime: number }): void {
    const inside = path.slice(this.#mount.length + 1);
    this.#tree.putFile(path, {
      kind: "file",
      mode: entry.mode,
      size: entry.size,
      mtime: entry.mtime,
      content: { load: () => this.#options.loadContent(inside) },
    });
  }

  #applyRemote(change: Change): void {
    const path = `${this.#mount}/${change.path}`;
    const now = Date.now();
    switch (change.kind) {
      case "write": {
        const existing = this.#tree.get(path);
        const mode = change.mode ?? (existing?.kind === "file" ? existing.mode : 0o644);
        const size = change.content instanceof Uint8Array ? change.content.byteLength : change.content.size;
        return this.#putLazy(path, { size, mode, mtime: change.mtime ?? now });
      }
      case "mkdir":
        return void this.#tree.makeDirectory(path, now);
      case "remove":
        return void this.#tree.remove(path, now);
      case "rename":
        return void this.#tree.rename(path, `${this.#mount}/${change.to}`, now);
      case "symlink":
        return void this.#tree.putSymlink(path, {
          kind: "symlink",
          mode: 0o777,
          mtime: now,
          target: change.target,
        });
      case "chmod": {
        const node = this.#tree.get(path);
        if (node) node.mode = change.mode;
      }
    }
  }

  #node(path: string, followLast: boolean): TreeNode<ReplicaContent> | null {
    try {
      return this.#tree.resolve(toInner(path), { followLast }).node;
    } catch (error) {
      // A file in the place of a folder on the way: nothing is there, as for stat(2).
      if (error instanceof OkcvmError && error.code === "not-directory") return null;
      if (error instanceof OkcvmError)
        throw errno("ELOOP", "too many levels of symbolic links", "open", path);
      throw error;
    }
  }

  #existing(path: string, operation: string, followLast: boolean): TreeNode<ReplicaContent> {
    const node = this.#node(path, followLast);
    if (!node) throw errno("ENOENT", "no such file or directory", operation, path);
    return node;
  }

  #directory(path: string): DirectoryNode<ReplicaContent> {
    const node = this.#existing(path, "scandir", true);
    if (node.kind !== "directory") throw errno("ENOTDIR", "not a directory", "scandir", path);
    return node;
  }

  #parentDirectory(path: string, operation: string): void {
    const parent = this.#node(`/${parentOf(toInner(path))}`, true);
    if (!parent) throw errno("ENOENT", "no such file or directory", operation, path);
    if (parent.kind !== "directory") throw errno("ENOTDIR", "not a directory", operation, path);
  }

  #change<T>(path: string, operation: string, change: () => T): T {
    if (path.includes("\0")) throw errno("ENOENT", "path contains null byte", operation, path);
    try {
      return change();
    } catch (error) {
      if (error instanceof OkcvmError)
        throw errno(ERRNO[error.code] ?? "EIO", error.message, operation, path);
      throw error;
    }
  }

  #report(inner: string, make: (path: string) => Change): void {
    const inside = this.#insideMount(inner);
    if (inside !== null) this.#options.onChange(make(inside));
  }

  #reportMove(from: string, to: string): void {
    const source = this.#insideMount(from);
    const target = this.#insideMount(to);
    if (source !== null && target !== null)
      this.#options.onChange({ kind: "rename", path: source, to: target });
    else if (source !== null) this.#options.onChange({ kind: "remove", path: source });
    else if (target !== null) this.#reportWhole(to, target);
  }

  /** A node that came from outside the mount is new to the workspace, with all below it. */
  #reportWhole(inner: string, inside: string): void {
    const node = this.#tree.get(inner);
    if (!node) return;
    if (node.kind === "file" && "bytes" in node.content) {
      this.#options.onChange({ kind: "write", path: inside, content: node.content.bytes, mode: node.mode });
    } else if (node.kind === "symlink") {
      this.#options.onChange({ kind: "symlink", path: inside, target: node.target });
    } else if (node.kind === "directory") {
      this.#options.onChange({ kind: "mkdir", path: inside });
      for (const name of node.children.keys()) this.#reportWhole(`${inner}/${name}`, `${inside}/${name}`);
    }
  }

  #insideMount(inner: string): string | null {
    if (inner === this.#mount) return "";
    return inner.startsWith(`${this.#mount}/`) ? inner.slice(this.#mount.length + 1) : null;
  }
}
