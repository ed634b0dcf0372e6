import { bytesToHex } from "@noble/hashes/utils.js";

import { fromBase64Url, toBase64Url } from "../../domain/base64.ts";
import { deriveBits } from "../../domain/derive-key.ts";
import { concatBytes } from "../../domain/git/bytes.ts";
import { importSealer, isWrongKey, NONCE_BYTES } from "../../domain/sealed-key.ts";
import type { ItemClass } from "../../domain/sync-protocol.ts";

const PREFIX = "e1.";
const SALT_BYTES = 32;

/** Where a body belongs: moved elsewhere it cannot be opened. */
export interface BodyPlace {
  id: string;
  class: ItemClass;
  stamp: string;
}

/** What is made of a space's key, each for one purpose. */
interface Keys {
  items: CryptoKey;
  /** Makes another key for each blob. */
  blobs: Uint8Array<ArrayBuffer>;
  /** Names branches, and salts blobs. */
  names: CryptoKey;
}

/**
 * Seals what an encrypted space holds, with AES-256-GCM. A server that has it
 * learns how much there is, of what kind and when it changed; it can withhold
 * it or give out an earlier state, but change nothing unnoticed.
 */
export class SpaceCipher {
  readonly #space: string;
  readonly #keys: Keys;

  private constructor(space: string, keys: Keys) {
    this.#space = space;
    this.#keys = keys;
  }

  static async of(space: string, key: Uint8Array<ArrayBuffer>): Promise<SpaceCipher> {
    const [items, blobs, names] = await Promise.all([
      deriveBits(key, "okcvm items v1"),
      deriveBits(key, "okcvm blobs v1"),
      deriveBits(key, "okcvm names v1"),
    ]);
    const hmac = { name: "HMAC", hash: "SHA-256" };
    return new SpaceCipher(space, {
      items: await importSealer(items),
      blobs,
      names: await crypto.subtle.importKey("raw", names, hmac, false, ["sign"]),
    });
  }

  async sealBody(place: BodyPlace, text: string): Promise<string> {
    // At random: a key would have to seal billions of bodies before two met.
    const iv = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
    const options = { name: "AES-GCM", iv, additionalData: this.#about(place) };
    const sealed = await crypto.subtle.encrypt(options, this.#keys.items, new TextEncoder().encode(text));
    return PREFIX + toBase64Url(concatBytes([iv, new Uint8Array(sealed)]));
  }

  /** null for what was not sealed with this space's key for this place, or was changed since. */
  async openBody(place: BodyPlace, body: string): Promise<string | null> {
    const bytes = body.startsWith(PREFIX) ? fromBase64Url(body.slice(PREFIX.length)) : null;
    if (!bytes || bytes.length < NONCE_BYTES) return null;
    const options = { name: "AES-GCM", iv: bytes.slice(0, NONCE_BYTES), additionalData: this.#about(place) };
    const text = await decrypt(options, this.#keys.items, bytes.slice(NONCE_BYTES));
    return text && new TextDecoder().decode(text);
  }

  /**
   * A blob and its name. The same bytes give the same blob, so that an upload
   * that was cut off goes on; every blob has a key of its own, made of what is in it.
   */
  async sealBlob(data: Uint8Array<ArrayBuffer>): Promise<{ id: string; data: Uint8Array<ArrayBuffer> }> {
    const salt = await this.#name(new Uint8Array(await crypto.subtle.digest("SHA-256", data)));
    const sealed = await crypto.subtle.encrypt(BLOB_OPTIONS, await this.#blobKey(salt), data);
    const blob = concatBytes([salt, new Uint8Array(sealed)]);
    return { id: bytesToHex(new Uint8Array(await crypto.subtle.digest("SHA-256", blob))), data: blob };
  }

  /** null for what is no blob of this space, or was changed. */
  async openBlob(blob: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer> | null> {
    const key = await this.#blobKey(blob.slice(0, SALT_BYTES));
    return decrypt(BLOB_OPTIONS, key, blob.slice(SALT_BYTES));
  }

  /** What a branch is called in its item's id: names of branches are guessed easily. 32 hexadecimal digits. */
  async branchHash(branch: string): Promise<string> {
    const name = await this.#name(new TextEncoder().encode(`branch ${branch}`));
    return bytesToHex(name).slice(0, 32);
  }

  async #name(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
    return new Uint8Array(await crypto.subtle.sign("HMAC", this.#keys.names, bytes));
  }

  async #blobKey(salt: Uint8Array<ArrayBuffer>): Promise<CryptoKey> {
    return importSealer(await deriveBits(this.#keys.blobs, "okcvm blob v1", salt));
  }

  #about(place: BodyPlace): Uint8Array<ArrayBuffer> {
    const { id, class: how, stamp } = place;
    return new TextEncoder().encode(["okcvm item v1", this.#space, id, how, stamp].join("|"));
  }
}

/** A blob's key is used once, so the number that is to differ each time need not. */
const BLOB_OPTIONS = { name: "AES-GCM", iv: new Uint8Array(NONCE_BYTES) };

/** null when it was sealed with another key, or was changed. */
async function decrypt(
  options: AesGcmParams,
  key: CryptoKey,
  data: Uint8Array<ArrayBuffer>,
): Promise<Uint8Array<ArrayBuffer> | null> {
  try {
    return new Uint8Array(await crypto.subtle.decrypt(options, key, data));
  } catch (error) {
    if (isWrongKey(error)) return null;
    throw error;
  }
}
