import { OkcvmError, throwIfAborted } from "../domain/errors.ts";
import type { AccountDevice, AccountView, SyncStatus } from "../domain/sync-status.ts";
import { TaskQueue } from "../domain/queue.ts";
import type { Clock } from "../ports/clock.ts";
import type { PairingLink, SharedFiles, ShareFiles, Sync } from "../ports/sync.ts";
import type { LinkedAccount, SyncStore } from "../ports/sync-store.ts";
import type { TabChannel, Tabs } from "../ports/tabs.ts";
import { createAccount, linkOf, makePairingLink, readPairingLink, rotateSecret, signIn } from "./accounts.ts";
import { FilesShare } from "./files-share.ts";
import { SyncEngine } from "./engine.ts";
import { ServerApi, type Granted } from "./server-api.ts";

export interface SyncParts {
  store: SyncStore;
  tabs: Tabs;
  clock: Clock;
  fetch: typeof globalThis.fetch;
  /** The server's origin. */
  server: string;
  /** Apart for each of this browser's accounts. */
  name: string;
  /** Called when the network is there again. Answers how to stop. */
  onOnline(listener: () => void): () => void;
  report(error: unknown): void;
}

/** What tabs with the same data say to each other. */
type Said =
  | { type: "status"; status: SyncStatus }
  | { type: "ask" }
  | { type: "sync-now"; id: string }
  | { type: "synced"; id: string; problem: { code: OkcvmError["code"]; message: string } | null }
  | { type: "account" };

const OFF: SyncStatus = { state: "off", pending: 0, syncedAt: null };

/** Sync of this browser's data. One tab does the work, and tells the others. */
export class SyncClient implements Sync {
  readonly #parts: SyncParts;
  readonly #channel: TabChannel;
  readonly #listeners = new Set<() => void>();
  readonly #changing = new TaskQueue();
  readonly #shares = new Set<FilesShare>();
  readonly #answers = new Map<string, (problem: OkcvmError | null) => void>();
  #status: SyncStatus = OFF;
  #engine: SyncEngine | null = null;
  #running: { over: AbortController; ended: Promise<void> } | null = null;

