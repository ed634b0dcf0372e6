import type { SyncStatus } from "../domain/sync-status.ts";
import type { AccountInvitations, Encryption, SharedFiles, ShareFiles, Sync } from "../ports/sync.ts";
import type { PublicSites } from "../ports/public-sites.ts";
import type { SyncStore } from "../ports/sync-store.ts";
import type { SyncClient } from "./client.ts";

const OFF: SyncStatus = { state: "off", pending: 0, syncedAt: null };

/** What says whether there is an account. */
type Linked = Pick<SyncStore, "account" | "subscribe">;

/** Sync whose code is loaded when there is an account, or someone wants one. */
export class LazySync implements Sync {
  readonly #store: Linked;
  readonly #load: () => Promise<SyncClient>;
  readonly #listeners = new Set<() => void>();
  readonly #waiting = new Set<(client: SyncClient) => void>();
  #client: SyncClient | null = null;
  #loading: Promise<SyncClient> | null = null;

  constructor(store: Linked, load: () => Promise<SyncClient>) {
    this.#store = store;
    this.#load = load;
    // Another tab may get an account.
    store.subscribe(() => void this.#startIfLinked());
  }

  /** Begins to sync if there is an account. */
  async start(): Promise<void> {
    await this.#startIfLinked();
  }

  status(): SyncStatus {
    return this.#client?.status() ?? OFF;
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  readonly encryption: Encryption = {
    state: async () => (await this.#open()).encryption.state(),
    unlock: async (secret) => (await this.#open()).encryption.unlock(secret),
    setEncryptNew: async (wanted) => (await this.#open()).encryption.setEncryptNew(wanted),
    choose: async (id, wanted) => (await this.#open()).encryption.choose(id, wanted),
  };
  readonly sites: PublicSites = {
    list: async (id) => (await this.#open()).sites.list(id),
    publish: async (deployment, options) => (await this.#open()).sites.publish(deployment, options),
    show: async (id, version) => (await this.#open()).sites.show(id, version),
    remove: async (id) => (await this.#open()).sites.remove(id),
  };
  readonly accountInvitations: AccountInvitations = {
    make: async () => (await this.#open()).accountInvitations.make(),
    open: async () => (await this.#open()).accountInvitations.open(),
    revoke: async (handle) => (await this.#open()).accountInvitations.revoke(handle),
  };
  create: Sync["create"] = async (name, encryptNew, invitation) =>
    (await this.#open()).create(name, encryptNew, invitation);
  signIn: Sync["signIn"] = async (secret, name, encryptNew) =>
    (await this.#open()).signIn(secret, name, encryptNew);
  signInByLink: Sync["signInByLink"] = async (address, name, encryptNew) =>
    (await this.#open()).signInByLink(address, name, encryptNew);
  account: Sync["account"] = async () =>
    (await this.#store.account()) ? (await this.#open()).account() : null;
  pairingLink: Sync["pairingLink"] = async () => (await this.#open()).pairingLink();
  signOut: Sync["signOut"] = async () => (await this.#open()).signOut();
  devices: Sync["devices"] = async () => (await this.#open()).devices();
  renameDevice: Sync["renameDevice"] = async (id, name) => (await this.#open()).renameDevice(id, name);
  revokeDevice: Sync["revokeDevice"] = async (id) => (await this.#open()).revokeDevice(id);
  rotate: Sync["rotate"] = async () => (await this.#open()).rotate();
  scheduleDeletion: Sync["scheduleDeletion"] = async (wanted) =>
    (await this.#open()).scheduleDeletion(wanted);
  deletionAt: Sync["deletionAt"] = async () => (await this.#open()).deletionAt();
  members: Sync["members"] = async (id) => (await this.#open()).members(id);
  setRole: Sync["setRole"] = async (id, member, role) => (await this.#open()).setRole(id, member, role);
  passOn: Sync["passOn"] = async (id, member) => (await this.#open()).passOn(id, member);
  removeMember: Sync["removeMember"] = async (id, member) => (await this.#open()).removeMember(id, member);
  leave: Sync["leave"] = async (id) => (await this.#open()).leave(id);
  invite: Sync["invite"] = async (id, role) => (await this.#open()).invite(id, role);
  invitations: Sync["invitations"] = async (id) => (await this.#open()).invitations(id);
  revokeInvitation: Sync["revokeInvitation"] = async (id, handle) =>
    (await this.#open()).revokeInvitation(id, handle);
  takeInvitation: Sync["takeInvitation"] = async (address) => (await this.#open()).takeInvitation(address);
  displayName: Sync["displayName"] = async () => (await this.#open()).displayName();
  setDisplayName: Sync["setDisplayName"] = async (name) => (await this.#open()).setDisplayName(name);
  offer: Sync["offer"] = async () => (await this.#open()).offer();
  signInByLogin: Sync["signInByLogin"] = async (name, encryptNew) =>
    (await this.#open()).signInByLogin(name, encryptNew);
  modelUse: Sync["modelUse"] = async () => (await this.#open()).modelUse();
  exportAccount: Sync["exportAccount"] = async () => (await this.#open()).exportAccount();
  syncNow: Sync["syncNow"] = async () => (await this.#open()).syncNow();
  /** Begins with the account: until there is one, nothing is loaded for it. */
  shareFiles(share: ShareFiles): SharedFiles {
    let real: SharedFiles | null = this.#client?.shareFiles(share) ?? null;
    let closed = false;
    const begin = (client: SyncClient): void => {
      if (!closed) real ??= client.shareFiles(share);
    };
    if (!real) this.#waiting.add(begin);
    return {
      poke: () => real?.poke(),
      close: async () => {
        closed = true;
        this.#waiting.delete(begin);
        await real?.close();
      },
    };
  }
  want: Sync["want"] = async (id) => {
    if (await this.#store.account()) await (await this.#open()).want(id);
  };

  async #startIfLinked(): Promise<void> {
    if (!this.#client && (await this.#store.account())) await this.#open();
  }

  #open(): Promise<SyncClient> {
    this.#loading ??= this.#begin().catch((error: unknown) => {
      // The next who wants it tries again.
      this.#loading = null;
      throw error;
    });
    return this.#loading;
  }

  async #begin(): Promise<SyncClient> {
    const client = await this.#load();
    client.subscribe(() => {
      for (const listener of this.#listeners) listener();
    });
    this.#client = client;
    await client.start();
    for (const begin of this.#waiting) begin(client);
    this.#waiting.clear();
    return client;
  }
}
