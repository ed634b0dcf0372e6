import { OkcvmError, type ErrorValue } from "../domain/errors.ts";
import type { AccountOffer } from "../domain/server-info.ts";
import type { AccountView, SyncStatus } from "../domain/sync-status.ts";
import { TaskQueue } from "../domain/queue.ts";
import type { Clock } from "../ports/clock.ts";
import type { SharedFiles, ShareFiles, Sync } from "../ports/sync.ts";
import type { LinkedAccount, SyncStore } from "../ports/sync-store.ts";
import type { Workspace } from "../ports/workspace.ts";
import type { Tabs } from "../ports/tabs.ts";
import { AccountEncryption } from "./encryption.ts";
import { FilesKeeper } from "./files-keeper.ts";
import { FilesShare, type FilesShareParts } from "./files-share.ts";
import { SyncEngine } from "./engine.ts";
import { namedProblem } from "./held-error.ts";
import { OwnAccount } from "./own-account.ts";
import { ServerAccountInvitations } from "./account-invitations.ts";
import { ServerSites, type DeployedFile } from "./public-sites.ts";
import { ServerApi } from "./server-api.ts";
import { ServerSharing } from "./sharing.ts";
import { SignIn } from "./sign-in.ts";
import { roleIn } from "./space-roles.ts";
import { spacesStatus } from "./spaces-status.ts";
import { TabLine } from "./tab-line.ts";

export interface SyncParts {
  store: SyncStore;
  tabs: Tabs;
  clock: Clock;
  fetch: typeof globalThis.fetch;
  /** The server's origin. */
  server: string;
  /** Apart for each of this browser's accounts. */
  name: string;
  /** What the server says of accounts. */
  offer(): Promise<AccountOffer | null>;
  /** Opens a conversation's files; null when they are open somewhere. */
  openWorkspace(conversationId: string): Promise<Workspace | null>;
  /** Files of a site that this browser published. Errors: `not-found`. */
  siteFiles(deploymentId: string): Promise<DeployedFile[]>;
  /** Called when the network is there again. Answers how to stop. */
  onOnline(listener: () => void): () => void;
  report(error: unknown): void;
}

const OFF: SyncStatus = { state: "off", pending: 0, syncedAt: null };

/** Sync of this browser's data. One tab does the work, and tells the others. */
export class SyncClient implements Sync {
  readonly #parts: SyncParts;
  readonly #line: TabLine;
  readonly #own: OwnAccount;
  readonly #signIn: SignIn;
  readonly #sharing: ServerSharing;
  readonly encryption: AccountEncryption;
  readonly sites: ServerSites;
  readonly accountInvitations: ServerAccountInvitations;
  readonly #listeners = new Set<() => void>();
  readonly #changing = new TaskQueue();
  /** Open conversations, with their ids. */
  readonly #shares = new Map<FilesShare, string>();
  /** Why files of open conversations are not exchanged. */
  readonly #problems = new Map<FilesShare, ErrorValue>();
  #status: SyncStatus = OFF;
  #engine: SyncEngine | null = null;
  #keeper: FilesKeeper | null = null;
  #running: { over: AbortController; ended: Promise<void> } | null = null;

