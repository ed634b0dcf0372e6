import { IDBFactory, IDBKeyRange } from "fake-indexeddb";
import { Dexie } from "dexie";

import type { Message } from "../../../src/domain/message.ts";
import { newId } from "../../../src/domain/ids.ts";
import { AppDatabase } from "../../../src/store/database.ts";
import { conversationNews, DexieConversations } from "../../../src/store/conversations.ts";
import { Outbox } from "../../../src/store/outbox.ts";
import { DexieSettings } from "../../../src/store/settings.ts";
import { DexieSyncStore } from "../../../src/store/sync-store.ts";
import { SyncClient } from "../../../src/sync/client.ts";
import type { DeployedFile } from "../../../src/sync/public-sites.ts";
import { systemClock } from "../../../src/system-clock.ts";
import type { SharedFiles } from "../../../src/ports/sync.ts";
import type { Workspace } from "../../../src/ports/workspace.ts";
import { databaseName, deleteDatabase } from "../../../src/workspace/storage/database.ts";
import { openHub } from "../ports/hub-workspace.ts";
import { MemoryTabs } from "../ports/memory-tabs.ts";

/** What lies between a browser and the server. */
export interface Network {
  /** False: every request fails, and open ones break. */
  up: boolean;
}

export interface SyncBrowserOptions {
  server: string;
  /** How far its clock is off. Milliseconds. */
  skew?: number;
  fetch?: typeof globalThis.fetch;
  /** The browser's storage; that of `sameAs`, or a new one, when left out. */
  storage?: IDBFactory;
  /** Another tab's browser, or an earlier page's, whose data this one has too. */
  sameAs?: SyncBrowser;
  /** Shared by tabs that are to hear each other. */
  tabs?: MemoryTabs;
}

export interface OpenFiles {
  workspace: Workspace;
  share: SharedFiles;
  /** Whether a reply is being written. */
  state: { running: boolean };
  /** Files of which both versions were kept. */
  told: readonly string[];
  close(): Promise<void>;
}

let count = 0;

/** A browser's data and its sync: the app's real store and engine over an IndexedDB in memory. */
export class SyncBrowser {
  readonly storage: IDBFactory;
  readonly db: AppDatabase;
  readonly conversations: DexieConversations;
  readonly settings: DexieSettings;
  readonly store: DexieSyncStore;
  readonly sync: SyncClient;
  readonly reported: unknown[] = [];
  /** Files of deployments. */
  readonly sites = new Map<string, DeployedFile[]>();
  readonly network: Network = { up: true };
  readonly #now: () => number;
  #lastMessage = 0;
  #isGone = false;
  readonly #busy = new Set<string>();
  readonly #open: (() => Promise<void>)[] = [];
  readonly #online = new Set<() => void>();
  readonly #breaks = new Set<AbortController>();

