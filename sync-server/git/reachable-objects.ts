import { EMPTY_TREE } from "../../src/domain/git/tree-object.ts";
import { breathe } from "./breathe.ts";
import type { Missing } from "./commit-walk.ts";
import type { ObjectReader } from "./object-reader.ts";

export interface Selection {
  /** What to send: commits first, then trees and files. */
  oids: Set<string>;
  /** What the client is sure to have: bases for deltas. */
  known: Set<string>;
}

/** All objects of commits the client lacks, without those that its own commits next to them hold. */
export async function selectObjects(
  objects: ObjectReader,
  { commits, edges }: Missing,
  more: readonly string[] = [],
): Promise<Selection> {
  const known = new Set<string>();
  for (const oid of edges) {
    known.add(oid);
    const commit = await objects.commit(oid);
    if (commit) await addTree(objects, commit.tree, { to: known, without: new Set() });
  }
  const oids = new Set(commits);
  for (const oid of commits) {
    const commit = await objects.commit(oid);
    if (commit) await addTree(objects, commit.tree, { to: oids, without: known });
  }
  for (const oid of more) await addOther(objects, oid, { to: oids, without: known });
  return { oids, known };
}

interface Adding {
  to: Set<string>;
  without: ReadonlySet<string>;
}

/** What was asked for by its id and is no commit. */
async function addOther(objects: ObjectReader, oid: string, adding: Adding): Promise<void> {
  const object = await objects.read(oid);
  if (object?.type === "tree") await addTree(objects, oid, adding);
  else if (object?.type === "blob" && !adding.without.has(oid)) adding.to.add(oid);
}

async function addTree(objects: ObjectReader, root: string, { to, without }: Adding): Promise<void> {
  for (const left = [root]; left.length > 0;) {
    const oid = left.pop() ?? "";
    if (to.has(oid) || without.has(oid)) continue;
    if (oid === EMPTY_TREE && !(await objects.has(oid))) continue;
    await breathe();
    to.add(oid);
    const { trees, blobs } = await objects.tree(oid);
    for (const blob of blobs) if (!without.has(blob)) to.add(blob);
    left.push(...trees);
  }
}
