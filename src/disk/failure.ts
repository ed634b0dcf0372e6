import { OkcvmError, type ErrorCode } from "../domain/errors.ts";

/** What the browser's refusals mean, by the name of the exception. */
const MEANINGS: Record<string, (path: string) => [ErrorCode, string]> = {
  NotFoundError: (path) => ["not-found", `“${path}” is not on the disk any more.`],
  NotAllowedError: (path) => [
    "not-supported",
    `The browser does not let this page work with “${path}”. Allow it, then try again.`,
  ],
  SecurityError: (path) => [
    "not-supported",
    `The browser does not let this page work with “${path}”. Choose another folder.`,
  ],
  TypeMismatchError: (path) => [
    "exists",
    `“${path}” is a folder on the disk where a file is needed, or a file where a folder is needed. It was not touched.`,
  ],
  NoModificationAllowedError: (path) => [
    "not-supported",
    `“${path}” is in use by another program, or may not be changed. Close it there, then try again.`,
  ],
  InvalidModificationError: (path) => ["not-supported", `The disk does not let “${path}” be changed.`],
  QuotaExceededError: (path) => [
    "storage-full",
    `The disk has no room for “${path}”. Make room on it, then try again.`,
  ],
  NotReadableError: (path) => [
    "not-read",
    `“${path}” cannot be read: it changed just now, or the system does not allow it.`,
  ],
  // Chromium's check of files for malware ends a write this way.
  AbortError: (path) => ["not-supported", `The browser refused to put “${path}” on the disk.`],
  TypeError: (path) => [
    "bad-path",
    `The disk takes no file called “${path}”. Rename it here, then try again.`,
  ],
};

/** What a call of the browser's file system failed with, in words. */
export function diskError(error: unknown, path: string): OkcvmError {
  if (error instanceof OkcvmError) return error;
  const { name, message } = error as { name?: unknown; message?: unknown };
  const meaning = typeof name === "string" && Object.hasOwn(MEANINGS, name) ? MEANINGS[name] : undefined;
  if (meaning) return new OkcvmError(...meaning(path), error);
  return new OkcvmError("internal", `“${path}”: ${String(message ?? error)}`, error);
}

/** Runs a call of the browser's file system; it fails with words about `path`. */
export async function onDisk<T>(path: string, task: () => Promise<T>): Promise<T> {
  try {
    return await task();
  } catch (error) {
    throw diskError(error, path);
  }
}

/** True for what the browser says when nothing is there. */
export function isMissing(error: unknown): boolean {
  return error instanceof DOMException && error.name === "NotFoundError";
}

/** True for what the browser says when there is no file of a path: nothing, a folder, or a name that no file can have. */
export function isNoFile(error: unknown): boolean {
  if (error instanceof TypeError) return true;
  return isMissing(error) || (error instanceof DOMException && error.name === "TypeMismatchError");
}

export function changedOnDisk(path: string): OkcvmError {
  return new OkcvmError(
    "not-read",
    `“${path}” changed on the disk since the comparison. It was not touched.`,
  );
}
