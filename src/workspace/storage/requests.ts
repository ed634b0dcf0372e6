import { OkcvmError } from "../../domain/errors.ts";

/** The answer of an IndexedDB request. */
export function settle<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(storageError(request.error));
  });
}

/** Resolves when a transaction is durable. */
export function finished(tx: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    tx.oncomplete = () => resolve();
    tx.onabort = () => reject(tx.error ?? new Error("The transaction was aborted."));
  });
}

/** A full disk in words; other errors as they are. */
export function storageError(error: unknown): unknown {
  if (error instanceof Error && error.name === "QuotaExceededError") {
    return new OkcvmError(
      "storage-full",
      "The browser's storage for this page is full. Nothing was changed. Delete files or conversations, then try again.",
      error,
    );
  }
  return error;
}
