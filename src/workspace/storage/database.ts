import { bytesOf } from "../../domain/blob-bytes.ts";
import { OkcvmError } from "../../domain/errors.ts";
import type { PackIndex } from "../../domain/git/pack-index.ts";
import type { Pack } from "../../domain/git/pack-writer.ts";
import { PackedFolders, type PackedTree, type StoredFolder } from "./packed-tree.ts";
import { finished, settle, storageError } from "./requests.ts";

/**
 * One IndexedDB database a workspace:
 * - `dirs`: inode -> DirectoryRecord, one record a folder that changed since the whole tree was written;
 * - `contents`: content id -> Uint8Array or Blob: what no snapshot holds yet;
 * - `packs`: pack id -> Uint8Array or Blob: Git packs, each with the objects of a snapshot;
 * - `indexes`: pack id -> PackIndex;
 * - `meta`: "owner" -> token of the hub that may write, "next" -> next inode
 *   and content id, "refs" -> Refs, "tree" -> PackedTree, the whole tree as it once was.
 */
export interface DirectoryRecord {
  mode: number;
  mtime: number;
  entries: Record<string, StoredEntry>;
}

export type StoredEntry =
  | { kind: "directory"; inode: number }
  /** `content` is null once a snapshot holds it; `oid` is absent until it is known. */
  | { kind: "file"; mode: number; size: number; mtime: number; content: number | null; oid?: string }
  | { kind: "symlink"; mode: number; mtime: number; target: string };

/** Which branch the workspace is on, and the newest commit of each. */
export interface Refs {
  head: string;
  branches: Record<string, string>;
}

export const DEFAULT_REFS: Refs = { head: "main", branches: {} };

/** What one transaction writes; all of it or nothing. */
export interface Batch {
  directories: Map<number, DirectoryRecord>;
  removedDirectories: number[];
  /** Every folder as it is: takes the place of all records of single folders. */
  tree: PackedTree | null;
  contents: Map<number, Uint8Array | Blob>;
  removedContents: number[];
  /** null when the transaction gives out no ids. */
  nextId: number | null;
  packs: Pack[];
  removedPacks: string[];
  /** Moves the refs, if they are still `expected`. */
  refs: { expected: Refs; next: Refs } | null;
}

export const ROOT_INODE = 1;

export const EMPTY_BATCH: Batch = {
  directories: new Map(),
  removedDirectories: [],
  tree: null,
  contents: new Map(),
  removedContents: [],
  nextId: null,
  packs: [],
  removedPacks: [],
  refs: null,
};

export function databaseName(conversationId: string): string {
  return `okcvm-workspace-${conversationId}`;
}

const STORES = ["dirs", "contents", "meta", "packs", "indexes"] as const;

/** Raised whenever an older page, still open or kept for offline use, would read the records wrongly. */
const VERSION = 3;

/** Errors: `workspace-busy` when a newer version of the app has changed the database. */
export async function openDatabase(name: string): Promise<IDBDatabase> {
  const request = indexedDB.open(name, VERSION);
  request.onupgradeneeded = () => {
    for (const store of STORES) {
      if (!request.result.objectStoreNames.contains(store)) request.result.createObjectStore(store);
    }
  };
  const db = await settle(request).catch((error: unknown) => {
    throw error instanceof Error && error.name === "VersionError" ? newerVersion(error) : error;
  });
  // Another tab that deletes the workspace must not wait for us.
  db.onversionchange = () => db.close();
  return db;
}

function newerVersion(cause: unknown): OkcvmError {
  return new OkcvmError(
    "workspace-busy",
    "A newer version of this app has used these files. Reload the page to get that version.",
    cause,
  );
}

export async function deleteDatabase(name: string): Promise<void> {
  await settle(indexedDB.deleteDatabase(name));
}

export interface Loaded {
  /** A folder by its inode. */
  folder(inode: number): StoredFolder | null;
  /** Folders that have a record of their own. */
  single: Set<number>;
  nextId: number;
  refs: Refs;
  /** Resolves when the ownership is durable: before it, an older hub could still write. */
  taken: Promise<void>;
}

