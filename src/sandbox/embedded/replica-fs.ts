import type { IFileSystem } from "just-bash/browser";

import type { Change, Entry, TreeChange } from "../../domain/changes.ts";
import { OkcvmError } from "../../domain/errors.ts";
import { FileTree, type DirectoryNode, type FileNode, type TreeNode } from "../../domain/file-tree.ts";
import { LEGACY_ROOT } from "../../domain/ids.ts";
import { leadsIntoGit, normalizePath, parentOf } from "../../domain/paths.ts";
import { ChangeReporter } from "./change-reporter.ts";
import { decodeContent, encodeContent, type TextEncodingOption } from "./encoding.ts";
import {
  ERRNO,
  errno,
  isTooLong,
  kindFlags,
  newDirectory,
  statOf,
  toInner,
  type ReplicaContent,
  type Stat,
} from "./fs-node.ts";
import { applyRemoteChange, seedTree } from "./remote-changes.ts";

/** As Linux limits a symlink's target. Bytes. */
const MAX_TARGET_BYTES = 4095;

type ReplicaFile = FileNode<ReplicaContent>;
type ByteString = Awaited<ReturnType<NonNullable<IFileSystem["readFileBytes"]>>>;

/** A larger file is fetched again each time it is read, so that reading all uploads does not fill the memory. Bytes. */
const KEPT_BYTES = 4 * 1024 * 1024;

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
  readonly #reporter: ChangeReporter;

  constructor(options: ReplicaOptions) {
    this.#options = options;
    this.#mount = options.root.slice(1);
    this.#reporter = new ChangeReporter(this.#mount, options.onChange);
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
    seedTree(this.#tree, entries);
  }

  /** Takes over changes made elsewhere; they are not reported back. */
  applyRemote(changes: TreeChange[]): void {
    for (const change of changes) applyRemoteChange(this.#tree, this.#mount, change);
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
    return this.#contentOf(node, this.#tree.resolve(toInner(path), { followLast: true }).path);
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
    try {
      return this.#node(path, true) !== null;
    } catch {
      // A loop of links leads nowhere, which is an answer here: nothing is there.
      return false;
    }
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
    if (!options?.recursive) this.#parentDirectory(path, "mkdir");
    const real = this.#change(path, "mkdir", () => {
      const { path: found } = this.#tree.resolve(toInner(path), { followLast: true });
      this.#tree.makeDirectory(found, Date.now());
      return found;
    });
    this.#reporter.report(real, (at) => ({ kind: "mkdir", path: at }));
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
    const real = this.#realPath(path);
    this.#keepMount(real, "rm", path);
    this.#change(path, "rm", () => this.#tree.remove(real, Date.now()));
    this.#reporter.report(real, (at) => ({ kind: "remove", path: at }));
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
      const inTarget = `${target}/${name}`;
      if (child.kind === "symlink") {
        // As cp does: a link replaces what is there, and is not written through.
        if (this.#node(inTarget, false)) await this.rm(inTarget);
        await this.symlink(child.target, inTarget);
      } else await this.cp(`${source}/${name}`, inTarget, options);
    }
  }

  async mv(source: string, target: string): Promise<void> {
    const moved = this.#existing(source, "mv", false);
    this.#parentDirectory(target, "mv");
    const from = this.#realPath(source);
    const to = this.#realPath(target);
    for (const path of [from, to]) this.#keepMount(path, "mv", source);
    // What leaves the mount leaves the workspace, which then has no content to give.
    if (this.#reporter.holds(from) && !this.#reporter.holds(to)) await this.#loadBelow(moved, from);
    const outcome = this.#change(target, "mv", () => this.#tree.rename(from, to, Date.now()));
    this.#reporter.reportMove(outcome, moved);
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
    this.#reporter.report(real, (at) => ({ kind: "chmod", path: at, mode: node.mode }));
  }

  async symlink(target: string, linkPath: string): Promise<void> {
    if (target === "") throw errno("ENOENT", "no such file or directory", "symlink", linkPath);
    if (new TextEncoder().encode(target).length > MAX_TARGET_BYTES) {
      throw errno("ENAMETOOLONG", "name too long", "symlink", linkPath);
    }
    if (this.#node(linkPath, false)) throw errno("EEXIST", "file already exists", "symlink", linkPath);
    this.#parentDirectory(linkPath, "symlink");
    const inner = toInner(linkPath);
    this.#change(linkPath, "symlink", () =>
      this.#tree.putSymlink(inner, { kind: "symlink", mode: 0o777, mtime: Date.now(), target }),
    );
    this.#reporter.report(this.#realPath(linkPath), (at) => ({ kind: "symlink", path: at, target }));
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
    const node = this.#existing(path, "utimes", true);
    node.mtime = mtime.getTime();
    const real = this.#tree.resolve(toInner(path), { followLast: true }).path;
    if (node.kind !== "file" || !this.#reporter.holds(real)) return;
    // A journal has no change for a time alone.
    const content = await this.#contentOf(node, real);
    this.#reporter.report(real, (at) => ({
      kind: "write",
      path: at,
      content,
      mode: node.mode,
      mtime: node.mtime,
    }));
  }

  /** The bytes of a file at a real path, fetched from the workspace on first use; `keep` also keeps a large one. */
  async #contentOf(node: ReplicaFile, real: string, keep = false): Promise<Uint8Array> {
    const holder = node.content;
    if (holder.bytes) return holder.bytes;
    const inside = this.#reporter.inside(real);
    if (inside === null) throw errno("EIO", "the content is not here", "read", `/${real}`);
    const bytes = await this.#options.loadContent(inside);
    // Written meanwhile: the newer content stays.
    if (node.content === holder && (keep || bytes.length <= KEPT_BYTES)) holder.bytes = bytes;
    return bytes;
  }

  async #loadBelow(node: TreeNode<ReplicaContent>, real: string): Promise<void> {
    if (node.kind === "file") await this.#contentOf(node, real, true);
    if (node.kind !== "directory") return;
    for (const [name, child] of node.children) await this.#loadBelow(child, `${real}/${name}`);
  }

  /** Where a path is once its links are followed, but not the last of it. */
  #realPath(path: string): string {
    return this.#tree.resolve(toInner(path), { followLast: false }).path;
  }

  /** The mount and the folders it lies in stay where they are. */
  #keepMount(real: string, operation: string, path: string): void {
    if (real !== this.#mount && !this.#mount.startsWith(real === "" ? "" : `${real}/`)) return;
    throw errno("EBUSY", "the workspace folder stays where it is", operation, path);
  }

  #write(path: string, bytes: Uint8Array, newMode = 0o644): void {
    const existing = this.#node(path, true);
    if (existing?.kind === "directory")
      throw errno("EISDIR", "illegal operation on a directory", "write", path);
    if (!existing) this.#parentDirectory(path, "open");
    const mode = existing?.kind === "file" ? existing.mode : newMode;
    const mtime = Date.now();
    const file: ReplicaFile = { kind: "file", mode, size: bytes.length, mtime, content: { bytes } };
    const put = this.#change(path, "open", () => this.#tree.putFile(toInner(path), file));
    this.#reporter.report(put.path, (at) => ({ kind: "write", path: at, content: bytes, mode, mtime }));
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
    if (isTooLong(path)) throw errno("ENAMETOOLONG", "name too long", operation, path);
    // The workspace keeps that name for its own history; what is outside the mount stays in the engine.
    if (this.#reporter.holds(toInner(path)) && leadsIntoGit(path))
      throw errno("EPERM", "operation not permitted", operation, path);
    try {
      return change();
    } catch (error) {
      if (error instanceof OkcvmError)
        throw errno(ERRNO[error.code] ?? "EIO", error.message, operation, path);
      throw error;
    }
  }
}
