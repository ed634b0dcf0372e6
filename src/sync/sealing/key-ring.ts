import { NotEncryptedError, OkcvmError } from "../../domain/errors.ts";
import { importSealer, newKey, openKey, sealKey } from "../../domain/sealed-key.ts";
import type { KnownSpace, SyncStore } from "../../ports/sync-store.ts";
import { SpaceCipher } from "./space-cipher.ts";

type Store = Pick<SyncStore, "account" | "space" | "isEncrypted">;

/** The keys of encrypted spaces, each of which lies at the server under the account's key. */
export class KeyRing {
  readonly #store: Store;
  /** By space, with the sealed key it was made of. */
  readonly #ciphers = new Map<string, { sealed: string; cipher: SpaceCipher }>();

  constructor(store: Store) {
    this.#store = store;
  }

  /** null for a space that is not encrypted. Errors: `locked`, NotEncryptedError. */
  async cipherOf(space: string): Promise<SpaceCipher | null> {
    const known = await this.#encrypted(space);
    if (!known) return null;
    const cipher = await this.#cipher(known);
    if (!cipher) throw locked();
    return cipher;
  }

  /** Whether a space is encrypted and this browser cannot open it. */
  async isLocked(space: KnownSpace): Promise<boolean> {
    return space.encrypted === true && (await this.#cipher(space)) === null;
  }

  /** Ids of those that are. */
  async lockedOf(spaces: readonly KnownSpace[]): Promise<Set<string>> {
    const locked = await Promise.all(spaces.map((space) => this.isLocked(space)));
    return new Set(spaces.filter((_, at) => locked[at]).map(({ id }) => id));
  }

  /** A new key of a space, under the account's. Errors: `locked`. */
  async newSpaceKey(space: string): Promise<string> {
    return this.seal(space, newKey());
  }

  /** A space's key, under the account's. Errors: `locked`. */
  async seal(space: string, key: Uint8Array<ArrayBuffer>): Promise<string> {
    const account = await this.#accountKey();
    if (!account) throw locked();
    return sealKey(key, { space }, account);
  }

  /** The key itself, to be handed on. null for a space that is not encrypted. Errors: `locked`, NotEncryptedError. */
  async keyOf(space: string): Promise<Uint8Array<ArrayBuffer> | null> {
    const known = await this.#encrypted(space);
    if (!known) return null;
    const key = await this.#open(known);
    if (!key) throw locked();
    return key;
  }

  /** null for a space that is not encrypted, and never was to be. */
  async #encrypted(space: string): Promise<KnownSpace | null> {
    const known = await this.#store.space(space);
    if (known?.encrypted) return known;
    // What a person chose is not undone by what a server says, or does not say.
    if (await this.#store.isEncrypted(space)) throw new NotEncryptedError();
    return null;
  }

  async #cipher(known: KnownSpace): Promise<SpaceCipher | null> {
    const { id, key: sealed } = known;
    if (typeof sealed !== "string") return null;
    const cached = this.#ciphers.get(id);
    if (cached?.sealed === sealed) return cached.cipher;
    const key = await this.#open(known);
    if (!key) return null;
    const cipher = await SpaceCipher.of(id, key);
    this.#ciphers.set(id, { sealed, cipher });
    return cipher;
  }

  async #open({ id, key }: KnownSpace): Promise<Uint8Array<ArrayBuffer> | null> {
    const account = await this.#accountKey();
    return account && typeof key === "string" ? openKey(key, { space: id }, account) : null;
  }

  async #accountKey(): Promise<CryptoKey | null> {
    const key = (await this.#store.account())?.key;
    return key ? importSealer(key) : null;
  }
}

function locked(): OkcvmError {
  return new OkcvmError(
    "locked",
    "It is encrypted, and this browser does not have the key. Unlock encrypted conversations with the account's secret.",
  );
}