/** Reads every directory and the refs. `take` also takes ownership: older hubs' writes fail once it is durable. */
export async function loadAll(db: IDBDatabase, owner: string, options: { take: boolean }): Promise<Loaded> {
  const tx = transaction(db, ["dirs", "meta"], "readwrite");
  const taken = finished(tx);
  // Its failure is for who awaits it; a read that fails first is told instead.
  taken.catch(() => {});
  if (options.take) tx.objectStore("meta").put(owner, "owner");
  const [tree, keys, records, next, refs] = await Promise.all([
    settle(tx.objectStore("meta").get("tree") as IDBRequest<PackedTree | undefined>),
    settle(tx.objectStore("dirs").getAllKeys()),
    settle(tx.objectStore("dirs").getAll()),
    settle(tx.objectStore("meta").get("next")),
    settle(tx.objectStore("meta").get("refs")),
  ]);
  const packed = tree ? new PackedFolders(tree) : null;
  const single = new Map<number, DirectoryRecord>();
  for (const [index, key] of keys.entries()) single.set(Number(key), records[index] as DirectoryRecord);
  return {
    folder: (inode) => {
      const record = single.get(inode);
      if (!record) return packed?.get(inode) ?? null;
      return { mode: record.mode, mtime: record.mtime, entries: Object.entries(record.entries) };
    },
    single: new Set(single.keys()),
    nextId: typeof next === "number" ? next : ROOT_INODE + 1,
    refs: (refs as Refs | undefined) ?? DEFAULT_REFS,
    taken,
  };
}

/** Writes a batch durably. Errors: `workspace-busy` when another hub has taken over, `storage-full`. */
export async function writeBatch(db: IDBDatabase, owner: string, batch: Batch): Promise<void> {
  try {
    await commit(db, owner, batch);
  } catch (error) {
    const blobs = [...batch.contents.values(), ...batch.packs.map((pack) => pack.data)];
    if (error instanceof OkcvmError || !blobs.some((content) => content instanceof Blob)) throw error;
    // WebKit keeps no Blobs in a private window, but it does keep bytes. What failed for another reason fails again.
    await commit(db, owner, await withoutBlobs(batch));
  }
}

async function withoutBlobs(batch: Batch): Promise<Batch> {
  const contents = new Map<number, Uint8Array>();
  for (const [id, content] of batch.contents) contents.set(id, await bytesOf(content));
  const packs: Pack[] = [];
  for (const pack of batch.packs) packs.push({ ...pack, data: await bytesOf(pack.data) });
  return { ...batch, contents, packs };
}

/** Why a transaction of ours was ended by us. */
type Refusal = "owner" | "refs";

async function commit(db: IDBDatabase, owner: string, batch: Batch): Promise<void> {
  const stores = batch.packs.length > 0 || batch.removedPacks.length > 0 ? STORES : STORES.slice(0, 3);
  const tx = transaction(db, [...stores], "readwrite");
  const done = finished(tx);
  const meta = tx.objectStore("meta");
  let refusal: Refusal | null = null;
  // The checks and the writes are one transaction, so a take-over cannot fall between them.
  const owned = meta.get("owner");
  owned.onsuccess = () => {
    if (owned.result !== owner) {
      refusal = "owner";
      tx.abort();
    }
  };
  const refs = meta.get("refs");
  refs.onsuccess = () => {
    if (batch.refs && !sameRefs((refs.result as Refs | undefined) ?? DEFAULT_REFS, batch.refs.expected)) {
      refusal = "refs";
      tx.abort();
    } else putBatch(tx, batch);
  };
  try {
    await done;
  } catch (error) {
    throw refusal ? refused(refusal, error) : storageError(error);
  }
}

