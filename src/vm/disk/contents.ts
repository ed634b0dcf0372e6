import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";

import { OkcvmError } from "../../domain/errors.ts";

/** Read at once, so that a large file never lies in memory whole. Bytes. */
const SLICE = 2 * 1024 * 1024;

/** SHA-256 of bytes: 64 lower-case hex digits. */
export function hashOfBytes(bytes: Uint8Array): string {
  return bytesToHex(sha256(bytes));
}

/** SHA-256 of a content of any size. Errors: `not-read` when the file it is of has changed since. */
export function hashOf(path: string, content: Blob): Promise<string> {
  return reading(path, async () => {
    const hash = sha256.create();
    for (let at = 0; at < content.size; at += SLICE)
      hash.update(new Uint8Array(await content.slice(at, at + SLICE).arrayBuffer()));
    return bytesToHex(hash.digest());
  });
}

/** A content's bytes. Errors: `not-read` when the file it is of has changed since. */
export function bytesOf(path: string, content: Blob): Promise<Uint8Array<ArrayBuffer>> {
  return reading(path, async () => new Uint8Array(await content.arrayBuffer()));
}

/** A content as text. Errors: `not-read` when the file it is of has changed since. */
export function textOf(path: string, content: Blob): Promise<string> {
  return reading(path, () => content.text());
}

async function reading<T>(path: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    // What browsers say of a file that is not the one that was looked up.
    const { name } = error as { name?: unknown };
    if (name !== "NotReadableError" && name !== "NotFoundError") throw error;
    throw new OkcvmError(
      "not-read",
      `“${path}” changed on the disk while it was read, or cannot be read. Try again.`,
      error,
    );
  }
}
