import type { TreeChange } from "../../domain/changes.ts";
import { OkcvmError } from "../../domain/errors.ts";
import type { BranchMerge } from "../../ports/shared-workspace.ts";
import type { Branch, FileDiff, RestoreResult, Snapshot, SnapshotAbout } from "../../domain/snapshot.ts";
import { EMPTY_TREE } from "../../domain/git/tree-object.ts";
import type { Batch, Refs } from "../storage/database.ts";
import type { BatchBuilder } from "../tree/batch-builder.ts";
import type { FileContent } from "../tree/file-content.ts";
import type { LiveTree } from "../tree/live-tree.ts";
import { checkBranchName } from "./branch-name.ts";
import { Commits } from "./commits.ts";
import { ContentReader } from "./content-reader.ts";
import { fileDiffs } from "./file-diffs.ts";
import { IgnoreRules } from "../../domain/ignore-rules.ts";
import type { ObjectStore } from "./object-store.ts";
import { BranchMerger } from "./branch-merger.ts";
import { checkPaths, inTheWay } from "./restore-tree.ts";
import { diffTrees, type TreeDifference } from "./tree-diff.ts";
import { TreePlanner, type PlannedFolder } from "./tree-plan.ts";
import { TreeReader } from "./tree-reader.ts";
import { TreeMover, type CommitPlan, type Moved } from "./tree-mover.ts";
import { looseFiles, type LooseFile, type TreeWriter } from "./tree-writer.ts";

export interface HistoryParts {
  root: string;
  db: IDBDatabase;
  store: ObjectStore;
  live(): LiveTree;
  refs(): Refs;
  /** Makes a batch durable; then what it moved and packed holds. */
  write(batch: Batch, builder: BatchBuilder): Promise<void>;
}

/**
 * The workspace's snapshots. Every method runs alone: the hub lets nothing
 * else change the tree meanwhile. After a failure the hub loads tree and refs
 * anew, because what is in memory may be ahead of what is stored.
 */
export class History {
  readonly #parts: HistoryParts;
  readonly #trees: TreeReader;
  readonly commits: Commits;
  readonly #mover: TreeMover;
  readonly #merger: BranchMerger;

