import type { SnapshotAbout } from "../../domain/snapshot.ts";
import type { BranchMerge } from "../../ports/shared-workspace.ts";
import { checkBranchName } from "./branch-name.ts";
import type { History, HistoryParts } from "./history.ts";
import { ancestorsOf } from "./merge-base.ts";
import { mergeTrees, type MergedTrees } from "./merge-trees.ts";
import { checkPaths, inTheWay } from "./restore-tree.ts";
import { diffTrees } from "./tree-diff.ts";
import type { Moved, TreeMover } from "./tree-mover.ts";

const BEFORE = { kind: "edits" as const, detail: "before changes of another device" };

/** Brings branches along with what other devices did. */
export class BranchMerger {
  readonly #parts: HistoryParts;
  readonly #history: History;
  readonly #mover: TreeMover;

  constructor(parts: HistoryParts, history: History, mover: TreeMover) {
    this.#parts = parts;
    this.#history = history;
    this.#mover = mover;
  }

  /** See SharedWorkspace.mergeBranch. */
  merge(name: string, theirs: string): Promise<Moved<BranchMerge>> {
    return this.#merge(name, theirs, { clear: false });
  }

  /** `clear`: what is in the way is in a snapshot by now. */
  async #merge(name: string, theirs: string, { clear }: { clear: boolean }): Promise<Moved<BranchMerge>> {
    const { store, refs, live } = this.#parts;
    const isCurrent = name === refs().head;
    if (!isCurrent) checkBranchName(name, []);
    if (isCurrent) await this.#history.snapshot("Your edits", BEFORE, { always: false });
    const ours = refs().branches[name] ?? null;
    if (ours !== null && (await ancestorsOf(ours, store)).has(theirs))
      return { value: { head: ours, conflicts: [] }, changes: [] };
    const forward = ours === null || (await ancestorsOf(theirs, store)).has(ours);
    const { differences, links, conflicts } = forward
      ? await this.#along(ours, theirs)
      : await this.#merged(ours, theirs);
    checkPaths(differences);
    const ignored = isCurrent && !clear ? inTheWay(live(), differences) : [];
    if (ignored.length > 0) {
      await this.#history.snapshot("Ignored files", BEFORE, { always: false, force: ignored });
      return this.#merge(name, theirs, { clear: true });
    }
    const make = async (writer: Parameters<TreeMover["commit"]>[0]): Promise<string> => {
      if (forward) return theirs;
      const tree = await this.#mover.patched(writer, ours, [...differences, ...links]);
      const about: SnapshotAbout = { kind: "merge", detail: conflicts.join(", ") };
      const plan = { tree, label: "Work of another device", about, changed: differences.length };
      return this.#mover.commit(writer, plan, [ours, theirs]);
    };
    const files = isCurrent ? differences : [];
    const moved = await this.#mover.move(files, make, (id) => this.#mover.refsWith(name, id));
    return { value: { head: moved.value, conflicts }, changes: moved.changes };
  }

  async #along(ours: string | null, theirs: string): Promise<MergedTrees> {
    const { commits, trees } = this.#history;
    const differences = await diffTrees(trees, await commits.treeOf(ours), await commits.treeOf(theirs));
    return { differences, links: [], conflicts: [] };
  }

  /** Contents that are made are in the history when it answers. */
  async #merged(ours: string, theirs: string): Promise<MergedTrees> {
    const { commits, trees } = this.#history;
    const writer = this.#mover.writer(false);
    const merged = await mergeTrees({ store: this.#parts.store, trees, commits, writer }, ours, theirs);
    await this.#mover.keep(writer);
    return merged;
  }
}
