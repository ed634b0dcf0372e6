import { compareNames } from "../../domain/git/bytes.ts";
import type { TreeEntry, TreeMode } from "../../domain/git/tree-object.ts";
import type { TreeReader } from "./tree-reader.ts";

/** A file as a tree has it. */
export interface TreeFile {
  mode: Exclude<TreeMode, "tree" | "gitlink">;
  oid: string;
}

/** A path whose file differs between two trees; one side is null when it is not there. */
export interface TreeDifference {
  /** Workspace path. */
  path: string;
  before: TreeFile | null;
  after: TreeFile | null;
}

/** The files that differ between two trees, by path. Equal subtrees are not read. Submodules count as nothing. */
export async function diffTrees(
  trees: TreeReader,
  before: string | null,
  after: string | null,
): Promise<TreeDifference[]> {
  const found: TreeDifference[] = [];
  await diffFolder({ trees, found }, "", [before, after]);
  return found;
}

async function diffFolder(
  into: { trees: TreeReader; found: TreeDifference[] },
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
    const sides = { path, before: fileOf(a), after: fileOf(b) };
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

function folderOf(entry: TreeEntry | undefined): string | null {
  return entry?.mode === "tree" ? entry.oid : null;
}
