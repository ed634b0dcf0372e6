import { objectId } from "../../domain/git/object-id.ts";
import type { Commits } from "./commits.ts";
import { mergeBases } from "./merge-base.ts";
import { isSameFile, mergeFiles, type Bytes, type Contents } from "./merge-contents.ts";
import type { ObjectStore } from "./object-store.ts";
import { diffTrees, type TreeFile } from "./tree-diff.ts";
import type { TreeReader } from "./tree-reader.ts";

export interface CommonParts {
  store: ObjectStore;
  trees: TreeReader;
  commits: Commits;
}

/** Files by workspace path. */
export type Files = Map<string, TreeFile>;

/**
 * The files of where two histories parted, as what each side did since is
 * measured by them. Histories that had merged each other part in several
 * places, which are merged as Git does it (merge-recursive): what one side took
 * over from the other is no change of its own.
 */
export class CommonFiles {
  readonly #parts: CommonParts;
  /** Contents that are in no commit, by id. */
  readonly #made = new Map<string, Bytes>();

  constructor(parts: CommonParts) {
    this.#parts = parts;
  }

  /** A content of a commit, or of the files this made. */
  async read(oid: string): Promise<Bytes | Blob> {
    return this.#made.get(oid) ?? this.#parts.store.readContent(oid);
  }

  /** The files of a commit. */
  async filesOf(commit: string): Promise<Files> {
    const { trees, commits } = this.#parts;
    const differences = await diffTrees(trees, null, await commits.treeOf(commit));
    return new Map(differences.flatMap(({ path, after }) => (after ? [[path, after]] : [])));
  }

  /** Of the commits that `mergeBases` names. */
  async of(bases: readonly string[]): Promise<Files> {
    const [first, ...others] = bases;
    if (first === undefined) return new Map();
    let files = await this.filesOf(first);
    const seen = [first];
    for (const next of others) {
      const before = await this.of(await mergeBases(seen, next, this.#parts.store));
      files = await this.#merge(before, files, await this.filesOf(next));
      seen.push(next);
    }
    return files;
  }

  /** Where both sides changed a file and that cannot be merged, nothing is known of how it was. */
  async #merge(before: Files, ours: Files, theirs: Files): Promise<Files> {
    const contents: Contents = { read: (oid) => this.read(oid), add: (content) => this.#add(content) };
    const merged: Files = new Map();
    for (const path of new Set([...ours.keys(), ...theirs.keys()])) {
      const [o, a, b] = [before, ours, theirs].map((files) => files.get(path) ?? null);
      const file = await mergeOne(contents, o ?? null, a ?? null, b ?? null);
      if (file) merged.set(path, file);
    }
    return merged;
  }

  #add(content: Bytes): string {
    const oid = objectId("blob", content);
    this.#made.set(oid, content);
    return oid;
  }
}

async function mergeOne(
  contents: Contents,
  before: TreeFile | null,
  ours: TreeFile | null,
  theirs: TreeFile | null,
): Promise<TreeFile | null> {
  if (isSameFile(ours, theirs) || isSameFile(before, theirs)) return ours;
  if (isSameFile(before, ours)) return theirs;
  return ours && theirs && mergeFiles(contents, before, ours, theirs);
}
