import type { AccountDevice, ModelUse } from "../domain/sync-status.ts";
import type { PairingLink } from "../ports/sync.ts";
import type { SyncStore } from "../ports/sync-store.ts";
import { makePairingLink, rotateSecret } from "./accounts.ts";
import type { AccountKey } from "./sealing/account-key.ts";
import type { ServerApi } from "./server-api.ts";

/** What is asked of the account itself and done to it. See Sync for what each method promises. */
export class OwnAccount {
  readonly #api: () => Promise<ServerApi>;
  readonly #server: string;
  readonly #store: SyncStore;

  /** `api` answers as this device. Errors: `not-found` when there is no account. */
  constructor({ api, server, store }: { api(): Promise<ServerApi>; server: string; store: SyncStore }) {
    this.#api = api;
    this.#server = server;
    this.#store = store;
  }

  async pairingLink(): Promise<PairingLink> {
    return makePairingLink(await this.#api(), this.#server, await this.#key());
  }

  async devices(): Promise<AccountDevice[]> {
    return (await this.#api()).devices();
  }

  async renameDevice(id: string, name: string): Promise<void> {
    await (await this.#api()).renameDevice(id, name);
  }

  async revokeDevice(id: string): Promise<void> {
    await (await this.#api()).revokeDevice(id);
  }

  async rotate(): Promise<{ secret: string }> {
    const { key: known = null, rotating: unanswered = null } = (await this.#store.account()) ?? {};
    const { secret, key } = await rotateSecret(await this.#api(), {
      key: known,
      unanswered,
      keep: (rotating) => this.#store.saveAccount({ rotating }),
    });
    await this.#store.saveAccount({ key, rotating: null });
    return { secret };
  }

  async scheduleDeletion(wanted: boolean): Promise<void> {
    await (await this.#api()).scheduleDeletion(wanted);
  }

  async deletionAt(): Promise<number | null> {
    return (await (await this.#api()).account()).deleteAt;
  }

  async modelUse(): Promise<ModelUse> {
    return (await this.#api()).modelUse();
  }

  async exportAccount(): Promise<Blob> {
    return (await this.#api()).exportAccount(new AbortController().signal);
  }

  async #key(): Promise<AccountKey | null> {
    return (await this.#store.account())?.key ?? null;
  }
}
