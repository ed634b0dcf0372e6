import type { TreeChange } from "../domain/changes.ts";
import { OkcvmError } from "../domain/errors.ts";
import { foreignPack } from "../domain/git/foreign-pack.ts";
import { encodeIdxFile } from "../domain/git/pack-index.ts";
import { toAbsolutePath } from "../domain/paths.ts";
import type { Snapshot, SnapshotAbout } from "../domain/snapshot.ts";
import type { BranchMerge, IncomingPack, Outgoing } from "../ports/shared-workspace.ts";
import { bundleOf, packOf } from "./history/git-export.ts";
import type { History } from "./history/history.ts";
import type { ObjectStore } from "./history/object-store.ts";
import { checkComplete, cutOff } from "./history/reachable.ts";
import { takeIn, type PackWrites } from "./history/take-in.ts";
import { SharedHistory } from "./history/shared-history.ts";
import type { Refs } from "./storage/database.ts";

/** A branch as it was fetched: packs with their `.idx` files, and the newest commit. */
export interface FetchedBranch {
  packs: IncomingPack[];
  head: string;
  /** Where it came from. */
  detail: string;
}

/** A branch made ready to be pushed. */
export interface PackedBranch extends Omit<FetchedBranch, "detail"> {
  branch: string;
  /** Commits whose parents are not here. */
  shallow: string[];
}

/** What an exchange needs of its hub. */
export interface HubExchangeParts {
  root: string;
  store: ObjectStore;
  history: History;
  refs(): Promise<Refs>;
  snapshot(label: string, about: SnapshotAbout, always: boolean): Promise<Snapshot | null>;
  /** Packs new contents piece by piece. */
  packAhead(): Promise<void>;
  /** Runs a task that changes the tree or the refs, alone. */
  changing<T>(task: () => Promise<T>): Promise<T>;
  write: PackWrites;
  /** The history moved, and these files with it. */
  moved(changes: TreeChange[]): void;
}

/** A hub's history as Git objects: to Git remotes, to files, to other devices, and from there. */
export class HubExchange {
  readonly #parts: HubExchangeParts;
  readonly #shared: SharedHistory;

  constructor(parts: HubExchangeParts) {
    this.#parts = parts;
    this.#shared = new SharedHistory(parts);
  }

  async exportGit(): Promise<Uint8Array<ArrayBuffer>> {
    const { history, store, snapshot, refs } = this.#parts;
    await snapshot("Before the export", { kind: "edits" }, history.head === null);
    return bundleOf(await refs(), store, history.trees);
  }

  /** Takes in a branch fetched elsewhere. All of it or nothing. Errors: `bad-archive`. */
  async importPacks(fetched: FetchedBranch, label: string): Promise<Snapshot> {
    const { history, store, packAhead, changing, write, moved } = this.#parts;
    const packs = fetched.packs.map(({ pack, index }) => foreignPack(pack, index));
    await packAhead();
    const { value, changes } = await changing(() =>
      takeIn({ store, write }, packs, async () => {
        await checkComplete(fetched.head, store, history.trees);
        return history.merge(fetched.head, label, fetched.detail);
      }),
    );
    moved(changes);
    return value;
  }

  /** The current branch as one pack, unsaved changes kept as a snapshot first. */
  async packBranch(): Promise<PackedBranch> {
    const { history, store, snapshot, refs } = this.#parts;
    await snapshot("Before the push", { kind: "edits" }, history.head === null);
    const { head: branch, branches } = await refs();
    const head = branches[branch] ?? "";
    const pack = await packOf([head], store, history.trees);
    if (!pack) throw new OkcvmError("internal", "There is nothing to push.");
    const packs = [{ pack: pack.data, index: encodeIdxFile(pack.index, pack.id) }];
    return { branch, head, shallow: await cutOff(head, store), packs };
  }

  /** See SharedWorkspace. */
  packNew(known: readonly string[]): Promise<Outgoing> {
    return this.#shared.packNew(known);
  }

  /** See SharedWorkspace. */
  take(packs: readonly IncomingPack[], heads: readonly string[]): Promise<void> {
    return this.#parts.changing(() => this.#shared.take(packs, heads));
  }

  /** See SharedWorkspace. */
  async mergeBranch(name: string, commit: string): Promise<BranchMerge> {
    const { history, packAhead, changing, moved, root } = this.#parts;
    await packAhead();
    const { value, changes } = await changing(() => history.mergeBranch(name, commit));
    moved(changes);
    return { ...value, conflicts: value.conflicts.map((path) => toAbsolutePath(root, path)) };
  }
}
