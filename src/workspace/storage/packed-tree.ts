import { bytesToHex, hexToBytes } from "@noble/hashes/utils.js";

import type { DirectoryRecord, StoredEntry } from "./database.ts";

/**
 * Every folder of a tree in one record, as columns: the browser reads it in a
 * tenth of the time it needs for as many records as there are folders. Folders
 * come one after the other, each with as many entries as `counts` says.
 */
export interface PackedTree {
  inodes: Float64Array<ArrayBuffer>;
  counts: Uint32Array<ArrayBuffer>;
  folderModes: Uint16Array<ArrayBuffer>;
  folderMtimes: Float64Array<ArrayBuffer>;
  /** Names of all entries, with the one character between them that no name has: `/`. */
  names: string;
  kinds: Uint8Array<ArrayBuffer>;
  modes: Uint16Array<ArrayBuffer>;
  mtimes: Float64Array<ArrayBuffer>;
  sizes: Float64Array<ArrayBuffer>;
  /** A folder's inode; a file's content id, or -1 when a snapshot holds it. */
  ids: Float64Array<ArrayBuffer>;
  /** 20 bytes an entry; nothing but zeros where no Git id is known. */
  oids: Uint8Array<ArrayBuffer>;
  /** Of the symlinks, in order. */
  targets: string[];
}

const DIRECTORY = 0;
const FILE = 1;
const SYMLINK = 2;
const KINDS = { directory: DIRECTORY, file: FILE, symlink: SYMLINK };
const OID_BYTES = 20;
const NO_OID = "0".repeat(2 * OID_BYTES);

export function packTree(directories: ReadonlyMap<number, DirectoryRecord>): PackedTree {
  let entries = 0;
  for (const record of directories.values()) entries += Object.keys(record.entries).length;
  const names: string[] = [];
  const tree = emptyTree(directories.size, entries);
  let at = 0;
  for (const [inode, record] of directories) {
    const list = Object.entries(record.entries);
    const folder = at++;
    tree.inodes[folder] = inode;
    tree.counts[folder] = list.length;
    tree.folderModes[folder] = record.mode;
    tree.folderMtimes[folder] = record.mtime;
    for (const [name, entry] of list) putEntry(tree, names.push(name) - 1, entry);
  }
  tree.names = names.join("/");
  return tree;
}

function emptyTree(folders: number, entries: number): PackedTree {
  return {
    inodes: new Float64Array(folders),
    counts: new Uint32Array(folders),
    folderModes: new Uint16Array(folders),
    folderMtimes: new Float64Array(folders),
    names: "",
    kinds: new Uint8Array(entries),
    modes: new Uint16Array(entries),
    mtimes: new Float64Array(entries),
    sizes: new Float64Array(entries),
    ids: new Float64Array(entries),
    oids: new Uint8Array(entries * OID_BYTES),
    targets: [],
  };
}

function putEntry(tree: PackedTree, place: number, entry: StoredEntry): void {
  tree.kinds[place] = KINDS[entry.kind];
  if (entry.kind === "directory") {
    tree.ids[place] = entry.inode;
    return;
  }
  tree.modes[place] = entry.mode;
  tree.mtimes[place] = entry.mtime;
  if (entry.kind === "symlink") {
    tree.targets.push(entry.target);
    return;
  }
  tree.sizes[place] = entry.size;
  tree.ids[place] = entry.content ?? -1;
  if (entry.oid !== undefined) tree.oids.set(hexToBytes(entry.oid), place * OID_BYTES);
}

/** A folder as it was stored. */
export interface StoredFolder {
  mode: number;
  mtime: number;
  entries: [name: string, StoredEntry][];
}

/** Reads single folders out of a packed tree. */
export class PackedFolders {
  readonly #tree: PackedTree;
  readonly #names: string[];
  readonly #oids: string;
  /** Where a folder, its entries and its symlinks' targets begin, by inode. */
  readonly #places = new Map<number, { folder: number; entry: number; target: number }>();

  constructor(tree: PackedTree) {
    this.#tree = tree;
    this.#names = tree.names.split("/");
    this.#oids = bytesToHex(tree.oids);
    let entry = 0;
    let target = 0;
    for (let folder = 0; folder < tree.inodes.length; folder++) {
      this.#places.set(tree.inodes[folder] ?? 0, { folder, entry, target });
      for (const end = entry + (tree.counts[folder] ?? 0); entry < end; entry++) {
        if (tree.kinds[entry] === SYMLINK) target++;
      }
    }
  }

  get(inode: number): StoredFolder | null {
    const place = this.#places.get(inode);
    if (!place) return null;
    const { folder, entry: start } = place;
    let { target } = place;
    const entries: StoredFolder["entries"] = [];
    for (let entry = start; entry < start + (this.#tree.counts[folder] ?? 0); entry++) {
      const stored = this.#entry(entry, target);
      if (stored.kind === "symlink") target++;
      entries.push([this.#names[entry] ?? "", stored]);
    }
    return {
      mode: this.#tree.folderModes[folder] ?? 0o755,
      mtime: this.#tree.folderMtimes[folder] ?? 0,
      entries,
    };
  }

  /** Written out, not spread: this runs once for every file before the first can be read. */
  #entry(place: number, target: number): StoredEntry {
    const { kinds, ids, modes, mtimes, sizes, targets } = this.#tree;
    const id = ids[place] ?? -1;
    if (kinds[place] === DIRECTORY) return { kind: "directory", inode: id };
    const mode = modes[place] ?? 0;
    const mtime = mtimes[place] ?? 0;
    if (kinds[place] === SYMLINK) return { kind: "symlink", mode, mtime, target: targets[target] ?? "" };
    const size = sizes[place] ?? 0;
    const content = id < 0 ? null : id;
    const oid = this.#oids.slice(place * 2 * OID_BYTES, (place + 1) * 2 * OID_BYTES);
    if (oid === NO_OID) return { kind: "file", mode, size, mtime, content };
    return { kind: "file", mode, size, mtime, content, oid };
  }
}
