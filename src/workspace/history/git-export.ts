import { encodeBundle } from "../../domain/git/bundle.ts";
import { PackWriter } from "../../domain/git/pack-writer.ts";
import type { Refs } from "../storage/database.ts";
import type { ObjectStore } from "./object-store.ts";
import { reachable } from "./reachable.ts";
import type { TreeReader } from "./tree-reader.ts";

/** A Git bundle of every branch, with the objects they need and no others. */
export async function bundleOf(
  refs: Refs,
  store: ObjectStore,
  trees: TreeReader,
): Promise<Uint8Array<ArrayBuffer>> {
  const branches = Object.entries(refs.branches);
  const pack = await packOf(
    branches.map(([, id]) => id),
    store,
    trees,
  );
  const head = refs.branches[refs.head];
  const lines = branches.map(([name, oid]) => ({ name: `refs/heads/${name}`, oid }));
  if (head !== undefined) lines.unshift({ name: "HEAD", oid: head });
  return encodeBundle(lines, pack?.data ?? new Uint8Array());
}

/** One pack of everything some commits lead to, without deltas; null when there is nothing. */
export async function packOf(
  commits: readonly string[],
  store: ObjectStore,
  trees: TreeReader,
): Promise<ReturnType<PackWriter["finish"]>> {
  const writer = new PackWriter();
  for (const oid of await reachable(commits, store, trees)) await copyObject(oid, store, writer);
  return writer.finish();
}

/** Copies an object as it is packed; a delta is made whole first. */
export async function copyObject(oid: string, store: ObjectStore, writer: PackWriter): Promise<void> {
  const { head, bytes } = await store.readRaw(oid);
  if (head.kind !== "offset-delta" && head.kind !== "reference-delta") {
    writer.addEntry(oid, head.size, [bytes]);
    return;
  }
  const { type, body } = await store.read(oid);
  writer.add(type, body, oid);
}
