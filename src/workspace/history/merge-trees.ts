import { baseName, MAX_NAME_BYTES, parentOf } from "../../domain/paths.ts";
import { CommonFiles, type CommonParts, type Files } from "./common-files.ts";
import { mergeBases } from "./merge-base.ts";
import { isSameFile, mergeFiles, type Contents } from "./merge-contents.ts";
import { diffLinks, linkOf, type TreeDifference, type TreeFile } from "./tree-diff.ts";
import type { TreeReader } from "./tree-reader.ts";
import type { PatchedEntry, TreeWriter } from "./tree-writer.ts";

export interface MergeParts extends CommonParts {
  /** Takes the contents that are made. */
  writer: TreeWriter;
}

export interface MergedTrees {
  /** How the files of our side change. */
  differences: TreeDifference[];
  /** How its submodules do. */
  links: PatchedEntry[];
  /** Workspace paths at which both sides had changed the same. */
  conflicts: string[];
}

/**
 * A merge in which nothing is lost. What one side changed, is changed; what both
 * changed is merged line by line. Where that cannot be, the version of the newer
 * commit stays and the other lies beside it, under a name that says so. What one
 * side changed and the other removed, stays.
 */
export async function mergeTrees(parts: MergeParts, ours: string, theirs: string): Promise<MergedTrees> {
  const { commits, store, trees, writer } = parts;
  const common = new CommonFiles(parts);
  const [mine, other] = await Promise.all([commits.get(ours), commits.get(theirs)]);
  const bases = await mergeBases([ours], theirs, store);
  const [before, there, theirFiles] = [
    await common.of(bases),
    await common.filesOf(ours),
    await common.filesOf(theirs),
  ];
  const contents = {
    read: (oid: string) => common.read(oid),
    add: (content: Uint8Array<ArrayBuffer>) => writer.add("blob", content),
  };
  const merging = new Merging(contents, { there, before, isNewer: other.timestamp >= mine.timestamp });
  for (const path of new Set([...before.keys(), ...theirFiles.keys()])) {
    const after = theirFiles.get(path) ?? null;
    const was = before.get(path) ?? null;
    if (isSameFile(was, after)) continue;
    const own = there.get(path) ?? null;
    if (isSameFile(was, own)) merging.set(path, after);
    else await merging.both(path, own, after);
  }
  merging.makeWay();
  const links = await mergeLinks(trees, await commits.treeOf(bases[0] ?? null), {
    ours: mine.tree,
    theirs: other.tree,
  });
  return { ...merging.finish(), links };
}

/** What they changed of submodules and we did not. Where both did, ours stays: one commit of another repository is in no other. */
async function mergeLinks(
  trees: TreeReader,
  before: string | null,
  { ours, theirs }: { ours: string; theirs: string },
): Promise<PatchedEntry[]> {
  const changed: PatchedEntry[] = [];
  for (const { path, before: was, after: oid } of await diffLinks(trees, before, theirs))
    if (linkOf(await trees.find(ours, path)) === was)
      changed.push({ path, after: oid === null ? null : { mode: "gitlink", oid } });
  return changed;
}

class Merging {
  readonly #contents: Contents;
  readonly #there: Files;
  readonly #before: Files;
  /** True when their commit is the newer one. */
  readonly #isNewer: boolean;
  readonly #next: Files;
  readonly #conflicts: string[] = [];

  constructor(contents: Contents, about: { there: Files; before: Files; isNewer: boolean }) {
    this.#contents = contents;
    this.#there = about.there;
    this.#before = about.before;
    this.#isNewer = about.isNewer;
    this.#next = new Map(about.there);
  }

  set(path: string, file: TreeFile | null): void {
    if (file) this.#next.set(path, file);
    else this.#next.delete(path);
  }

  /** Both sides changed it. */
  async both(path: string, ours: TreeFile | null, theirs: TreeFile | null): Promise<void> {
    if (isSameFile(ours, theirs)) return;
    if (!ours || !theirs) return this.set(path, ours ?? theirs);
    const merged = await mergeFiles(this.#contents, this.#before.get(path) ?? null, ours, theirs);
    if (merged) return this.set(path, merged);
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

  finish(): Omit<MergedTrees, "links"> {
    const paths = new Set([...this.#there.keys(), ...this.#next.keys()]);
    const differences: TreeDifference[] = [];
    for (const path of paths) {
      const sides = { path, before: this.#there.get(path) ?? null, after: this.#next.get(path) ?? null };
      if (!isSameFile(sides.before, sides.after)) differences.push(sides);
    }
    return { differences, conflicts: this.#conflicts };
  }

  #putAside(path: string, file: TreeFile): void {
    this.#conflicts.push(path);
    const folder = parentOf(path);
    for (let count = 1; ; count += 1) {
      const name = asideName(baseName(path), count);
      const at = folder === "" ? name : `${folder}/${name}`;
      // The same conflict, met on two devices, is one file.
      if (isSameFile(this.#next.get(at) ?? null, file)) return;
      if (this.#next.has(at) || this.#isFolder(at)) continue;
      this.#next.set(at, file);
      return;
    }
  }

  #isFolder(path: string): boolean {
    for (const other of this.#next.keys()) if (other.startsWith(`${path}/`)) return true;
    return false;
  }
}

/** The name of what lies beside a file of another name; what would be too long loses its end, but not its ending. */
function asideName(name: string, count: number): string {
  const [, stem = "", ending = ""] = /^(.+?)(\.[^.]{1,20})?$/su.exec(name) ?? [];
  const mark = ` (conflict${count === 1 ? "" : ` ${count}`})`;
  const characters = [...stem];
  const build = (): string => `${characters.join("")}${mark}${ending}`;
  while (new TextEncoder().encode(build()).length > MAX_NAME_BYTES) characters.pop();
  return build();
}
