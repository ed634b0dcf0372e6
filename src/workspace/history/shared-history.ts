import { OkcvmError } from "../../domain/errors.ts";
import { foreignPack } from "../../domain/git/foreign-pack.ts";
import { encodeIdxFile } from "../../domain/git/pack-index.ts";
import { EMPTY_TREE } from "../../domain/git/tree-object.ts";
import type { IncomingPack, Outgoing } from "../../ports/shared-workspace.ts";
import { newObjects, packsOf } from "./new-objects.ts";
import { readCommit } from "./commits.ts";
import type { History } from "./history.ts";
import type { ObjectStore } from "./object-store.ts";
import { takeIn, type PackWrites } from "./take-in.ts";

export interface SharedHistoryParts {
  history: History;
  store: ObjectStore;
  write: PackWrites;
}

/** What goes to other devices and comes from them. */
export class SharedHistory {
  readonly #parts: SharedHistoryParts;

  constructor(parts: SharedHistoryParts) {
    this.#parts = parts;
  }

  /** See SharedWorkspace.packNew. Reads beside everything else: objects never change. */
  async packNew(known: readonly string[]): Promise<Outgoing> {
    const { history, store } = this.#parts;
    const branches = history.branches();
    const heads = branches.flatMap(({ head }) => (head === null ? [] : [head]));
    const found = await newObjects(heads, known, { store, trees: history.trees });
    const packs = await packsOf(found, store);
    const outgoing = packs.map(({ id, data, index }) => ({ id, data, index: encodeIdxFile(index, id) }));
    return { branches, packs: outgoing, absent: found.absent };
  }

  /** See SharedWorkspace.take. */
  async take(incoming: readonly IncomingPack[], heads: readonly string[]): Promise<void> {
    const { store, write } = this.#parts;
    const packs = incoming.map(({ pack, index }) => foreignPack(pack, index));
    // Who has an object has all it leads to: what was here before need not be looked at.
    const before = new Set(heads.filter((oid) => store.has(oid)));
    const wasHere = this.#hereNow();
    await takeIn({ store, write }, packs, async () => {
      for (const head of heads) if (!before.has(head)) await this.#check(head, wasHere);
    });
  }

  /** Answers for any object whether the packs of this moment have it. */
  #hereNow(): (oid: string) => boolean {
    const { store } = this.#parts;
    const packs = new Set(store.indexes.keys());
    return (oid) => store.has(oid, packs);
  }

  /** Checks that all a commit leads to is there and is what its name says. Errors: `bad-archive`. */
  async #check(head: string, wasHere: (oid: string) => boolean): Promise<void> {
    const { store, history } = this.#parts;
    const seen = new Set<string>();
    const waiting = [head];
    for (let oid = waiting.pop(); oid !== undefined; oid = waiting.pop()) {
      if (seen.has(oid) || wasHere(oid)) continue;
      seen.add(oid);
      const commit = await readCommit(oid, store);
      // A history that was cut off elsewhere begins where its parents are not.
      waiting.push(...commit.parents.filter((parent) => store.has(parent)));
      await this.#checkTree(commit.tree, { seen, wasHere, trees: history.trees });
    }
  }

  async #checkTree(
    oid: string,
    at: { seen: Set<string>; wasHere: (oid: string) => boolean; trees: History["trees"] },
  ): Promise<void> {
    if (oid === EMPTY_TREE || at.seen.has(oid) || at.wasHere(oid)) return;
    at.seen.add(oid);
    for (const entry of await at.trees.entries(oid)) {
      if (entry.mode === "tree") await this.#checkTree(entry.oid, at);
      else if (entry.mode !== "gitlink" && !this.#parts.store.has(entry.oid)) throw missing();
    }
  }
}

function missing(): OkcvmError {
  return new OkcvmError("bad-archive", "A part of the files from another device is missing.");
}
