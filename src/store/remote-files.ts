import type { ItemName, ItemValue } from "../domain/sync-items.ts";
import type {
  ArrivedChange,
  LinkedAccount,
  RemoteFiles,
  RemotePack,
  SyncStore,
} from "../ports/sync-store.ts";
import { rowsOf, type AppDatabase } from "./database.ts";
import { refsOf } from "./deleted.ts";

/** Items that say what the server has of a conversation's files. */
export function isFilesItem({ kind }: ItemName): boolean {
  return kind === "pack" || kind === "ref" || kind === "head";
}

/** Takes note of what the server has. Inside a transaction. */
export async function noteArrived(db: AppDatabase, space: string, change: ArrivedChange): Promise<void> {
  const { item, seq, value, device } = change;
  if (item.kind === "pack") await notePack(db, space, { packId: item.packId, value });
  if (item.kind === "head" && value?.kind === "head")
    await db.spaces.update(space, { headBranch: value.branch });
  if (item.kind !== "ref") return;
  const known = await db.remoteRefs.get([space, item.hash]);
  // What was just pushed from here may be newer than what was on its way.
  if (known && known.seq >= seq) return;
  if (value?.kind === "ref")
    await db.remoteRefs.put({
      space,
      hash: item.hash,
      name: value.name,
      oid: value.oid,
      was: null,
      seq,
      device,
    });
  else if (known) await db.remoteRefs.put({ ...known, oid: null, was: known.oid ?? known.was, seq, device });
}

/** What is known of it. Inside a transaction. */
export async function readRemote(db: AppDatabase, space: string): Promise<RemoteFiles> {
  const [refs, packs, row] = await Promise.all([
    refsOf(db, space),
    db.remotePacks
      .where("[space+id]")
      .between(...rowsOf(space))
      .toArray(),
    db.spaces.get(space),
  ]);
  return { refs, packs, head: row?.headBranch ?? null };
}

/** Takes note of what this browser has pushed, or taken in. Inside a transaction. */
export async function notePushed(
  db: AppDatabase,
  space: string,
  { refs = [], here = [], head }: Parameters<SyncStore["noteFiles"]>[1],
  account: LinkedAccount | null,
): Promise<void> {
  await db.remoteRefs.bulkPut(refs.map((ref) => ({ ...ref, space, device: account?.deviceId })));
  await db.remotePacks.bulkPut(here.map((pack) => ({ ...pack, space, here: true })));
  if (head !== undefined && head !== null) await db.spaces.update(space, { headBranch: head });
}

/** Forgets what the server had; what is here waits to be compared with what it has now. Inside a transaction. */
export async function forgetRemote(db: AppDatabase, space: string): Promise<void> {
  await dropRemote(db, space);
  if (await db.conversations.get(space)) await db.filesWaiting.put({ space });
}

/** Forgets it all. Inside a transaction. */
export async function dropRemote(db: AppDatabase, space: string): Promise<void> {
  await db.remoteRefs
    .where("[space+hash]")
    .between(...rowsOf(space))
    .delete();
  await db.remotePacks
    .where("[space+id]")
    .between(...rowsOf(space))
    .delete();
}

async function notePack(
  db: AppDatabase,
  space: string,
  { packId, value }: { packId: string; value: ItemValue | null },
): Promise<void> {
  if (value?.kind !== "pack") {
    await db.remotePacks.delete([space, packId]);
    return;
  }
  const known = await db.remotePacks.get([space, packId]);
  const { size, replaces, blob } = value;
  const here = (known?.here ?? false) || (await areHere(db, space, replaces));
  await db.remotePacks.put({
    space,
    id: packId,
    size,
    replaces,
    here,
    ...(blob === undefined ? {} : { blob }),
  });
}

/** Whether all of some packs were here: what takes their place has nothing new then. */
async function areHere(db: AppDatabase, space: string, ids: readonly string[]): Promise<boolean> {
  if (ids.length === 0) return false;
  const packs = await db.remotePacks.bulkGet(ids.map((id): [string, string] => [space, id]));
  return packs.every((pack): pack is RemotePack & { space: string } => pack?.here === true);
}
