import type { Pack } from "../../domain/git/pack-writer.ts";
import { PackWriter } from "../../domain/git/pack-writer.ts";
import { EMPTY_TREE, type TreeEntry } from "../../domain/git/tree-object.ts";
import { readCommit } from "./commits.ts";
import { copyObject } from "./git-export.ts";
import { ancestorsOf } from "./merge-base.ts";
import { LARGE, type ObjectStore } from "./object-store.ts";
import type { TreeReader } from "./tree-reader.ts";

/** A pack is closed when it is larger. Bytes. */
const CLOSE_AT = 16 * 1024 * 1024;

/** What some commits lead to and known ones do not. */
export interface NewObjects {
  /** Commits and folders. */
  ids: string[];
  /** Files. */
  blobs: string[];
  /** Commits that came before and are not here. */
  absent: string[];
}

/**
 * Finds what is new: commits after the known ones, and of their folders and
 * files those that do not stand at the same place where the known ones end. All
 * are compared with the same few trees: what one new commit has is left out of
 * the next only when it was found, never because its parent has it too.
 */
export async function newObjects(
  heads: readonly string[],
  known: readonly string[],
  { store, trees }: { store: ObjectStore; trees: TreeReader },
): Promise<NewObjects> {
  const old = new Set<string>();
  for (const commit of known) for (const oid of await ancestorsOf(commit, store)) old.add(oid);
  const commits = new Map<string, string>();
  const [absent, edge] = [new Set<string>(), new Set<string>()];
  const waiting = heads.filter((oid) => !old.has(oid));
  for (let oid = waiting.pop(); oid !== undefined; oid = waiting.pop()) {
    if (commits.has(oid)) continue;
    const { tree, parents } = await readCommit(oid, store);
    commits.set(oid, tree);
    for (const parent of parents) {
      if (old.has(parent)) edge.add(parent);
      else if (store.has(parent)) waiting.push(parent);
      else absent.add(parent);
    }
  }
  const before = await Promise.all([...edge].map(async (oid) => (await readCommit(oid, store)).tree));
  const into: Found = { found: new Set(commits.keys()), blobs: new Set(), trees };
  for (const tree of commits.values()) await addTree(tree, before, into);
  return { ids: [...into.found], blobs: [...into.blobs], absent: [...absent] };
}

/**
 * Packs without deltas: files first, large ones in one each, then one of what
 * leads to them. So each pack leads to nothing but itself and what came before.
 */
export async function packsOf({ ids, blobs }: NewObjects, store: ObjectStore): Promise<Pack[]> {
  const packs: Pack[] = [];
  let writer = new PackWriter();
  const close = (): void => {
    const pack = writer.finish();
    if (pack) packs.push(pack);
    writer = new PackWriter();
  };
  for (const oid of blobs) {
    if (store.sizeOf(oid) > LARGE) {
      close();
      await copyObject(oid, store, writer);
      close();
      continue;
    }
    await copyObject(oid, store, writer);
    if (writer.size > CLOSE_AT) close();
  }
  // What fits goes along with the files.
  if (writer.size > CLOSE_AT / 2) close();
  for (const oid of ids) {
    // The empty tree need not be kept anywhere.
    if (oid !== EMPTY_TREE || store.has(oid)) await copyObject(oid, store, writer);
  }
  close();
  return packs;
}

interface Found {
  found: Set<string>;
  blobs: Set<string>;
  trees: TreeReader;
}

/** Adds a folder and what is below it, but for what stands at the same place in one of the trees of before. */
async function addTree(oid: string, before: readonly string[], into: Found): Promise<void> {
  if (into.found.has(oid) || before.includes(oid)) return;
  into.found.add(oid);
  const old = await Promise.all(before.map((tree) => into.trees.entries(tree)));
  for (const entry of await into.trees.entries(oid)) {
    const was = old.map((entries) => entries.find(({ name }) => name === entry.name));
    await addEntry(entry, was, into);
  }
}

async function addEntry(
  entry: TreeEntry,
  was: readonly (TreeEntry | undefined)[],
  into: Found,
): Promise<void> {
  if (entry.mode === "gitlink" || was.some((old) => old?.oid === entry.oid)) return;
  if (entry.mode !== "tree") {
    into.blobs.add(entry.oid);
    return;
  }
  const trees = was.flatMap((old) => (old?.mode === "tree" ? [old.oid] : []));
  await addTree(entry.oid, trees, into);
}
