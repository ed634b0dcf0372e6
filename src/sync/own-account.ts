import type { AccountDevice, ModelUse } from "../domain/sync-status.ts";
import type { PairingLink } from "../ports/sync.ts";
import { makePairingLink, rotateSecret } from "./accounts.ts";
import type { ServerApi } from "./server-api.ts";

/** What is asked of the account itself and done to it. See Sync for what each method promises. */
export class OwnAccount {
  readonly #api: () => Promise<ServerApi>;
  readonly #server: string;

  /** `api` answers as this device. Errors: `not-found` when there is no account. */
  constructor(api: () => Promise<ServerApi>, server: string) {
    this.#api = api;
    this.#server = server;
  }

  async pairingLink(): Promise<PairingLink> {
    return makePairingLink(await this.#api(), this.#server);
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
    return { secret: await rotateSecret(await this.#api()) };
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
}
