/**
 * What a site origin keeps in this browser, in its own IndexedDB:
 * - `files`: path without a leading slash -> KeptFile, the bridge's files among them;
 * - `marks`: "held" -> id of the site that is held whole.
 *
 * Two things of WebKit forbid the plainer ways: in a private window it empties a
 * Cache as soon as nothing has it open, and it keeps no Blobs there; in a service
 * worker it cannot read a Blob. Bytes in IndexedDB work everywhere.
 */
export interface KeptFile {
  headers: [string, string][];
  body: Uint8Array<ArrayBuffer>;
}

const NAME = "okcvm-site-files";
const HELD = "held";
let opening: Promise<IDBDatabase> | null = null;

/** Keeps a file; it is there when this resolves. */
export async function keepFile(path: string, file: KeptFile): Promise<void> {
  await put("files", path, file);
}

/** null when there is no such file. */
export async function keptFile(path: string): Promise<KeptFile | null> {
  return ((await get("files", path)) as KeptFile | undefined) ?? null;
}

/** Says that the site of this id is held whole. */
export async function markHeld(id: string): Promise<void> {
  await put("marks", HELD, id);
}

/** The id of the site that is held whole; null for none. */
export async function heldSite(): Promise<string | null> {
  const id = await get("marks", HELD);
  return typeof id === "string" ? id : null;
}

async function put(store: "files" | "marks", key: string, value: KeptFile | string): Promise<void> {
  const tx = (await open()).transaction(store, "readwrite");
  tx.objectStore(store).put(value, key);
  await new Promise<void>((resolve, reject) => {
    tx.oncomplete = () => resolve();
    tx.onabort = () => reject(tx.error ?? new Error("The browser did not keep the file."));
  });
}

async function get(store: "files" | "marks", key: string): Promise<unknown> {
  return settle((await open()).transaction(store).objectStore(store).get(key));
}

function open(): Promise<IDBDatabase> {
  opening ??= openDatabase();
  opening.catch(forget);
  return opening;
}

async function openDatabase(): Promise<IDBDatabase> {
  const request = indexedDB.open(NAME, 1);
  request.onupgradeneeded = () => {
    request.result.createObjectStore("files");
    request.result.createObjectStore("marks");
  };
  const db = await settle(request);
  // The site's own code can delete it, as can the person: the next use opens it anew.
  db.onclose = forget;
  db.onversionchange = () => {
    forget();
    db.close();
  };
  return db;
}

function forget(): void {
  opening = null;
}

function settle<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error("The browser's storage failed."));
  });
}