  constructor(parts: SyncParts) {
    this.#parts = parts;
    this.#line = new TabLine({
      channel: parts.tabs.channel(`${parts.name}-sync`),
      clock: parts.clock,
      engine: () => this.#engine,
      status: () => this.#status,
      onStatus: (status) => this.#tell(status),
      onAccount: () => {
        this.#retryFiles();
        this.start().catch(parts.report);
      },
    });
    const { store, server } = parts;
    const api = async (): Promise<ServerApi> => (await this.#mine()).api;
    // Its failure is told by the engine.
    const look = (): void => void this.syncNow().catch(() => {});
    this.#signIn = new SignIn({
      ...parts,
      open: (token) => this.#open(token),
      stopped: (work) => this.#stopped(work),
      onLinked: () => {
        this.#retryFiles();
        this.#line.tellAccount();
      },
    });
    this.#own = new OwnAccount({ api, server, store });
    this.#sharing = new ServerSharing({ store, server, mine: () => this.#mine(), look });
    this.sites = new ServerSites({ api, files: parts.siteFiles });
    this.accountInvitations = new ServerAccountInvitations({ api, server });
    this.encryption = new AccountEncryption({
      store,
      api,
      look: () => {
        this.#retryFiles();
        look();
      },
    });
    parts.onOnline(() => {
      this.#engine?.retry();
      this.#retryFiles();
    });
  }

  /** Begins to sync if there is an account. Resolves when that is known. */
  start(): Promise<void> {
    return this.#changing.run(() => this.#restart());
  }

  async close(): Promise<void> {
    await this.#changing.run(() => this.#stop());
    this.#line.close();
  }

  status(): SyncStatus {
    const [problem] = this.#problems.values();
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

  create: Sync["create"] = (name, encryptNew, invitation) =>
    this.#signIn.create(name, encryptNew, invitation);
  signIn: Sync["signIn"] = (secret, name, encryptNew) => this.#signIn.bySecret(secret, name, encryptNew);
  signInByLogin: Sync["signInByLogin"] = (name, encryptNew) => this.#signIn.byLogin(name, encryptNew);
  signInByLink: Sync["signInByLink"] = (address, name, encryptNew) =>
    this.#signIn.byLink(address, name, encryptNew);
  signOut: Sync["signOut"] = () => this.#signIn.signOut();
  offer: Sync["offer"] = () => this.#parts.offer();
  pairingLink: Sync["pairingLink"] = () => this.#own.pairingLink();
  devices: Sync["devices"] = () => this.#own.devices();
  renameDevice: Sync["renameDevice"] = (id, name) => this.#own.renameDevice(id, name);
  revokeDevice: Sync["revokeDevice"] = (id) => this.#own.revokeDevice(id);
  rotate: Sync["rotate"] = () => this.#own.rotate();
  scheduleDeletion: Sync["scheduleDeletion"] = (wanted) => this.#own.scheduleDeletion(wanted);
  deletionAt: Sync["deletionAt"] = () => this.#own.deletionAt();
  modelUse: Sync["modelUse"] = () => this.#own.modelUse();
  exportAccount: Sync["exportAccount"] = () => this.#own.exportAccount();
  members: Sync["members"] = (id) => this.#sharing.members(id);
  setRole: Sync["setRole"] = (id, member, role) => this.#sharing.setRole(id, member, role);
  passOn: Sync["passOn"] = (id, member) => this.#sharing.passOn(id, member);
  removeMember: Sync["removeMember"] = (id, member) => this.#sharing.removeMember(id, member);
  leave: Sync["leave"] = (id) => this.#sharing.leave(id);
  invite: Sync["invite"] = (id, role) => this.#sharing.invite(id, role);
  invitations: Sync["invitations"] = (id) => this.#sharing.invitations(id);
  revokeInvitation: Sync["revokeInvitation"] = (id, handle) => this.#sharing.revokeInvitation(id, handle);
  takeInvitation: Sync["takeInvitation"] = (address) => this.#sharing.takeInvitation(address);
  displayName: Sync["displayName"] = () => this.#sharing.displayName();
  setDisplayName: Sync["setDisplayName"] = (name) => this.#sharing.setDisplayName(name);

  shareFiles(share: ShareFiles): SharedFiles {
    const onProblem = (): void => void this.#noteProblem(files).catch(this.#parts.report);
    const files = new FilesShare({ ...this.#filesParts(), ...share, onProblem });
    this.#shares.set(files, share.conversationId);
    return {
      poke: () => files.poke(),
      close: async () => {
        this.#shares.delete(files);
        if (this.#problems.delete(files)) this.#announce();
        await files.close();
        this.#keeper?.closed(share.conversationId);
      },
    };
  }

  async #noteProblem(files: FilesShare): Promise<void> {
    const id = this.#shares.get(files);
    const { problem } = files;
    const named = problem && id !== undefined ? await namedProblem(problem, id, this.#parts.store) : null;
    // Another may have come meanwhile, or it was closed.
    if (files.problem !== problem || !this.#shares.has(files)) return;
    if (named) this.#problems.set(files, named);
    else this.#problems.delete(files);
    this.#announce();
  }

  #filesParts(): Pick<FilesShareParts, "store" | "clock" | "report" | "api" | "pull"> {
    const { store, clock, report } = this.#parts;
    return {
      store,
      clock,
      report,
      api: async () => {
        const account = await store.account();
        return account && this.#open(account.token);
      },
      // Its failure is told by the engine.
      pull: () => void this.syncNow().catch(() => {}),
    };
  }

  async want(conversationId: string): Promise<void> {
    const known = await this.#parts.store.space(conversationId);
    if (known?.cursor === null && !known.wanted)
      await this.#parts.store.saveSpace(conversationId, { wanted: true });
  }

  async syncNow(): Promise<void> {
    if (!(await this.#parts.store.account())) return;
    if (this.#engine) return this.#engine.syncNow();
    // Another tab does the work.
    return this.#line.syncNow();
  }

  /** The account, and the API as this device. Errors: `not-found` when there is none. */
  async #mine(): Promise<{ account: LinkedAccount; api: ServerApi }> {
    const account = await this.#parts.store.account();
    if (!account) throw new OkcvmError("not-found", "This browser has no account. Make one, or sign in.");
    return { account, api: this.#open(account.token) };
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

  /** Does something to the account while nothing is synced, and begins again. */
  #stopped<T>(work: () => Promise<T>): Promise<T> {
    return this.#changing.run(async () => {
      await this.#stop();
      try {
        return await work();
      } finally {
        await this.#restart();
      }
    });
  }

  async #restart(): Promise<void> {
    await this.#stop();
    const account = await this.#parts.store.account();
    if (!account) return this.#tell(OFF);
    const pending = await this.#parts.store.pendingCount();
    const ofSpaces = spacesStatus(await this.#parts.store.spaces());
    this.#tell({ state: "syncing", pending, syncedAt: null, ...ofSpaces });
    const over = new AbortController();
    const ended = this.#parts.tabs
      .alone(`${this.#parts.name}-sync`, over.signal, () => this.#lead(account, over.signal))
      .catch(this.#parts.report);
    this.#running = { over, ended };
    this.#line.ask();
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
        if (status.state === "synced") this.#signIn.refused = false;
        if (status.error?.code === "unauthorized") this.#signIn.refused = true;
        this.#tell(status);
        this.#line.tellStatus(status);
      },
    });
    this.#engine = engine;
    const over = new AbortController();
    const keeper = this.#makeKeeper();
    this.#keeper = keeper;
    const keeping = keeper.run(AbortSignal.any([signal, over.signal]));
    try {
      await engine.run(signal);
    } finally {
      this.#engine = null;
      this.#keeper = null;
      over.abort();
      await keeping;
    }
  }

  #makeKeeper(): FilesKeeper {
    return new FilesKeeper({
      ...this.#filesParts(),
      openWorkspace: this.#parts.openWorkspace,
      isShared: (id) => [...this.#shares.values()].includes(id),
    });
  }

  async #stop(): Promise<void> {
    this.#running?.over.abort();
    await this.#running?.ended;
    this.#running = null;
  }

  #tell(status: SyncStatus): void {
    // The server answers again: whoever gave up for now need not wait any longer.
    const { state: was, shared: before } = this.#status;
    const isBack = (was === "offline" || was === "error") && status.state !== was;
    this.#status = status;
    // Who may write by now has files that may go out.
    for (const [share, id] of this.#shares)
      if (roleIn(before, id) !== roleIn(status.shared, id)) share.retry();
    if (isBack) this.#retryFiles();
    this.#announce();
  }

  #retryFiles(): void {
    this.#keeper?.retry();
    for (const share of this.#shares.keys()) share.retry();
  }

  #announce(): void {
    for (const listener of this.#listeners) listener();
  }
}
