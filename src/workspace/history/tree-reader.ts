import { damagedPack } from "../../domain/git/pack-entry.ts";
import { EMPTY_TREE, parseTree, type TreeEntry } from "../../domain/git/tree-object.ts";
import type { ObjectStore } from "./object-store.ts";

/** Trees read lately, at most. */
const LIMIT = 4_096;

/** Reads Git trees, those of the history and those just computed. */
export class TreeReader {
  readonly #store: ObjectStore;
  readonly #known = new Map<string, readonly TreeEntry[]>();

  constructor(store: ObjectStore) {
    this.#store = store;
  }

  /** The entries of a tree; none for null. */
  async entries(oid: string | null): Promise<readonly TreeEntry[]> {
    if (oid === null || oid === EMPTY_TREE) return [];
    const known = this.#known.get(oid);
    if (known) return known;
    const { type, body } = await this.#store.read(oid);
    if (type !== "tree") throw damagedPack();
    const entries = parseTree(body);
    this.note(oid, entries);
    return entries;
  }

  /** What a tree that may not be stored holds. */
  note(oid: string, entries: readonly TreeEntry[]): void {
    this.#known.set(oid, entries);
    for (const oldest of this.#known.keys()) {
      if (this.#known.size <= LIMIT) return;
      this.#known.delete(oldest);
    }
  }

  /** The entry at a path below a tree; null when there is none. */
  async find(tree: string | null, path: string): Promise<TreeEntry | null> {
    let at: TreeEntry = { name: "", mode: "tree", oid: tree ?? EMPTY_TREE };
    for (const name of path === "" ? [] : path.split("/")) {
      if (at.mode !== "tree") return null;
      const next = (await this.entries(at.oid)).find((entry) => entry.name === name);
      if (!next) return null;
      at = next;
    }
    return at;
  }
}
