import type { AccountOffer } from "../../../src/domain/server-info.ts";
import type { OkcvmError } from "../../../src/domain/errors.ts";
import type {
  AccountDevice,
  AccountView,
  EncryptionState,
  GivenRole,
  Invitation,
  ModelUse,
  SpaceMember,
  SyncStatus,
} from "../../../src/domain/sync-status.ts";
import type { PublicSite } from "../../../src/domain/public-site.ts";
import type { PublicSites } from "../../../src/ports/public-sites.ts";
import type {
  AccountInvitation,
  AccountInvitations,
  Encryption,
  InvitationLink,
  SharedFiles,
  Sync,
} from "../../../src/ports/sync.ts";

/** An account that exists in memory alone: what the UI and the machine see of sync. */
export class MemorySync implements Sync {
  readonly wanted: string[] = [];
  /** Names and secrets or links that were signed in with. */
  readonly signIns: { by: string; name: string }[] = [];
  current: AccountView | null = null;
  shown: SyncStatus = { state: "off", pending: 0, syncedAt: null };
  all: AccountDevice[] = [];
  deleteAt: number | null = null;
  /** Origin of the server. */
  server = "http://x";
  /** Set: what the server is asked for fails with it. */
  problem: OkcvmError | null = null;
  readonly #listeners = new Set<() => void>();