  constructor(parts: HistoryParts) {
    this.#parts = parts;
    this.#trees = new TreeReader(parts.store);
    this.commits = new Commits(parts.store, this.#trees);
    this.#mover = new TreeMover(parts, this.#trees, this.commits);
    this.#merger = new BranchMerger(parts, this, this.#mover);
  }

  /** The newest snapshot of the current branch; null before the first. */
  get head(): string | null {
    const { head, branches } = this.#parts.refs();
    return branches[head] ?? null;
  }

  branches(): Branch[] {
    const { head, branches } = this.#parts.refs();
    const names = new Set([head, ...Object.keys(branches)]);
    return [...names].map((name) => ({ name, head: branches[name] ?? null, current: name === head }));
  }

  /** Makes a snapshot; null when nothing changed and `always` is not set. `force` names ignored paths to take all the same. */
  async snapshot(
    label: string,
    about: SnapshotAbout,
    options: { always: boolean; force?: string[] },
  ): Promise<Snapshot | null> {
    const { live } = this.#parts;
    const before = await this.commits.treeOf(this.head);
    const plan = await this.#plan(options.force ?? []);
    const loose = looseFiles(plan);
    const writer = this.#mover.writer(false);
    await writer.addBlobs(
      loose.map(({ node }) => node.content).filter((content) => this.#isUnpacked(content)),
      (some) => this.#reader().contents(some),
    );
    const files = await writer.addTree(plan, { cache: options.force === undefined });
    const tree = await writer.addLinks(files, before);
    if (tree === (before ?? EMPTY_TREE) && !options.always) return null;
    const changed = (await diffTrees(this.#trees, before, tree)).length;
    const batch = live().begin();
    settle(loose, batch);
    const id = this.#commit(writer, { tree, label, about, changed });
    await this.#mover.store(batch, writer, this.#refsWith(id));
    return this.commits.snapshot(id);
  }

  /** Contents that wait for a snapshot and that no pack holds. */
  async waiting(): Promise<FileContent[]> {
    return looseFiles(await this.#plan([]))
      .map(({ node }) => node.content)
      .filter((content) => this.#isUnpacked(content));
  }

  async restore(id: string, paths?: string[]): Promise<Moved<RestoreResult>> {
    const target = await this.commits.get(id);
    const source = await this.commits.snapshot(id);
    const kept = { kind: "edits" as const, detail: `before going back to “${source.label}”` };
    const differences = await this.#keepThenCompare(kept, () => this.#toward(target.tree, paths));
    const before = this.head;
    if (differences.length === 0 && before !== null) {
      return { value: { snapshot: await this.commits.snapshot(before), before, changed: 0 }, changes: [] };
    }
    const moved = await this.#move(differences, async (writer) => {
      const tree = paths ? await this.#mover.patched(writer, before, differences) : target.tree;
      return this.#commit(writer, {
        tree,
        // Going back to where one went back to is going back to the same moment.
        label: source.kind === "restore" ? source.label : `Went back to “${source.label}”`,
        about: { kind: "restore", detail: paths ? paths.join(", ") : "" },
        changed: differences.length,
      });
    });
    const snapshot = await this.commits.snapshot(moved.value);
    return { value: { snapshot, before, changed: differences.length }, changes: moved.changes };
  }

  /** See Workspace.switchBranch. */
  async switchBranch(name: string, made?: { from: string | null }): Promise<TreeChange[]> {
    const { head, branches } = this.#parts.refs();
    const there = branches[name];
    checkBranchName(name, Object.keys(branches));
    if (made && (there !== undefined || name === head))
      throw new OkcvmError("exists", `There is a branch ${name} already.`);
    if (!made && there === undefined && name !== head)
      throw new OkcvmError("not-found", `There is no branch ${name} in this workspace.`);
    if (name === head) return [];
    const to = made ? made.from : (there ?? null);
    const tree = await this.commits.treeOf(to);
    const differences = await this.#keepThenCompare({ kind: "edits" }, () => this.#toward(tree));
    const kept = this.#parts.refs().branches;
    const next = to === null ? kept : { ...kept, [name]: to };
    const refs = { head: name, branches: next };
    return (
      await this.#mover.move(
        differences,
        async () => null,
        () => refs,
      )
    ).changes;
  }

  /**
   * Makes a commit made elsewhere, whose objects are in the store, part of the
   * current branch, its files put over those that are there. Only files that
   * differ are written.
   */
  async merge(id: string, label: string, detail: string): Promise<Moved<Snapshot>> {
    const { tree } = await this.commits.get(id);
    const incoming = (await diffTrees(this.#trees, null, tree)).filter(({ after }) => after !== null);
    checkPaths(incoming);
    const kept = { kind: "edits" as const, detail: `before: ${label}` };
    const differences = await this.#keepThenCompare(kept, () => this.#coming(incoming));
    const before = this.head;
    const moved = await this.#move(differences, async (writer) => {
      if (before === null) return id;
      const merged = await this.#mover.patched(writer, before, differences);
      const about: SnapshotAbout = { kind: "import", detail };
      const draft = { tree: merged, label, about, changed: differences.length };
      return this.#commit(writer, draft, [before, id]);
    });
    return { value: await this.commits.snapshot(moved.value), changes: moved.changes };
  }

  /** See SharedWorkspace.mergeBranch. */
  mergeBranch(name: string, theirs: string): Promise<Moved<BranchMerge>> {
    return this.#merger.merge(name, theirs);
  }

  /**
   * Keeps unsaved changes as a snapshot, and ignored files that the differences
   * would write over as another; then answers the differences.
   */
  async #keepThenCompare(
    about: SnapshotAbout,
    compare: () => Promise<TreeDifference[]>,
  ): Promise<TreeDifference[]> {
    await this.snapshot("Your edits", about, { always: false });
    const differences = await compare();
    checkPaths(differences);
    const ignored = inTheWay(this.#parts.live(), differences);
    if (ignored.length === 0) return differences;
    await this.snapshot("Ignored files", about, { always: false, force: ignored });
    return compare();
  }

  /** Which of some files the newest snapshot lacks or has otherwise. A file that comes where a folder is takes its place. */
  async #coming(incoming: readonly TreeDifference[]): Promise<TreeDifference[]> {
    const paths = new Set(incoming.map(({ path }) => path));
    const folders = new Set(incoming.flatMap(({ path }) => parentsOf(path)));
    const mine = await diffTrees(this.#trees, null, await this.commits.treeOf(this.head));
    const there = new Map(mine.map(({ path, after }) => [path, after]));
    const gone = mine
      .filter(
        ({ path }) =>
          !paths.has(path) && (folders.has(path) || parentsOf(path).some((one) => paths.has(one))),
      )
      .map(({ path, after }): TreeDifference => ({ path, before: after, after: null }));
    const coming = incoming
      .map(({ path, after }): TreeDifference => ({ path, before: there.get(path) ?? null, after }))
      .filter(({ before, after }) => before?.oid !== after?.oid || before?.mode !== after?.mode);
    return [...gone, ...coming];
  }

  /** How files differ; `to` null stands for the files as they are. */
  async diff(
    from: string | null,
    to: string | null,
    options: { lines: boolean; paths?: string[] },
  ): Promise<FileDiff[]> {
    const before = await this.commits.treeOf(from);
    const reader = this.#reader();
    const after = to === null ? await this.#nowTree(reader) : await this.commits.treeOf(to);
    const differences = await this.#between(before, after, options.paths);
    return fileDiffs(differences, reader, { root: this.#parts.root, lines: options.lines });
  }

  /** A file of a snapshot. Errors: `not-found`, `is-directory`. */
  async readAt(id: string, path: string): Promise<Uint8Array<ArrayBuffer> | Blob> {
    const { tree } = await this.commits.get(id);
    const entry = await this.#trees.find(tree, path);
    if (!entry) throw new OkcvmError("not-found", `${path} does not exist in that snapshot.`);
    if (entry.mode === "tree" || entry.mode === "gitlink")
      throw new OkcvmError("is-directory", `${path} is a folder in that snapshot, not a file.`);
    return this.#parts.store.readContent(entry.oid);
  }

  /** Everything a snapshot would take now, into folders whose Git tree is known too. */
  planAll(): Promise<PlannedFolder> {
    return this.#planner({ full: true }).plan(null, IgnoreRules.none);
  }

  get trees(): TreeReader {
    return this.#trees;
  }

  #planner(options: { force?: string[]; full?: boolean }): TreePlanner {
    return new TreePlanner({
      live: this.#parts.live(),
      trees: this.#trees,
      readText: (content) => this.#reader().text(content),
      ...options,
    });
  }

  async #plan(force: string[]): Promise<PlannedFolder> {
    return this.#planner({ force }).plan(await this.commits.treeOf(this.head), IgnoreRules.none);
  }

  #isUnpacked({ oid }: FileContent): boolean {
    return oid === null || !this.#parts.store.has(oid);
  }