  constructor(parts: SyncParts) {
    this.#parts = parts;
    this.#channel = parts.tabs.channel(`${parts.name}-sync`);
    this.#channel.subscribe((message) => this.#hear(message as Said));
    parts.onOnline(() => {
      this.#engine?.retry();
      for (const share of this.#shares) share.retry();
    });
  }

  /** Begins to sync if there is an account. Resolves when that is known. */
  start(): Promise<void> {
    return this.#changing.run(() => this.#restart());
  }

  async close(): Promise<void> {
    await this.#changing.run(() => this.#stop());
    this.#channel.close();
  }

  status(): SyncStatus {
    const [problem] = [...this.#shares].flatMap((share) => share.problem ?? []);
    const isWell = this.#status.state === "synced" || this.#status.state === "syncing";
    return problem && isWell ? { ...this.#status, state: "error", error: problem } : this.#status;
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async account(): Promise<AccountView | null> {
    const account = await this.#parts.store.account();
    if (!account) return null;
    const { id, server, deviceId, deviceName, since } = account;
    return { id, server, deviceId, deviceName, since };
  }

  create(deviceName: string): Promise<{ secret: string }> {
    return this.#linking(async () => {
      const { secret, granted } = await createAccount(this.#open(null), deviceName);
      await this.#link(granted);
      return { secret };
    });
  }

  signIn(secret: string, deviceName: string): Promise<void> {
    return this.#linking(async () => this.#link(await signIn(this.#open(null), secret, deviceName)));
  }

  signInByLink(address: string, deviceName: string): Promise<void> {
    return this.#linking(async () => {
      const { server, id } = readPairingLink(address);
      if (server !== this.#parts.server)
        throw new OkcvmError("bad-arguments", `That link is of ${server}. Open it there.`);
      await this.#link(await this.#open(null).takeLetter(id, deviceName));
    });
  }

  async pairingLink(): Promise<PairingLink> {
    return makePairingLink(await this.#mine(), this.#parts.server);
  }

  signOut(): Promise<void> {
    return this.#changing.run(async () => {
      const account = await this.#parts.store.account();
      await this.#stop();
      // Offline the token stays good until it is revoked elsewhere; here nothing holds it any more.
      if (account)
        await this.#open(account.token)
          .revokeDevice(account.deviceId)
          .catch(() => {});
      await this.#parts.store.unlink();
      this.#say({ type: "account" });
      await this.#restart();
    });
  }

  async devices(): Promise<AccountDevice[]> {
    return (await this.#mine()).devices();
  }

  async renameDevice(id: string, name: string): Promise<void> {
    await (await this.#mine()).renameDevice(id, name);
  }

  async revokeDevice(id: string): Promise<void> {
    await (await this.#mine()).revokeDevice(id);
  }

  async rotate(): Promise<{ secret: string }> {
    return { secret: await rotateSecret(await this.#mine()) };
  }

  async scheduleDeletion(wanted: boolean): Promise<void> {
    await (await this.#mine()).scheduleDeletion(wanted);
  }

  async deletionAt(): Promise<number | null> {
    return (await (await this.#mine()).account()).deleteAt;
  }

  shareFiles(share: ShareFiles): SharedFiles {
    const { store, clock, report } = this.#parts;
    const files = new FilesShare({
      ...share,
      store,
      clock,
      report,
      api: async () => {
        const account = await store.account();
        return account && this.#open(account.token);
      },
      onProblem: () => this.#announce(),
      pull: () => void this.syncNow().catch(() => {}),
    });
    this.#shares.add(files);
    return {
      poke: () => files.poke(),
      close: async () => {
        this.#shares.delete(files);
        await files.close();
      },
    };
  }

  async want(conversationId: string): Promise<void> {
    const known = (await this.#parts.store.spaces()).find(({ id }) => id === conversationId);
    if (known?.cursor === null && !known.wanted)
      await this.#parts.store.saveSpace(conversationId, { wanted: true });
  }

  async syncNow(): Promise<void> {
    if (!(await this.#parts.store.account())) return;
    if (this.#engine) return this.#engine.syncNow();
    // Another tab does the work.
    const id = crypto.randomUUID();
    const limit = new AbortController();
    try {
      const answered = new Promise<void>((resolve, reject) =>
        this.#answers.set(id, (problem) => (problem ? reject(problem) : resolve())),
      );
      this.#channel.post({ type: "sync-now", id } satisfies Said);
      await Promise.race([answered, this.#tooLong(limit.signal)]);
    } finally {
      limit.abort();
      this.#answers.delete(id);
    }
  }

  async #tooLong(signal: AbortSignal): Promise<void> {
    await this.#parts.clock.sleep(SYNC_NOW_LIMIT_MS, signal).catch(() => {});
    throwIfAborted(signal);
    throw new OkcvmError("timeout", "The tab that syncs does not answer. Reload this page.");
  }

  /** Signs in, once: a browser's data belongs to one account. */
  #linking<T>(work: () => Promise<T>): Promise<T> {
    return this.#changing.run(async () => {
      const account = await this.#parts.store.account();
      if (account && this.#status.error?.code !== "unauthorized")
        throw new OkcvmError(
          "exists",
          "This browser's data belongs to an account already. Sign out of it first.",
        );
      await this.#stop();
      try {
        return await work();
      } finally {
        await this.#restart();
      }
    });
  }

  async #link(granted: Granted): Promise<void> {
    const { store, clock, server } = this.#parts;
    const before = await store.account();
    if (before && before.id !== granted.accountId) {
      await this.#open(granted.token).revokeDevice(granted.device.id);
      throw new OkcvmError(
        "exists",
        "That is another account than the one this browser's data belongs to. Sign out of that one first.",
      );
    }
    await store.link(linkOf(granted, server, clock.now()));
    for (const share of this.#shares) share.retry();
    this.#say({ type: "account" });
  }

  /** The API as this device. Errors: `not-found` when there is no account. */
  async #mine(): Promise<ServerApi> {
    const account = await this.#parts.store.account();
    if (!account) throw new OkcvmError("not-found", "This browser has no account. Make one, or sign in.");
    return this.#open(account.token);
  }

  #open(token: string | null): ServerApi {
    const { clock } = this.#parts;
    return new ServerApi({
      fetch: this.#parts.fetch,
      server: this.#parts.server,
      token,
      now: () => clock.now(),
    });
  }

  async #restart(): Promise<void> {
    await this.#stop();
    const account = await this.#parts.store.account();
    if (!account) return this.#tell(OFF);
    const pending = await this.#parts.store.pendingCount();
    this.#tell({ state: "syncing", pending, syncedAt: null });
    const over = new AbortController();
    const ended = this.#parts.tabs
      .alone(`${this.#parts.name}-sync`, over.signal, () => this.#lead(account, over.signal))
      .catch(this.#parts.report);
    this.#running = { over, ended };
    this.#say({ type: "ask" });
  }

  async #lead(account: LinkedAccount, signal: AbortSignal): Promise<void> {
    const { store, clock, report } = this.#parts;
    const engine = new SyncEngine({
      api: this.#open(account.token),
      store,
      account,
      clock,
      report,
      onStatus: (status) => {
        this.#tell(status);
        this.#say({ type: "status", status });
      },
    });
    this.#engine = engine;
    try {
      await engine.run(signal);
    } finally {
      this.#engine = null;
    }
  }

  async #stop(): Promise<void> {
    this.#running?.over.abort();
    await this.#running?.ended;
    this.#running = null;
  }

  #hear(said: Said): void {
    switch (said.type) {
      case "status":
        if (!this.#engine) this.#tell(said.status);
        return;
      case "ask":
        if (this.#engine) this.#say({ type: "status", status: this.#status });
        return;
      case "sync-now":
        void this.#syncFor(said.id);
        return;
      case "synced": {
        const { problem } = said;
        this.#answers.get(said.id)?.(problem && new OkcvmError(problem.code, problem.message));
        return;
      }
      default:
        for (const share of this.#shares) share.retry();
        this.start().catch(this.#parts.report);
    }
  }

  async #syncFor(id: string): Promise<void> {
    if (!this.#engine) return;
    try {
      await this.#engine.syncNow();
      this.#say({ type: "synced", id, problem: null });
    } catch (error) {
      const { code, message } =
        error instanceof OkcvmError ? error : new OkcvmError("internal", String(error));
      this.#say({ type: "synced", id, problem: { code, message } });
    }
  }

  #say(said: Said): void {
    this.#channel.post(said);
  }

  #tell(status: SyncStatus): void {
    // The server answers again: whoever gave up for now need not wait any longer.
    const isBack = status.state === "synced" && this.#status.state !== "synced";
    this.#status = status;
    if (isBack) for (const share of this.#shares) share.retry();
    this.#announce();
  }

  #announce(): void {
    for (const listener of this.#listeners) listener();
  }
}

/** How long another tab may take. Milliseconds. */
const SYNC_NOW_LIMIT_MS = 60_000;
