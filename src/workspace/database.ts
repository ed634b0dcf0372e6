import { OkcvmError } from "../domain/errors.ts";

/**
 * One IndexedDB database a workspace:
 * - `dirs`: inode -> DirectoryRecord, one record a folder;
 * - `contents`: content id -> Uint8Array or Blob;
 * - `meta`: "owner" -> token of the hub that may write, "next" -> next inode and content id.
 */
export interface DirectoryRecord {
  mode: number;
  mtime: number;
  entries: Record<string, StoredEntry>;
}

export type StoredEntry =
  | { kind: "directory"; inode: number }
  | { kind: "file"; mode: number; size: number; mtime: number; content: number }
  | { kind: "symlink"; mode: number; mtime: number; target: string };

/** What one transaction writes; all of it or nothing. */
export interface Batch {
  directories: Map<number, DirectoryRecord>;
  removedDirectories: number[];
  contents: Map<number, Uint8Array | Blob>;
  removedContents: number[];
  nextId: number;
}

export const ROOT_INODE = 1;

export function databaseName(conversationId: string): string {
  return `okcvm-workspace-${conversationId}`;
}

export async function openDatabase(name: string): Promise<IDBDatabase> {
  const request = indexedDB.open(name, 1);
  request.onupgradeneeded = () => {
    request.result.createObjectStore("dirs");
    request.result.createObjectStore("contents");
    request.result.createObjectStore("meta");
  };
  const db = await settle(request);
  // Another tab that deletes the workspace must not wait for us.
  db.onversionchange = () => db.close();
  return db;
}

export async function deleteDatabase(name: string): Promise<void> {
  await settle(indexedDB.deleteDatabase(name));
}

/** Reads every directory. `take` also takes ownership: older hubs' writes fail from here on. */
export async function loadAll(
  db: IDBDatabase,
  owner: string,
  options: { take: boolean },
): Promise<{ directories: Map<number, DirectoryRecord>; nextId: number }> {
  const tx = transaction(db, ["dirs", "meta"], "readwrite");
  const done = finished(tx);
  if (options.take) tx.objectStore("meta").put(owner, "owner");
  const [keys, records, next] = await Promise.all([
    settle(tx.objectStore("dirs").getAllKeys()),
    settle(tx.objectStore("dirs").getAll()),
    settle(tx.objectStore("meta").get("next")),
  ]);
  await done;
  const directories = new Map<number, DirectoryRecord>();
  for (const [index, key] of keys.entries()) directories.set(Number(key), records[index] as DirectoryRecord);
  return { directories, nextId: typeof next === "number" ? next : ROOT_INODE + 1 };
}

/** Writes a batch durably. Errors: `workspace-busy` when another hub has taken over, `storage-full`. */
export async function writeBatch(db: IDBDatabase, owner: string, batch: Batch): Promise<void> {
  try {
    await commit(db, owner, batch);
  } catch (error) {
    const hasBlobs = [...batch.contents.values()].some((content) => content instanceof Blob);
    if (error instanceof OkcvmError || !hasBlobs) throw error;
    // WebKit keeps no Blobs in a private window, but it does keep bytes. What failed for another reason fails again.
    await commit(db, owner, { ...batch, contents: await asBytes(batch.contents) });
  }
}

async function asBytes(contents: Batch["contents"]): Promise<Map<number, Uint8Array>> {
  const bytes = new Map<number, Uint8Array>();
  for (const [id, content] of contents) {
    bytes.set(id, content instanceof Blob ? new Uint8Array(await content.arrayBuffer()) : content);
  }
  return bytes;
}

async function commit(db: IDBDatabase, owner: string, batch: Batch): Promise<void> {
  const tx = transaction(db, ["dirs", "contents", "meta"], "readwrite");
  const done = finished(tx);
  const meta = tx.objectStore("meta");
  // The check and the writes are one transaction, so a take-over cannot fall between them.
  meta.get("owner").onsuccess = (event) => {
    const current: unknown = (event.target as IDBRequest).result;
    if (current === owner) putBatch(tx, batch);
    else tx.abort();
  };
  try {
    await done;
  } catch (error) {
    if (tx.error === null) {
      throw new OkcvmError(
        "workspace-busy",
        "This conversation was opened in another tab. Use it there, or take it back here.",
        error,
      );
    }
    throw storageError(error);
  }
}

export async function readContent(
  db: IDBDatabase,
  content: number,
): Promise<Uint8Array<ArrayBuffer> | Blob | undefined> {
  const tx = transaction(db, ["contents"], "readonly");
  return (await settle(tx.objectStore("contents").get(content))) as
    | Uint8Array<ArrayBuffer>
    | Blob
    | undefined;
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
  for (const [inode, record] of batch.directories) dirs.put(record, inode);
  for (const inode of batch.removedDirectories) dirs.delete(inode);
  for (const [id, content] of batch.contents) contents.put(content, id);
  for (const id of batch.removedContents) contents.delete(id);
  tx.objectStore("meta").put(batch.nextId, "next");
}

function settle<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(storageError(request.error));
  });
}

function finished(tx: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    tx.oncomplete = () => resolve();
    tx.onabort = () => reject(tx.error ?? new Error("The transaction was aborted."));
  });
}

function storageError(error: unknown): unknown {
  if (error instanceof Error && error.name === "QuotaExceededError") {
    return new OkcvmError(
      "storage-full",
      "The browser's storage for this page is full. Nothing was changed. Delete files or conversations, then try again.",
      error,
    );
  }
  return error;
}