  constructor(options: SyncBrowserOptions) {
    this.storage = options.storage ?? options.sameAs?.storage ?? new IDBFactory();
    // Dexie takes IndexedDB's own names from here when a database is made.
    Dexie.dependencies.indexedDB = this.storage;
    Dexie.dependencies.IDBKeyRange = IDBKeyRange;
    this.#now = () => Date.now() + (options.skew ?? 0);
    // Names apart: all browsers of a test share one process, whose BroadcastChannels would reach the others.
    this.db = new AppDatabase(options.sameAs?.db.name ?? `browser-${(count += 1)}`);
    const outbox = new Outbox(this.db, this.#now);
    const news = conversationNews(this.db);
    this.conversations = new DexieConversations(this.db, outbox, news);
    this.settings = new DexieSettings(this.db, outbox);
    this.store = new DexieSyncStore(this.db, outbox, news);
    const network = options.fetch ?? globalThis.fetch;
    this.sync = new SyncClient({
      store: this.store,
      tabs: options.tabs ?? new MemoryTabs(),
      clock: { now: this.#now, sleep: systemClock.sleep },
      fetch: (input, init) => this.#fetch(network, input, init),
      server: options.server,
      name: this.db.name,
      offer: async () => ({ registration: "open", login: true }),
      siteFiles: async (id) => this.sites.get(id) ?? [],
      openWorkspace: async (id) => (this.#busy.has(id) ? null : this.#openHub(id)),
      onOnline: (listener) => {
        this.#online.add(listener);
        return () => this.#online.delete(listener);
      },
      report: (error) => void (this.#isGone || this.reported.push(error)),
    });
  }

  /** Cuts the network off, open requests too. */
  goOffline(): void {
    this.network.up = false;
    for (const one of this.#breaks) one.abort(new TypeError("network error"));
    this.#breaks.clear();
  }

  goOnline(): void {
    this.network.up = true;
    for (const listener of this.#online) listener();
  }

  /** Its page was killed: what fails there from now on is told to nobody. */
  gone(): void {
    this.#isGone = true;
    this.goOffline();
  }

  /** A question and its answer, as a run leaves them. Answers the reply's id. */
  async say(conversationId: string, text: string): Promise<string> {
    const { leafId = null } = (await this.conversations.get(conversationId)) ?? {};
    const user = this.#message(conversationId, leafId, { role: "user", text });
    const reply = this.#message(conversationId, user.id, { role: "assistant", text: `re: ${text}` });
    const run = { id: newId(), conversationId, messageId: reply.id, startedAt: this.#now() };
    await this.conversations.beginRun(run, [user, { ...reply, status: "running", endedAt: null }]);
    await this.conversations.endRun(run.id, reply);
    return reply.id;
  }

  /** Opens a conversation's files, shared as an open session shares them. */
  async openFiles(conversationId: string): Promise<OpenFiles> {
    this.#busy.add(conversationId);
    const workspace = await this.#openHub(conversationId);
    const state = { running: false };
    const told: string[] = [];
    const share = this.sync.shareFiles({
      conversationId,
      workspace,
      running: () => state.running,
      onMerged: (conflicts) => void told.push(...conflicts),
    });
    const close = async (): Promise<void> => {
      await share.close();
      await workspace.close();
      this.#busy.delete(conversationId);
    };
    this.#open.push(close);
    return { workspace, share, state, told, close };
  }

  /** Removes a conversation's files for good, as the app does 30 days after it was deleted. */
  async destroyFiles(conversationId: string): Promise<void> {
    globalThis.indexedDB = this.storage;
    await deleteDatabase(databaseName(conversationId));
  }

  #openHub(conversationId: string): ReturnType<typeof openHub> {
    // The hub takes the browser's IndexedDB from here when it opens.
    globalThis.indexedDB = this.storage;
    globalThis.IDBKeyRange = IDBKeyRange;
    return openHub(conversationId);
  }

  /** Texts of the branch in view. */
  async texts(conversationId: string): Promise<string[]> {
    const messages = await this.conversations.messages(conversationId);
    return messages
      .toSorted((a, b) => a.createdAt - b.createdAt)
      .map(({ parts }) => parts.map((part) => (part.type === "text" ? part.text : "")).join(""));
  }

  async titles(): Promise<string[]> {
    return (await this.conversations.list()).map(({ title }) => title).toSorted();
  }

  async close(): Promise<void> {
    await Promise.all(this.#open.splice(0).map((end) => end()));
    await this.sync.close();
    this.db.close();
  }

  async #fetch(
    network: typeof globalThis.fetch,
    input: Parameters<typeof globalThis.fetch>[0],
    init: RequestInit = {},
  ): Promise<Response> {
    if (!this.network.up) throw new TypeError("network error");
    const cut = new AbortController();
    this.#breaks.add(cut);
    const signal = init.signal ? AbortSignal.any([init.signal, cut.signal]) : cut.signal;
    return network(input, { ...init, signal });
  }

  #message(
    conversationId: string,
    parentId: string | null,
    about: { role: Message["role"]; text: string },
  ): Message {
    // Messages of one millisecond have no order to look at.
    this.#lastMessage = Math.max(this.#lastMessage + 1, this.#now());
    const now = this.#lastMessage;
    return {
      id: newId(),
      conversationId,
      parentId,
      role: about.role,
      parts: [{ type: "text", text: about.text }],
      status: "done",
      createdAt: now,
      endedAt: now,
    };
  }
}