  #reader(): ContentReader {
    return new ContentReader(this.#parts.db, this.#parts.store);
  }

  /** The Git tree a snapshot would have now. Nothing is stored; `reader` learns where the new blobs are. */
  async #nowTree(reader: ContentReader): Promise<string> {
    const plan = await this.#plan([]);
    const loose = looseFiles(plan).map(({ node }) => node);
    const writer = this.#mover.writer(true);
    await writer.addBlobs(
      loose.map((node) => node.content).filter((content) => content.oid === null),
      (some) => reader.contents(some),
    );
    const files = await writer.addTree(plan, { cache: false });
    const tree = await writer.addLinks(files, await this.commits.treeOf(this.head));
    for (const node of loose) reader.noteLoose(node);
    for (const [oid, target] of writer.targets) reader.noteBytes(oid, target);
    return tree;
  }

  /** From the newest snapshot's tree to another. */
  async #toward(tree: string | null, paths?: string[]): Promise<TreeDifference[]> {
    return this.#between(await this.commits.treeOf(this.head), tree, paths);
  }

  async #between(
    before: string | null,
    after: string | null,
    paths: string[] | undefined,
  ): Promise<TreeDifference[]> {
    const all = await diffTrees(this.#trees, before, after);
    return paths ? all.filter(({ path }) => paths.some((one) => isWithin(path, one))) : all;
  }

  /** Brings the tree along differences and the current branch along the commit that is made. */
  #move(
    differences: readonly TreeDifference[],
    commit: (writer: TreeWriter) => Promise<string>,
  ): Promise<Moved<string>> {
    return this.#mover.move(differences, commit, (id) => this.#refsWith(id));
  }

  #commit(writer: TreeWriter, plan: CommitPlan, parents = this.head === null ? [] : [this.head]): string {
    return this.#mover.commit(writer, plan, parents);
  }

  #refsWith(id: string): Refs {
    return this.#mover.refsWith(this.#parts.refs().head, id);
  }
}

/** Contents a snapshot took lie in the history from now on. */
function settle(loose: readonly LooseFile[], batch: BatchBuilder): void {
  for (const { directory, node } of loose) {
    batch.dropContent(node.content);
    node.content.id = null;
    batch.touch([directory]);
  }
}

/** The folders a path lies in. */
function parentsOf(path: string): string[] {
  const names = path.split("/");
  return names.slice(1).map((_, depth) => names.slice(0, depth + 1).join("/"));
}

/** True for a path itself and for what lies below it. */
function isWithin(path: string, folder: string): boolean {
  return folder === "" || path === folder || path.startsWith(`${folder}/`);
}
