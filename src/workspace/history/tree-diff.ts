import { compareNames } from "../../domain/git/bytes.ts";
import type { TreeEntry, TreeMode } from "../../domain/git/tree-object.ts";
import type { TreeReader } from "./tree-reader.ts";

/** A file as a tree has it. */
export interface TreeFile {
  mode: Exclude<TreeMode, "tree" | "gitlink">;
  oid: string;
}

/** A path at which two trees differ; one side is null when it is not there. */
export interface Difference<Leaf> {
  /** Workspace path. */
  path: string;
  before: Leaf | null;
  after: Leaf | null;
}

export type TreeDifference = Difference<TreeFile>;

/** The files that differ between two trees, by path. Equal subtrees are not read. Submodules count as nothing. */
export async function diffTrees(
  trees: TreeReader,
  before: string | null,
  after: string | null,
): Promise<TreeDifference[]> {
  return diffLeaves(trees, fileOf, [before, after]);
}

/** The submodules whose commits differ between two trees, by path. Equal subtrees are not read. */
export function diffLinks(
  trees: TreeReader,
  before: string | null,
  after: string | null,
): Promise<Difference<string>[]> {
  return diffLeaves(trees, linkOf, [before, after]);
}

/** What differs of one kind of entries; `leafOf` answers null for those of another. */
async function diffLeaves<Leaf>(
  trees: TreeReader,
  leafOf: (entry: TreeEntry | undefined) => Leaf | null,
  sides: [string | null, string | null],
): Promise<Difference<Leaf>[]> {
  const found: Difference<Leaf>[] = [];
  await diffFolder({ trees, leafOf, found }, "", sides);
  return found;
}

interface Walk<Leaf> {
  trees: TreeReader;
  leafOf: (entry: TreeEntry | undefined) => Leaf | null;
  found: Difference<Leaf>[];
}

async function diffFolder<Leaf>(
  into: Walk<Leaf>,
  folder: string,
  [before, after]: [string | null, string | null],
): Promise<void> {
  if (before === after) return;
  const old = byName(await into.trees.entries(before));
  const now = byName(await into.trees.entries(after));
  const names = [...new Set([...old.keys(), ...now.keys()])].toSorted(compareNames);
  for (const name of names) {
    const a = old.get(name);
    const b = now.get(name);
    if (a?.oid === b?.oid && a?.mode === b?.mode) continue;
    const path = folder === "" ? name : `${folder}/${name}`;
    const sides = { path, before: into.leafOf(a), after: into.leafOf(b) };
    if (sides.before || sides.after) into.found.push(sides);
    if (a?.mode === "tree" || b?.mode === "tree") await diffFolder(into, path, [folderOf(a), folderOf(b)]);
  }
}

function byName(entries: readonly TreeEntry[]): Map<string, TreeEntry> {
  return new Map(entries.map((entry) => [entry.name, entry]));
}

function fileOf(entry: TreeEntry | undefined): TreeFile | null {
  if (!entry || entry.mode === "tree" || entry.mode === "gitlink") return null;
  return { mode: entry.mode, oid: entry.oid };
}

/** The commit that a submodule's entry names. */
export function linkOf(entry: TreeEntry | null | undefined): string | null {
  return entry?.mode === "gitlink" ? entry.oid : null;
}

function folderOf(entry: TreeEntry | undefined): string | null {
  return entry?.mode === "tree" ? entry.oid : null;
}
