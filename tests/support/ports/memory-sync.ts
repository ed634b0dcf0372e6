import type { AccountDevice, AccountView, SyncStatus } from "../../../src/domain/sync-status.ts";
import type { Sync } from "../../../src/ports/sync.ts";

/** An account that exists in memory alone: what the UI and the machine see of sync. */
export class MemorySync implements Sync {
  readonly wanted: string[] = [];
  current: AccountView | null = null;
  shown: SyncStatus = { state: "off", pending: 0, syncedAt: null };
  all: AccountDevice[] = [];
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
    return { secret: "000000-000000-000000-000000-000000-000000" };
  }
  async signIn(_secret: string, deviceName: string): Promise<void> {
    this.current = { id: "a".repeat(32), server: "http://x", deviceId: "d", deviceName, since: 0 };
    this.set({ state: "synced", pending: 0, syncedAt: 0 });
  }
  async pairingLink(): Promise<{ url: string; expiresAt: number }> {
    return { url: `http://x/#/pair/${"0".repeat(32)}`, expiresAt: 300_000 };
  }
  signInByLink(_address: string, deviceName: string): Promise<void> {
    return this.signIn("", deviceName);
  }
  async signOut(): Promise<void> {
    this.current = null;
    this.set({ state: "off", pending: 0, syncedAt: null });
  }
  async devices(): Promise<AccountDevice[]> {
    return this.all;
  }
  async renameDevice(id: string, name: string): Promise<void> {
    this.all = this.all.map((one) => (one.id === id ? { ...one, name } : one));
  }
  async revokeDevice(id: string): Promise<void> {
    this.all = this.all.filter((one) => one.id !== id);
  }
  rotate(): Promise<{ secret: string }> {
    return this.create("");
  }
  async scheduleDeletion(): Promise<void> {}
  async deletionAt(): Promise<number | null> {
    return null;
  }
  async want(conversationId: string): Promise<void> {
    this.wanted.push(conversationId);
  }
  async syncNow(): Promise<void> {}
}
