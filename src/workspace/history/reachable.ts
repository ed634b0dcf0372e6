import { parseCommit } from "../../domain/git/commit-object.ts";
import { damagedPack } from "../../domain/git/pack-entry.ts";
import { EMPTY_TREE } from "../../domain/git/tree-object.ts";
import { readCommit } from "./commits.ts";
import type { ObjectStore } from "./object-store.ts";
import type { TreeReader } from "./tree-reader.ts";

/** Every object that commits lead to: commits with their parents, trees, blobs. Parents a shallow clone lacks are left out. */
export async function reachable(
  commits: readonly string[],
  store: ObjectStore,
  trees: TreeReader,
): Promise<Set<string>> {
  const found = new Set<string>();
  const waiting = [...commits];
  for (let oid = waiting.pop(); oid !== undefined; oid = waiting.pop()) {
    if (found.has(oid) || !store.has(oid)) continue;
    found.add(oid);
    const commit = await readCommit(oid, store);
    waiting.push(...commit.parents);
    await addTree(commit.tree, { found, trees });
  }
  return found;
}

/** Checks that everything a commit leads to is there and can be read. Errors: `bad-archive`. */
export async function checkComplete(head: string, store: ObjectStore, trees: TreeReader): Promise<void> {
  if (!store.has(head)) throw damagedPack();
  for (const oid of await reachable([head], store, trees)) {
    if (oid !== EMPTY_TREE && !store.has(oid)) throw damagedPack();
  }
}

/** Commits that have parents which are not here, as after a shallow clone. */
export async function cutOff(head: string, store: ObjectStore): Promise<string[]> {
  const found: string[] = [];
  const seen = new Set<string>();
  const waiting = [head];
  for (let oid = waiting.pop(); oid !== undefined; oid = waiting.pop()) {
    if (seen.has(oid)) continue;
    seen.add(oid);
    const parents = parseCommit((await store.read(oid)).body)?.parents ?? [];
    if (parents.some((parent) => !store.has(parent))) found.push(oid);
    waiting.push(...parents.filter((parent) => store.has(parent)));
  }
  return found;
}

async function addTree(oid: string, into: { found: Set<string>; trees: TreeReader }): Promise<void> {
  if (into.found.has(oid)) return;
  into.found.add(oid);
  // The empty tree is read by nobody, but a commit of it needs it.
  if (oid === EMPTY_TREE) return;
  for (const entry of await into.trees.entries(oid)) {
    if (entry.mode === "tree") await addTree(entry.oid, into);
    else if (entry.mode !== "gitlink") into.found.add(entry.oid);
  }
}
