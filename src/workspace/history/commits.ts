import { OkcvmError } from "../../domain/errors.ts";
import type { Snapshot } from "../../domain/snapshot.ts";
import { parseCommit, type Commit } from "../../domain/git/commit-object.ts";
import { damagedPack } from "../../domain/git/pack-entry.ts";
import type { ObjectStore } from "./object-store.ts";
import { diffTrees } from "./tree-diff.ts";
import type { TreeReader } from "./tree-reader.ts";

/** Reads commits as snapshots. */
export class Commits {
  readonly #store: ObjectStore;
  readonly #trees: TreeReader;
  readonly #known = new Map<string, Commit>();

  constructor(store: ObjectStore, trees: TreeReader) {
    this.#store = store;
    this.#trees = trees;
  }

  /** Errors: `not-found` for an id that is no snapshot of this workspace. */
  async get(id: string): Promise<Commit> {
    const known = this.#known.get(id);
    if (known) return known;
    if (!/^[0-9a-f]{40}$/.test(id) || !this.#store.has(id)) throw unknown(id);
    const { type, body } = await this.#store.read(id);
    if (type !== "commit") throw unknown(id);
    const commit = parseCommit(body);
    if (!commit) throw damagedPack();
    this.#known.set(id, commit);
    return commit;
  }

  /** The Git tree of a snapshot; null for none. */
  async treeOf(id: string | null): Promise<string | null> {
    return id === null ? null : (await this.get(id)).tree;
  }

  async snapshot(id: string): Promise<Snapshot> {
    const { tree, parents, timestamp, label, detail, kind, messageId, changed } = await this.get(id);
    const count = changed ?? (await this.#count(parents[0] ?? null, tree));
    return { id, label, timestamp, changed: count, kind, parents, detail, messageId };
  }

  /** From `start` back along first parents: `limit` of them. A history that was cut off (a shallow clone) ends where it was. */
  async log(start: string | null, limit: number): Promise<Snapshot[]> {
    const found: Snapshot[] = [];
    let next = start;
    while (next !== null && found.length < limit && (found.length === 0 || this.#store.has(next))) {
      const snapshot = await this.snapshot(next);
      found.push(snapshot);
      next = snapshot.parents[0] ?? null;
    }
    return found;
  }

  async #count(parent: string | null, tree: string): Promise<number> {
    const before = parent !== null && this.#store.has(parent) ? await this.treeOf(parent) : null;
    return (await diffTrees(this.#trees, before, tree)).length;
  }
}

/** A commit that history leads to. Errors: `bad-archive` for what is none. */
export async function readCommit(oid: string, store: ObjectStore): Promise<Commit> {
  const { type, body } = await store.read(oid);
  const commit = type === "commit" ? parseCommit(body) : null;
  if (!commit) throw damagedPack();
  return commit;
}

function unknown(id: string): OkcvmError {
  return new OkcvmError("not-found", `There is no snapshot ${id} in this workspace.`);
}
