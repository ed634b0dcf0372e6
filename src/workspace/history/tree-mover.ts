import type { TreeChange } from "../../domain/changes.ts";
import { encodeCommit } from "../../domain/git/commit-object.ts";
import type { SnapshotAbout } from "../../domain/snapshot.ts";
import type { Refs } from "../storage/database.ts";
import type { BatchBuilder } from "../tree/batch-builder.ts";
import type { Commits } from "./commits.ts";
import type { HistoryParts } from "./history.ts";
import { applyDifferences } from "./restore-tree.ts";
import type { TreeDifference } from "./tree-diff.ts";
import type { TreeReader } from "./tree-reader.ts";
import { TreeWriter, type PatchedEntry } from "./tree-writer.ts";

/** What a step of the history did, and which files of the tree it changed. */
export interface Moved<T> {
  value: T;
  changes: TreeChange[];
}

/** What a commit is made of, but for its parents. */
export interface CommitPlan {
  tree: string;
  label: string;
  about: SnapshotAbout;
  changed: number;
}

/** Makes commits and brings files and branches along, each step in one transaction. */
export class TreeMover {
  readonly #parts: HistoryParts;
  readonly #trees: TreeReader;
  readonly #commits: Commits;

  constructor(parts: HistoryParts, trees: TreeReader, commits: Commits) {
    this.#parts = parts;
    this.#trees = trees;
    this.#commits = commits;
  }

  writer(dry: boolean): TreeWriter {
    return new TreeWriter({ store: this.#parts.store, trees: this.#trees, live: this.#parts.live(), dry });
  }

  commit(writer: TreeWriter, plan: CommitPlan, parents: string[]): string {
    return writer.add("commit", encodeCommit({ ...plan, parents, time: Date.now() }));
  }

  /** A snapshot's tree with some files and submodules as they were elsewhere. */
  async patched(
    writer: TreeWriter,
    before: string | null,
    differences: readonly PatchedEntry[],
  ): Promise<string> {
    return writer.addPatched(await this.#commits.treeOf(before), differences);
  }

  /** The refs with a branch at a commit. */
  refsWith(branch: string, id: string): Refs {
    const { head, branches } = this.#parts.refs();
    return { head, branches: { ...branches, [branch]: id } };
  }

  /** Brings the tree along differences and the refs to what `next` says of the value made, in one transaction. */
  async move<T>(
    differences: readonly TreeDifference[],
    make: (writer: TreeWriter) => Promise<T>,
    next: (value: T) => Refs,
  ): Promise<Moved<T>> {
    const { live, store } = this.#parts;
    const writer = this.writer(false);
    const value = await make(writer);
    const batch = live().begin();
    const changes = await applyDifferences({ live: live(), store, batch }, differences);
    await this.store(batch, writer, next(value));
    return { value, changes };
  }

  async store(batch: BatchBuilder, writer: TreeWriter, next: Refs): Promise<void> {
    const made = batch.finish(this.#parts.live().files.root);
    const refs = { expected: this.#parts.refs(), next };
    await this.#parts.write({ ...made, packs: writer.finish(), refs }, batch);
  }

  /** Makes what a writer has gathered part of the history, and nothing else. */
  async keep(writer: TreeWriter): Promise<void> {
    const packs = writer.finish();
    if (packs.length === 0) return;
    const batch = this.#parts.live().begin();
    const made = batch.finish(this.#parts.live().files.root);
    await this.#parts.write({ ...made, packs, refs: null }, batch);
  }
}
