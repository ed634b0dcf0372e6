import { mergePacks } from "../domain/git/merge-packs.ts";
import { encodeIdxFile } from "../domain/git/pack-index.ts";
import { chooseForRepack } from "../domain/git/repack-choice.ts";
import { classOf, itemId, type ItemName, type ItemValue } from "../domain/sync-items.ts";
import type { PushOp } from "../domain/sync-protocol.ts";
import type { IncomingPack } from "../ports/shared-workspace.ts";
import type { RemotePack, SyncStore } from "../ports/sync-store.ts";
import type { RemoteSpace } from "./remote-space.ts";
import type { ServerApi } from "./server-api.ts";

export interface SealedRepackParts {
  store: Pick<SyncStore, "nextStamp" | "noteFiles">;
  api: Pick<ServerApi, "push">;
  space: string;
  remote: RemoteSpace;
}

/**
 * Puts small packs of an encrypted space into one, which its server cannot do. The
 * new one is told of before the old ones are taken off, which stay readable for a
 * while. Stopped anywhere, at worst something is there twice. Answers whether it
 * did anything.
 */
export async function repackSealed(
  parts: SealedRepackParts,
  packs: readonly RemotePack[],
  signal: AbortSignal,
): Promise<boolean> {
  const { store, api, space, remote } = parts;
  // In the order of their names, so that two browsers that do it at once make the same.
  const chosen = chooseForRepack(packs).toSorted((a, b) => (a.id < b.id ? -1 : 1));
  if (chosen.length === 0) return false;
  const read: IncomingPack[] = [];
  for (const pack of chosen) {
    signal.throwIfAborted();
    read.push(await remote.getPack(pack));
  }
  const merged = mergePacks(read);
  if (!merged) return false;
  const { id, data, index } = merged;
  const made = await remote.putPack({ id, data, index: encodeIdxFile(index, id) }, [], signal);
  const old = chosen.filter((pack) => pack.id !== made.id);
  const row = { ...made, replaces: old.map((pack) => pack.id) };
  const told = await api.push(space, [await tell(parts, row, signal)], null);
  // Without room for it the old ones are what there is.
  if (told.results.some(({ status }) => status !== "new" && status !== "dup")) return false;
  const removals = await Promise.all(old.map((pack) => remove(store, pack)));
  await api.push(space, removals, null);
  await store.noteFiles(space, { here: chosen.every(({ here }) => here) ? [row] : [] });
  return true;
}

async function tell(
  { store, remote }: SealedRepackParts,
  { id: packId, size, replaces, blob }: RemotePack,
  signal: AbortSignal,
): Promise<PushOp> {
  const value: ItemValue & ItemName = { kind: "pack", packId, size, replaces, blob };
  const place = { id: itemId(value), class: classOf(value), stamp: await store.nextStamp() };
  return { ...place, body: await remote.bodyOf(place, value, signal) };
}

async function remove(store: SealedRepackParts["store"], { id: packId }: RemotePack): Promise<PushOp> {
  const item: ItemName = { kind: "pack", packId };
  return { id: itemId(item), class: classOf(item), stamp: await store.nextStamp(), body: null };
}
