import { baseName, parentOf } from "../../domain/paths.ts";
import type { Commits } from "./commits.ts";
import { mergeBase } from "./merge-base.ts";
import { mergeTexts } from "./merge-text.ts";
import type { ObjectStore } from "./object-store.ts";
import { diffTrees, type TreeDifference, type TreeFile } from "./tree-diff.ts";
import type { TreeReader } from "./tree-reader.ts";
import type { TreeWriter } from "./tree-writer.ts";

export interface MergeParts {
  store: ObjectStore;
  trees: TreeReader;
  commits: Commits;
  /** Takes the contents that are made. */
  writer: TreeWriter;
}

export interface MergedTrees {
  /** How the files of our side change. */
  differences: TreeDifference[];
  /** Workspace paths at which both sides had changed the same. */
  conflicts: string[];
}

type Changed = Map<string, TreeFile | null>;

/**
 * A merge in which nothing is lost. What one side changed, is changed; what both
 * changed is merged line by line. Where that cannot be, the version of the newer
 * commit stays and the other lies beside it, under a name that says so. What one
 * side changed and the other removed, stays.
 */
export async function mergeTrees(parts: MergeParts, ours: string, theirs: string): Promise<MergedTrees> {
  const { commits, trees, store } = parts;
  const base = await mergeBase(ours, theirs, store);
  const [mine, other, before] = await Promise.all([
    commits.get(ours),
    commits.get(theirs),
    commits.treeOf(base),
  ]);
  const [a, b] = [await changes(trees, before, mine.tree), await changes(trees, before, other.tree)];
  const there = new Map((await diffTrees(trees, null, mine.tree)).map(({ path, after }) => [path, after]));
  const bases = new Map((await diffTrees(trees, null, before)).map(({ path, after }) => [path, after]));
  const merging = new Merging(parts, { there, bases, isNewer: other.timestamp >= mine.timestamp });
  for (const [path, after] of b) {
    if (!a.has(path)) merging.set(path, after);
    else await merging.both(path, a.get(path) ?? null, after);
  }
  merging.makeWay();
  return merging.finish();
}

async function changes(trees: TreeReader, before: string | null, after: string): Promise<Changed> {
  return new Map((await diffTrees(trees, before, after)).map(({ path, after: file }) => [path, file]));
}

class Merging {
  readonly #parts: MergeParts;
  readonly #there: ReadonlyMap<string, TreeFile | null>;
  readonly #bases: ReadonlyMap<string, TreeFile | null>;
  /** True when their commit is the newer one. */
  readonly #isNewer: boolean;
  readonly #next: Map<string, TreeFile | null>;
  readonly #conflicts: string[] = [];

  constructor(
    parts: MergeParts,
    about: {
      there: ReadonlyMap<string, TreeFile | null>;
      bases: ReadonlyMap<string, TreeFile | null>;
      isNewer: boolean;
    },
  ) {
    this.#parts = parts;
    this.#there = about.there;
    this.#bases = about.bases;
    this.#isNewer = about.isNewer;
    this.#next = new Map(about.there);
  }

  set(path: string, file: TreeFile | null): void {
    if (file) this.#next.set(path, file);
    else this.#next.delete(path);
  }

  /** Both sides changed it. */
  async both(path: string, ours: TreeFile | null, theirs: TreeFile | null): Promise<void> {
    if (isSame(ours, theirs)) return;
    if (!ours || !theirs) return this.set(path, ours ?? theirs);
    const base = this.#bases.get(path) ?? null;
    const mode = ours.mode === (base?.mode ?? ours.mode) ? theirs.mode : ours.mode;
    const oid = await this.#mergeContents(base, ours, theirs);
    if (oid !== null) return this.set(path, { mode, oid });
    const [stays, aside] = this.#isNewer ? [theirs, ours] : [ours, theirs];
    this.set(path, stays);
    this.#putAside(path, aside);
  }

  /** Where a file and a folder have one name now, the file gets another. */
  makeWay(): void {
    const folders = new Set<string>();
    for (const path of this.#next.keys())
      for (let at = parentOf(path); at !== ""; at = parentOf(at)) folders.add(at);
    for (const path of [...this.#next.keys()].filter((one) => folders.has(one))) {
      const file = this.#next.get(path);
      this.#next.delete(path);
      if (file) this.#putAside(path, file);
    }
  }

  finish(): MergedTrees {
    const paths = new Set([...this.#there.keys(), ...this.#next.keys()]);
    const differences: TreeDifference[] = [];
    for (const path of paths) {
      const sides = { path, before: this.#there.get(path) ?? null, after: this.#next.get(path) ?? null };
      if (!isSame(sides.before, sides.after)) differences.push(sides);
    }
    return { differences, conflicts: this.#conflicts };
  }

  /** The id of the merged content; null when it cannot be merged. */
  async #mergeContents(base: TreeFile | null, ours: TreeFile, theirs: TreeFile): Promise<string | null> {
    if (ours.oid === theirs.oid) return ours.oid;
    if (base?.oid === ours.oid) return theirs.oid;
    if (base?.oid === theirs.oid) return ours.oid;
    if ([base, ours, theirs].some((file) => file?.mode === "symlink")) return null;
    const { store, writer } = this.#parts;
    const contents = await Promise.all(
      [base, ours, theirs].map((file) => file && store.readContent(file.oid)),
    );
    const [o, a, b] = contents.map((content) => (content === null ? new Uint8Array() : content));
    if (!(o instanceof Uint8Array && a instanceof Uint8Array && b instanceof Uint8Array)) return null;
    const merged = mergeTexts(o, a, b);
    return merged && writer.add("blob", merged);
  }

  #putAside(path: string, file: TreeFile): void {
    this.#conflicts.push(path);
    const folder = parentOf(path);
    const [, stem = "", ending = ""] = /^(.+?)(\.[^.]+)?$/.exec(baseName(path)) ?? [];
    for (let count = 1; ; count += 1) {
      const name = `${stem} (conflict${count === 1 ? "" : ` ${count}`})${ending}`;
      const at = folder === "" ? name : `${folder}/${name}`;
      // The same conflict, met on two devices, is one file.
      if (isSame(this.#next.get(at) ?? null, file)) return;
      if (this.#next.has(at)) continue;
      this.#next.set(at, file);
      return;
    }
  }
}

function isSame(a: TreeFile | null, b: TreeFile | null): boolean {
  return a?.oid === b?.oid && a?.mode === b?.mode;
}