  status(): SyncStatus {
    return this.shown;
  }
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
  set(status: SyncStatus): void {
    this.shown = status;
    for (const listener of this.#listeners) listener();
  }
  async account(): Promise<AccountView | null> {
    return this.current;
  }
  async create(deviceName: string): Promise<{ secret: string }> {
    await this.signIn("", deviceName);
    return { secret: SECRET };
  }
  async signIn(secret: string, deviceName: string): Promise<void> {
    this.#ask();
    this.signIns.push({ by: secret, name: deviceName });
    const since = Date.now();
    this.current = { id: "a".repeat(32), server: this.server, deviceId: "d", deviceName, since };
    this.set({ state: "synced", pending: 0, syncedAt: since });
  }
  async pairingLink(): Promise<{ url: string; expiresAt: number }> {
    this.#ask();
    return { url: `${this.server}/#/pair/${"0".repeat(32)}`, expiresAt: Date.now() + 300_000 };
  }
  signInByLink(address: string, deviceName: string): Promise<void> {
    return this.signIn(address, deviceName);
  }
  async signOut(): Promise<void> {
    this.current = null;
    this.set({ state: "off", pending: 0, syncedAt: null });
  }
  async devices(): Promise<AccountDevice[]> {
    this.#ask();
    return this.all;
  }
  async renameDevice(id: string, name: string): Promise<void> {
    this.#ask();
    this.all = this.all.map((one) => (one.id === id ? { ...one, name } : one));
  }
  async revokeDevice(id: string): Promise<void> {
    this.#ask();
    this.all = this.all.filter((one) => one.id !== id);
  }
  async rotate(): Promise<{ secret: string }> {
    this.#ask();
    this.all = this.all.filter(({ current }) => current);
    return { secret: SECRET };
  }
  async scheduleDeletion(wanted: boolean): Promise<void> {
    this.#ask();
    this.deleteAt = wanted ? Date.now() + 7 * 24 * 3_600_000 : null;
  }
  async offer(): Promise<AccountOffer | null> {
    return { registration: "open", login: false };
  }
  signInByLogin(deviceName: string): Promise<void> {
    return this.signIn("", deviceName);
  }
  async modelUse(): Promise<ModelUse> {
    return { offered: false, requestsPerDay: null, tokensPerDay: null, days: [] };
  }
  async exportAccount(): Promise<Blob> {
    return new Blob(['{"end":{"spaces":0}}\n']);
  }
  async deletionAt(): Promise<number | null> {
    this.#ask();
    return this.deleteAt;
  }
  people: SpaceMember[] = [];
  open: Invitation[] = [];
  name: string | null = null;
  async members(): Promise<SpaceMember[]> {
    this.#ask();
    return this.people;
  }
  async setRole(_: string, memberId: string, role: GivenRole): Promise<void> {
    this.#ask();
    this.people = this.people.map((one) => (one.id === memberId ? { ...one, role } : one));
  }
  async passOn(_: string, memberId: string): Promise<void> {
    this.#ask();
    this.people = this.people.map((one) => ({ ...one, role: one.id === memberId ? "owner" : "editor" }));
  }
  async removeMember(_: string, memberId: string): Promise<void> {
    this.#ask();
    this.people = this.people.filter((one) => one.id !== memberId);
  }
  async leave(): Promise<void> {
    this.#ask();
    this.people = this.people.filter(({ self }) => !self);
  }
  async invite(_: string, role: GivenRole): Promise<InvitationLink> {
    this.#ask();
    const createdAt = Date.now();
    const made = { handle: `h${createdAt}`, expiresAt: createdAt + 7 * 24 * 3_600_000 };
    this.open = [...this.open, { ...made, role, createdAt }];
    return { ...made, url: `${this.server}/#/join/${"0".repeat(32)}` };
  }
  invited: AccountInvitation[] = [];
  readonly accountInvitations: AccountInvitations = {
    make: async () => {
      this.#ask();
      const createdAt = Date.now();
      const made = { handle: `a${createdAt}`, expiresAt: createdAt + 7 * 24 * 3_600_000 };
      this.invited = [...this.invited, { ...made, createdAt }];
      return { ...made, url: `${this.server}/#/welcome/${"0".repeat(32)}` };
    },
    open: async () => this.invited,
    revoke: async (handle) => {
      this.invited = this.invited.filter((one) => one.handle !== handle);
    },
  };
  async invitations(): Promise<Invitation[]> {
    this.#ask();
    return this.open;
  }
  async revokeInvitation(_: string, handle: string): Promise<void> {
    this.#ask();
    this.open = this.open.filter((one) => one.handle !== handle);
  }
  async takeInvitation(): Promise<{ conversationId: string }> {
    this.#ask();
    return { conversationId: "c".repeat(32) };
  }
  async displayName(): Promise<string | null> {
    this.#ask();
    return this.name;
  }
  async setDisplayName(name: string): Promise<void> {
    this.#ask();
    this.name = name || null;
  }
  encrypts: EncryptionState = { ready: true, encryptNew: false, locked: 0 };
  /** What was decided, by conversation. */
  readonly chosen = new Map<string, boolean>();
  readonly encryption: Encryption = {
    state: async () => this.encrypts,
    unlock: async () => {
      this.#ask();
      this.encrypts = { ...this.encrypts, ready: true, locked: 0 };
    },
    setEncryptNew: async (encryptNew) => {
      this.encrypts = { ...this.encrypts, encryptNew };
    },
    choose: async (id, wanted) => void this.chosen.set(id, wanted),
  };
  published: PublicSite[] = [];
  readonly sites: PublicSites = {
    list: async (id) => {
      this.#ask();
      return this.published.filter((one) => id === null || one.conversationId === id);
    },
    publish: async ({ conversationId, id: deploymentId, title, files, bytes }, { onProgress } = {}) => {
      this.#ask();
      onProgress?.(bytes, bytes);
      const before = this.published.find((one) => one.conversationId === conversationId);
      const version = (before?.versions[0]?.version ?? 0) + 1;
      const createdAt = Date.now();
      const versions = [
        { version, deploymentId, title, files, bytes, createdAt },
        ...(before?.versions ?? []),
      ];
      const id = before?.id ?? "0".repeat(20);
      const site = { id, url: `http://${id}.x/`, conversationId, active: version, createdAt, versions };
      this.published = [...this.published.filter((one) => one.id !== id), site];
      return site;
    },
    show: async (id, active) => {
      this.#ask();
      this.published = this.published.map((one) => (one.id === id ? { ...one, active } : one));
    },
    remove: async (id) => {
      this.#ask();
      this.published = this.published.filter((one) => one.id !== id);
    },
  };
  shareFiles(): SharedFiles {
    return { poke: () => {}, close: async () => {} };
  }
  async want(conversationId: string): Promise<void> {
    this.wanted.push(conversationId);
  }
  async syncNow(): Promise<void> {
    this.#ask();
  }

  #ask(): void {
    if (this.problem) throw this.problem;
  }
}

const SECRET = "000000-000000-000000-000000-000000-000000";
