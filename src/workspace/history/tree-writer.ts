import { utf8ToBytes } from "@noble/hashes/utils.js";

import { OkcvmError } from "../../domain/errors.ts";
import type { FileNode } from "../../domain/file-tree.ts";
import { blobId } from "./large-blob.ts";
import { objectId, type ObjectType } from "../../domain/git/object-id.ts";
import type { Pack } from "../../domain/git/pack-writer.ts";
import { EMPTY_TREE, encodeTree, type TreeEntry } from "../../domain/git/tree-object.ts";
import type { FileContent } from "../tree/file-content.ts";
import type { Directory, LiveTree } from "../tree/live-tree.ts";
import type { ObjectStore } from "./object-store.ts";
import { PackList } from "./pack-list.ts";
import type { PlannedEntry, PlannedFolder } from "./tree-plan.ts";
import type { TreeReader } from "./tree-reader.ts";

/** Contents read by one transaction. */
const READ_AT_ONCE = 256;

/** How an entry of a tree is to be; null for gone. */
export interface PatchedEntry {
  path: string;
  after: { mode: Exclude<TreeEntry["mode"], "tree">; oid: string } | null;
}

type Bytes = Uint8Array<ArrayBuffer>;
export type ReadContents = (contents: readonly FileContent[]) => Promise<(Bytes | Blob)[]>;

/**
 * Turns a plan into Git objects. New objects are gathered in packs, or only
 * named when `dry` is set: that answers what a snapshot would be without
 * making one, and nothing is noted in the live tree.
 */
export class TreeWriter {
  readonly #trees: TreeReader;
  readonly #live: LiveTree;
  readonly #dry: boolean;
  readonly #packs: PackList;
  /** Link targets by id, in a dry run: they are nowhere else. */
  readonly targets = new Map<string, Bytes>();

  constructor(parts: { store: ObjectStore; trees: TreeReader; live: LiveTree; dry: boolean }) {
    this.#packs = new PackList(parts.store);
    this.#trees = parts.trees;
    this.#live = parts.live;
    this.#dry = parts.dry;
  }

  /** Names the contents that have no id yet, and packs those the history lacks. */
  async addBlobs(contents: readonly FileContent[], read: ReadContents): Promise<void> {
    for (let start = 0; start < contents.length; start += READ_AT_ONCE) {
      const some = contents.slice(start, start + READ_AT_ONCE);
      const bodies = await read(some);
      for (const [index, content] of some.entries()) {
        const body = bodies[index];
        if (!body) throw new OkcvmError("internal", "A content is missing from the browser's storage.");
        content.oid = await this.#addBlob(body);
      }
    }
  }

  /** Builds a folder's tree and those below it; EMPTY_TREE when it holds no file. `cache` notes the ids in the live tree. */
  async addTree(folder: PlannedFolder, options: { cache: boolean }): Promise<string> {
    const entries: TreeEntry[] = [];
    for (const entry of folder.entries) {
      const made = await this.#entry(entry, options);
      // Git keeps no empty folders.
      if (made.oid !== EMPTY_TREE) entries.push(made);
    }
    const body = encodeTree(entries);
    const oid = this.add("tree", body);
    this.#trees.note(oid, entries);
    if (options.cache && !this.#dry) this.#live.setTreeId(folder.directory, oid);
    return oid;
  }

  /**
   * A tree of files with the submodules of another. The files of a workspace
   * are all there is in it: what Git keeps there besides stays as it was.
   */
  async addLinks(files: string, before: string | null): Promise<string> {
    if (before === null || files === before) return files;
    const entries = new Map((await this.#trees.entries(files)).map((entry) => [entry.name, entry]));
    let changed = false;
    for (const { name, mode, oid } of await this.#trees.entries(before)) {
      const own = entries.get(name);
      if (mode === "gitlink" && !own) entries.set(name, { name, mode, oid });
      else if (mode === "tree" && (!own || own.mode === "tree")) {
        const inside = await this.addLinks(own?.oid ?? EMPTY_TREE, oid);
        if (inside === (own?.oid ?? EMPTY_TREE)) continue;
        entries.set(name, { name, mode, oid: inside });
      } else continue;
      changed = true;
    }
    return changed ? this.#addEntries([...entries.values()]) : files;
  }

  #addEntries(entries: TreeEntry[]): string {
    const oid = this.add("tree", encodeTree(entries));
    this.#trees.note(oid, entries);
    return oid;
  }

  /** A tree like another but for some files, which the history holds, and submodules. */
  async addPatched(tree: string | null, files: readonly PatchedEntry[], folder = ""): Promise<string> {
    const entries = new Map((await this.#trees.entries(tree)).map((entry) => [entry.name, entry]));
    for (const [name, some] of byFirstName(files, folder)) {
      const path = folder === "" ? name : `${folder}/${name}`;
      const own = some.find((one) => one.path === path);
      const old = entries.get(name);
      if (own?.after) entries.set(name, { name, ...own.after });
      else if (own && old?.mode !== "tree") entries.delete(name);
      const deeper = some.filter((one) => one !== own);
      if (deeper.length === 0 || own?.after) continue;
      const oid = await this.addPatched(old?.mode === "tree" ? old.oid : null, deeper, path);
      if (oid === EMPTY_TREE) entries.delete(name);
      else entries.set(name, { name, mode: "tree", oid });
    }
    return this.#addEntries([...entries.values()]);
  }

  /** Adds an object the history may have already. */
  add(type: ObjectType, body: Bytes): string {
    return this.#dry ? objectId(type, body) : this.#packs.add(type, body);
  }

  /** The packs to store: none when the history had everything. */
  finish(): Pack[] {
    return this.#packs.finish();
  }

  async #entry(entry: PlannedEntry, options: { cache: boolean }): Promise<TreeEntry> {
    const { name } = entry;
    switch (entry.kind) {
      case "known":
        return { name, mode: "tree", oid: entry.oid };
      case "folder":
        return { name, mode: "tree", oid: await this.addTree(entry.folder, options) };
      case "symlink": {
        const target = utf8ToBytes(entry.node.target) as Bytes;
        const oid = this.add("blob", target);
        if (this.#dry) this.targets.set(oid, target);
        return { name, mode: "symlink", oid };
      }
      case "file": {
        const { content, mode } = entry.node;
        if (content.oid === null) throw new OkcvmError("internal", `The content of ${name} has no id.`);
        return { name, mode: mode & 0o100 ? "executable" : "file", oid: content.oid };
      }
    }
  }

  #addBlob(body: Bytes | Blob): Promise<string> | string {
    if (!this.#dry) return this.#packs.addBlob(body);
    return body instanceof Blob ? blobId(body) : objectId("blob", body);
  }
}

/** Differences below a folder, by the name of what they lie in there. */
function byFirstName(files: readonly PatchedEntry[], folder: string): Map<string, PatchedEntry[]> {
  const groups = new Map<string, PatchedEntry[]>();
  for (const file of files) {
    const inside = folder === "" ? file.path : file.path.slice(folder.length + 1);
    const name = inside.split("/")[0] ?? inside;
    const group = groups.get(name);
    if (group) group.push(file);
    else groups.set(name, [file]);
  }
  return groups;
}

/** A file of a plan whose content is still outside the history. */
export interface LooseFile {
  directory: Directory;
  node: FileNode<FileContent>;
}

export function looseFiles(folder: PlannedFolder): LooseFile[] {
  return folder.entries.flatMap((entry) => {
    if (entry.kind === "folder") return looseFiles(entry.folder);
    if (entry.kind !== "file" || entry.node.content.id === null) return [];
    return [{ directory: folder.directory, node: entry.node }];
  });
}
