import { OkcvmError } from "../domain/errors.ts";
import type { EncryptionState } from "../domain/sync-status.ts";
import type { Encryption } from "../ports/sync.ts";
import type { SyncStore } from "../ports/sync-store.ts";
import { unlock } from "./accounts.ts";
import { KeyRing } from "./sealing/key-ring.ts";
import type { ServerApi } from "./server-api.ts";

export interface AccountEncryptionParts {
  store: SyncStore;
  /** The API as this device. Errors: `not-found` when there is no account. */
  api(): Promise<ServerApi>;
  /** Looks at the account's spaces again, now. */
  look(): void;
}

/** Which conversations the server cannot read, and what this browser needs to read them. */
export class AccountEncryption implements Encryption {
  readonly #parts: AccountEncryptionParts;

  constructor(parts: AccountEncryptionParts) {
    this.#parts = parts;
  }

  async state(): Promise<EncryptionState> {
    const { store } = this.#parts;
    const account = await store.account();
    const keys = new KeyRing(store);
    const spaces = (await store.spaces()).filter(({ made, encrypted }) => made && encrypted);
    const locked = await keys.lockedOf(spaces);
    return {
      ready: account?.key !== undefined,
      encryptNew: account?.encryptNew ?? false,
      locked: locked.size,
    };
  }

  async unlock(secret: string): Promise<void> {
    const { store, api, look } = this.#parts;
    await store.saveAccount({ key: await unlock(await api(), secret) });
    look();
  }

  async setEncryptNew(wanted: boolean): Promise<void> {
    const { store } = this.#parts;
    if (wanted) await this.#requireKey();
    await store.saveAccount({ encryptNew: wanted });
  }

  async choose(conversationId: string, wanted: boolean): Promise<void> {
    if (wanted) await this.#requireKey();
    await this.#parts.store.chooseEncryption(conversationId, wanted);
  }

  async #requireKey(): Promise<void> {
    if ((await this.#parts.store.account())?.key) return;
    throw new OkcvmError("locked", "Unlock encrypted conversations with the account's secret first.");
  }
}
