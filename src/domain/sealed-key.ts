import { fromBase64Url, toBase64Url } from "./base64.ts";
import { concatBytes } from "./git/bytes.ts";

/** Bytes of a key, and of the number that AES-GCM wants to be another each time. */
const KEY_BYTES = 32;
export const NONCE_BYTES = 12;

/** What a sealed key is a key of, with the space's id: one is never taken for another's. */
export type KeyOf = "account" | { space: string };

/** A key that AES-GCM takes; browsers and Node have one name each for its type. */
export type Sealer = Awaited<ReturnType<typeof crypto.subtle.importKey>>;

export function newKey(): Uint8Array<ArrayBuffer> {
  return crypto.getRandomValues(new Uint8Array(KEY_BYTES));
}

/** A key of 256 bits as AES-GCM's. */
export function importSealer(key: Uint8Array<ArrayBuffer>): Promise<Sealer> {
  return crypto.subtle.importKey("raw", key, "AES-GCM", false, ["encrypt", "decrypt"]);
}

/** A key that whoever has `under` can open, as text. */
export async function sealKey(key: Uint8Array<ArrayBuffer>, of: KeyOf, under: Sealer): Promise<string> {
  const iv = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
  const sealed = await crypto.subtle.encrypt(
    { name: "AES-GCM", iv, additionalData: labelOf(of) },
    under,
    key,
  );
  return toBase64Url(concatBytes([iv, new Uint8Array(sealed)]));
}

/** Opens one; null when it was sealed under another key, or was changed. */
export async function openKey(
  sealed: string,
  of: KeyOf,
  under: Sealer,
): Promise<Uint8Array<ArrayBuffer> | null> {
  const bytes = fromBase64Url(sealed);
  if (!bytes || bytes.length <= NONCE_BYTES) return null;
  const iv = bytes.slice(0, NONCE_BYTES);
  try {
    const key = await crypto.subtle.decrypt(
      { name: "AES-GCM", iv, additionalData: labelOf(of) },
      under,
      bytes.slice(NONCE_BYTES),
    );
    return key.byteLength === KEY_BYTES ? new Uint8Array(key) : null;
  } catch (error) {
    if (isWrongKey(error)) return null;
    throw error;
  }
}

/** Whether decryption failed because of what it was given, and not of the browser. */
export function isWrongKey(error: unknown): boolean {
  return error instanceof Error && error.name === "OperationError";
}

function labelOf(of: KeyOf): Uint8Array<ArrayBuffer> {
  const name = of === "account" ? "okcvm account key v1" : `okcvm space key v1|${of.space}`;
  return new TextEncoder().encode(name);
}
