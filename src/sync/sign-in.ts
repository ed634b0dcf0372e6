import { OkcvmError } from "../domain/errors.ts";
import type { Clock } from "../ports/clock.ts";
import type { SyncStore } from "../ports/sync-store.ts";
import {
  createAccount,
  linkOf,
  newAccount,
  readAccountInvitation,
  readPairingLink,
  signIn,
  signInByLink,
  type NewAccount,
  type SignedIn,
} from "./accounts.ts";
import type { ServerApi } from "./server-api.ts";

export interface SignInParts {
  store: SyncStore;
  clock: Clock;
  /** The server's origin. */
  server: string;
  /** The API as a device, or as nobody. */
  open(token: string | null): ServerApi;
  /** Does something while nothing is synced, and begins again. */
  stopped<T>(work: () => Promise<T>): Promise<T>;
  /** The data belongs to an account now, or to none any more. */
  onLinked(): void;
}

/** Makes this browser's data an account's, and ends that. See Sync for what each method promises. */
export class SignIn {
  readonly #parts: SignInParts;
  /** The account that was asked for, until it is known to be there. */
  #asked: NewAccount | null = null;
  /** True since the server knew this device no more: it may sign in anew then. */
  refused = false;

  constructor(parts: SignInParts) {
    this.#parts = parts;
  }

  create(deviceName: string, encryptNew?: boolean, invitation?: string): Promise<{ secret: string }> {
    return this.#linking(async (nobody) => {
      const id = invitation === undefined ? null : readAccountInvitation(invitation, this.#parts.server);
      // One whose answer was lost may be there: asked for with the same secret, it is found again.
      this.#asked ??= newAccount();
      const { secret, ...signedIn } = await createAccount(nobody, this.#asked, deviceName, id);
      this.#asked = null;
      await this.#link(signedIn, encryptNew);
      return { secret };
    });
  }

  bySecret(secret: string, deviceName: string, encryptNew?: boolean): Promise<void> {
    return this.#linking(async (api) => {
      const apis = { api, as: (token: string) => this.#parts.open(token) };
      await this.#link(await signIn(apis, secret, deviceName), encryptNew);
    });
  }

  byLogin(deviceName: string, encryptNew?: boolean): Promise<void> {
    return this.#linking(async (api) =>
      this.#link({ granted: await api.addDeviceByLogin(deviceName), key: null }, encryptNew),
    );
  }

  byLink(address: string, deviceName: string, encryptNew?: boolean): Promise<void> {
    return this.#linking(async (api) => {
      const link = readPairingLink(address, this.#parts.server);
      await this.#link(await signInByLink(api, link, deviceName), encryptNew);
    });
  }

  signOut(): Promise<void> {
    const { store, open, stopped, onLinked } = this.#parts;
    return stopped(async () => {
      const account = await store.account();
      // Offline the token stays good until it is revoked elsewhere; here nothing holds it any more.
      if (account)
        await open(account.token)
          .revokeDevice(account.deviceId)
          .catch(() => {});
      await store.unlink();
      onLinked();
    });
  }

  /** Signs in, once: a browser's data belongs to one account. */
  #linking<T>(work: (nobody: ServerApi) => Promise<T>): Promise<T> {
    return this.#parts.stopped(async () => {
      const account = await this.#parts.store.account();
      if (account && !this.refused)
        throw new OkcvmError(
          "exists",
          "This browser's data belongs to an account already. Sign out of it first.",
        );
      return work(this.#parts.open(null));
    });
  }

  async #link({ granted, key }: SignedIn, encryptNew?: boolean): Promise<void> {
    const { store, clock, server, open, onLinked } = this.#parts;
    const before = await store.account();
    if (before && before.id !== granted.accountId) {
      await open(granted.token).revokeDevice(granted.device.id);
      throw new OkcvmError(
        "exists",
        "That is another account than the one this browser's data belongs to. Sign out of that one first.",
      );
    }
    // Who signs in again goes on as before.
    const signedIn = { granted, key: key ?? before?.key ?? null };
    const wanted = encryptNew ?? before?.encryptNew ?? false;
    await store.link(linkOf(signedIn, { server, now: clock.now(), encryptNew: wanted }));
    this.refused = false;
    onLinked();
  }
}
