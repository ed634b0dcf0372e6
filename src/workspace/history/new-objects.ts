import { parseCommit } from "../../domain/git/commit-object.ts";
import { damagedPack } from "../../domain/git/pack-entry.ts";
import type { Pack } from "../../domain/git/pack-writer.ts";
import { PackWriter } from "../../domain/git/pack-writer.ts";
import { EMPTY_TREE, type TreeEntry } from "../../domain/git/tree-object.ts";
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

/** Finds what is new: commits after the known ones, and of their folders and files those that their parents' do not have. */
export async function newObjects(
  heads: readonly string[],
  known: readonly string[],
  { store, trees }: { store: ObjectStore; trees: TreeReader },
): Promise<NewObjects> {
  const old = new Set<string>();
  for (const commit of known) for (const oid of await ancestorsOf(commit, store)) old.add(oid);
  const found = new Set<string>();
  const blobs = new Set<string>();
  const absent = new Set<string>();
  const waiting = heads.filter((oid) => !old.has(oid));
  for (let oid = waiting.pop(); oid !== undefined; oid = waiting.pop()) {
    if (found.has(oid) || old.has(oid)) continue;
    const commit = parseCommit((await store.read(oid)).body);
    if (!commit) throw damagedPack();
    found.add(oid);
    const parents = commit.parents.filter((parent) => store.has(parent));
    for (const parent of commit.parents) if (!store.has(parent)) absent.add(parent);
    const before = await Promise.all(parents.map((parent) => treeOf(parent, store)));
    await addTree(commit.tree, before, { found, blobs, trees });
    waiting.push(...parents);
  }
  return { ids: [...found], blobs: [...blobs], absent: [...absent] };
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

async function treeOf(commit: string, store: ObjectStore): Promise<string> {
  const parsed = parseCommit((await store.read(commit)).body);
  if (!parsed) throw damagedPack();
  return parsed.tree;
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
