import { NotEncryptedError } from "../domain/errors.ts";
import type { SyncStore } from "../ports/sync-store.ts";
import { RemoteSpace } from "./remote-space.ts";
import { KeyRing } from "./sealing/key-ring.ts";
import { ServerRefusal, type ServerApi } from "./server-api.ts";

/** An account's spaces at the server, made and opened. */
export class RemoteSpaces {
  readonly keys: KeyRing;
  readonly #store: SyncStore;
  readonly #api: ServerApi;

  constructor(store: SyncStore, api: ServerApi) {
    this.#store = store;
    this.#api = api;
    this.keys = new KeyRing(store);
  }

  /** Errors: `locked` for an encrypted one that this browser has no key for, NotEncryptedError. */
  async open(space: string): Promise<RemoteSpace> {
    return new RemoteSpace(this.#api, space, await this.keys.cipherOf(space));
  }

  /**
   * Makes a conversation's space where the server has none yet. Answers where it
   * is pulled from. Errors: `unauthorized` with the reason `exists` for one of
   * another account, `locked` for one that is to be encrypted and cannot be,
   * NotEncryptedError.
   */
  async make(space: string): Promise<string | null> {
    const known = await this.#store.space(space);
    if (known?.made) return known.cursor;
    const wanted = await this.#store.decideEncryption(space);
    const sealed = wanted ? (known?.key ?? (await this.keys.newSpaceKey(space))) : null;
    const { cursor, encrypted, key } = await this.#api
      .makeSpace(space, sealed)
      .catch(async (error: unknown) => {
        // It was the account's once: from elsewhere it was passed on, and left.
        const wasPassedOn =
          error instanceof ServerRefusal && error.reason === "exists" && typeof known?.epoch === "number";
        if (wasPassedOn) await this.#store.saveSpace(space, { role: "none", members: 1 });
        throw error;
      });
    if (wanted && !encrypted) throw new NotEncryptedError();
    // It was there once and is no more: all of it goes up again, not only what is new. First, so that a crash forgets nothing.
    if (known) await this.#store.repush(space, new Set());
    await this.#store.saveSpace(space, { made: true, cursor, encrypted, key });
    return cursor;
  }
}
