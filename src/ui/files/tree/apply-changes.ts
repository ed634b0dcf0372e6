import type { Entry, TreeChange } from "../../../domain/changes.ts";
import { baseName, parentOf } from "../../../domain/paths.ts";
import { findEntry, isFolder, type Folders } from "./tree-rows.ts";

/** The folders after changes, and those of them that must be read again to be known. */
export interface Applied {
  folders: Folders;
  stale: ReadonlySet<string>;
}

/**
 * Follows changes in the folders that were read, without reading them again: a
 * command that writes a thousand files into a folder of ten thousand costs a
 * thousand insertions, not a thousand lists. The folders must be as they were before the first
 * change.
 */
export function applyChanges(folders: Folders, changes: readonly TreeChange[]): Applied {
  const draft = new Draft(folders);
  for (const change of changes) draft.apply(change);
  return draft.done();
}

/** A copy of the folders that changes are made in; only those that change are copied. */
class Draft {
  readonly #folders: Map<string, readonly Entry[]>;
  /** Copies that may be changed. */
  readonly #touched = new Map<string, Entry[]>();
  readonly #stale = new Set<string>();

  constructor(folders: Folders) {
    this.#folders = new Map(folders);
  }

  apply(change: TreeChange): void {
    switch (change.kind) {
      case "write":
        this.#put({ ...change, kind: "file" });
        break;
      case "mkdir":
        this.#makeFolder(change.path);
        break;
      case "remove":
        this.#remove(change.path);
        break;
      case "rename":
        this.#rename(change.path, change.to);
        break;
      case "symlink":
        this.#put({ ...change, mode: 0o777, size: change.target.length, mtime: 0 });
        break;
      case "chmod":
        break;
    }
  }

  done(): Applied {
    return { folders: this.#folders, stale: this.#stale };
  }

  /** The entry at a path, when the folder above it was read. */
  #find(path: string): Entry | undefined {
    const siblings = this.#folders.get(parentOf(path));
    if (!siblings) return undefined;
    const name = baseName(path);
    const places = [false, true].map((folder) => findEntry(siblings, { folder, name }));
    const place = places.find((one) => one.found);
    return place && siblings[place.index];
  }

  /** A folder's entries to change in place; undefined when it was not read. */
  #open(folder: string): Entry[] | undefined {
    const known = this.#touched.get(folder);
    const entries = this.#folders.get(folder);
    if (known || !entries) return known;
    const copy = [...entries];
    this.#set(folder, copy);
    return copy;
  }

  #set(folder: string, entries: Entry[]): void {
    this.#folders.set(folder, entries);
    this.#touched.set(folder, entries);
  }

  #put(entry: Entry): void {
    this.#makeFolder(parentOf(entry.path));
    const siblings = this.#open(parentOf(entry.path));
    if (!siblings) return;
    const old = this.#find(entry.path);
    if (old && isFolder(old) !== isFolder(entry)) this.#take(old);
    const { index, found } = findEntry(siblings, { folder: isFolder(entry), name: baseName(entry.path) });
    siblings.splice(index, found ? 1 : 0, entry);
  }

  /** Takes an entry out of its folder. */
  #take(entry: Entry): void {
    const siblings = this.#open(parentOf(entry.path));
    const place = { folder: isFolder(entry), name: baseName(entry.path) };
    if (siblings) siblings.splice(findEntry(siblings, place).index, 1);
  }

  /** Makes a folder and those above it, as a write does. */
  #makeFolder(path: string): void {
    if (path === "" || this.#folders.has(path)) return;
    this.#makeFolder(parentOf(path));
    if (!this.#folders.has(parentOf(path)) || this.#find(path)) return;
    // Just made: that it holds nothing is known without a look.
    this.#set(path, []);
    this.#put({ path, kind: "directory", mode: 0o755, size: 0, mtime: 0 });
  }

  #remove(path: string): void {
    const entry = this.#find(path);
    if (entry) this.#take(entry);
    if (!entry || isFolder(entry)) for (const folder of this.#below(path)) this.#forget(folder);
  }

  #forget(folder: string): void {
    this.#touched.delete(folder);
    this.#folders.delete(folder);
  }

  #rename(from: string, to: string): void {
    if (from === to) return;
    const entry = this.#find(from);
    const moved = this.#below(from).map((folder) => ({ folder, entries: this.#folders.get(folder) ?? [] }));
    this.#remove(to);
    this.#remove(from);
    if (entry) this.#put({ ...entry, path: to });
    // It came from a folder that was not read: what it is has to be looked up.
    else this.#stale.add(this.#nearest(to));
    for (const { folder, entries } of moved) {
      const rebased = entries.map((one) => ({ ...one, path: to + one.path.slice(from.length) }));
      this.#set(to + folder.slice(from.length), rebased);
    }
  }

  /** Folders that were read at or below a path. */
  #below(path: string): string[] {
    return [...this.#folders.keys()].filter((folder) => folder === path || folder.startsWith(`${path}/`));
  }

  /** The closest folder above a path that was read. */
  #nearest(path: string): string {
    let folder = parentOf(path);
    while (folder !== "" && !this.#folders.has(folder)) folder = parentOf(folder);
    return folder;
  }
}