function refused(refusal: Refusal, cause: unknown): OkcvmError {
  return refusal === "owner"
    ? new OkcvmError(
        "workspace-busy",
        "This conversation was opened in another tab. Use it there, or take it back here.",
        cause,
      )
    : new OkcvmError("internal", "The history was changed by something else meanwhile. Try again.", cause);
}

function sameRefs(a: Refs, b: Refs): boolean {
  const names = Object.keys(a.branches);
  return (
    a.head === b.head &&
    names.length === Object.keys(b.branches).length &&
    names.every((name) => a.branches[name] === b.branches[name])
  );
}

export async function readContent(
  db: IDBDatabase,
  content: number,
): Promise<Uint8Array<ArrayBuffer> | Blob | undefined> {
  return (await readContents(db, [content]))[0];
}

/** Several contents by one transaction, in the order asked for. */
export async function readContents(
  db: IDBDatabase,
  ids: readonly number[],
): Promise<(Uint8Array<ArrayBuffer> | Blob | undefined)[]> {
  const store = transaction(db, ["contents"], "readonly").objectStore("contents");
  return Promise.all(
    ids.map((id) => settle(store.get(id) as IDBRequest<Uint8Array<ArrayBuffer> | Blob | undefined>)),
  );
}

/** Every pack's index, by pack id. */
export async function readIndexes(db: IDBDatabase): Promise<Map<string, PackIndex>> {
  const store = transaction(db, ["indexes"], "readonly").objectStore("indexes");
  const [keys, indexes] = await Promise.all([settle(store.getAllKeys()), settle(store.getAll())]);
  return new Map(keys.map((key, place) => [String(key), indexes[place] as PackIndex]));
}

export async function readPack(
  db: IDBDatabase,
  id: string,
): Promise<Uint8Array<ArrayBuffer> | Blob | undefined> {
  const store = transaction(db, ["packs"], "readonly").objectStore("packs");
  return settle(store.get(id) as IDBRequest<Uint8Array<ArrayBuffer> | Blob | undefined>);
}

function transaction(db: IDBDatabase, stores: string[], mode: "readonly" | "readwrite"): IDBTransaction {
  try {
    return db.transaction(stores, mode, { durability: "strict" });
  } catch (error) {
    // Only a closed database throws here: another tab deleted the workspace, or the site's data was cleared.
    throw new OkcvmError(
      "workspace-busy",
      "This conversation's files were closed, because it was deleted or its data was cleared elsewhere. Reload the page.",
      error,
    );
  }
}

function putBatch(tx: IDBTransaction, batch: Batch): void {
  const dirs = tx.objectStore("dirs");
  const contents = tx.objectStore("contents");
  const meta = tx.objectStore("meta");
  if (batch.tree) {
    meta.put(batch.tree, "tree");
    dirs.clear();
  }
  for (const [inode, record] of batch.directories) dirs.put(record, inode);
  for (const inode of batch.removedDirectories) dirs.delete(inode);
  for (const [id, content] of batch.contents) contents.put(content, id);
  // A large snapshot removes thousands that were written one after the other.
  for (const [from, to] of runsOf(batch.removedContents)) contents.delete(IDBKeyRange.bound(from, to));
  for (const pack of batch.packs) {
    tx.objectStore("packs").put(pack.data, pack.id);
    tx.objectStore("indexes").put(pack.index, pack.id);
  }
  for (const id of batch.removedPacks) {
    tx.objectStore("packs").delete(id);
    tx.objectStore("indexes").delete(id);
  }
  if (batch.nextId !== null) meta.put(batch.nextId, "next");
  if (batch.refs) meta.put(batch.refs.next, "refs");
}

/** Whole numbers as runs of consecutive ones: first and last of each. */
function runsOf(numbers: readonly number[]): [number, number][] {
  const runs: [number, number][] = [];
  for (const number of numbers.toSorted((a, b) => a - b)) {
    const last = runs.at(-1);
    if (last && number === last[1] + 1) last[1] = number;
    else runs.push([number, number]);
  }
  return runs;
}
