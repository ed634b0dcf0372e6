import { IDBKeyRange } from "fake-indexeddb";
import { Dexie } from "dexie";

import { newId } from "../../src/domain/ids.ts";
import type { Message } from "../../src/domain/message.ts";
import { TaskQueue } from "../../src/domain/queue.ts";
import { itemId } from "../../src/domain/sync-items.ts";
import type { SharedFiles } from "../../src/ports/sync.ts";
import type { Workspace } from "../../src/ports/workspace.ts";
import { conversationNews, DexieConversations } from "../../src/store/conversations.ts";
import { AppDatabase } from "../../src/store/database.ts";
import { Outbox } from "../../src/store/outbox.ts";
import { DexieSettings } from "../../src/store/settings.ts";
import { DexieSyncStore } from "../../src/store/sync-store.ts";
import { SyncClient } from "../../src/sync/client.ts";
import { systemClock } from "../../src/system-clock.ts";
import { openHub } from "../support/ports/hub-workspace.ts";
import { MemoryTabs } from "../support/ports/memory-tabs.ts";
import { CrashableStorage } from "../support/sync/crashable-storage.ts";
import { Network } from "./network.ts";
import type { Random } from "./random.ts";
import type { Truth } from "./truth.ts";

/** The client waits this much shorter than it would: its pauses are of seconds. */
const SPEED = 8;

/** A browser is one tab here, which hears itself without a channel. */
class NoChannel extends EventTarget {
  postMessage(): void {}
  close(): void {}
}
globalThis.BroadcastChannel = NoChannel as unknown as typeof BroadcastChannel;

/** Hubs take IndexedDB from the one global there is: one opens at a time. */
const opening = new TaskQueue();

export interface OpenFiles {
  workspace: Workspace;
  share: SharedFiles;
  /** Whether a reply is being written. */
  state: { running: boolean };
}

/** A page: from when it is opened to when it is killed. */
interface Page {
  db: AppDatabase;
  conversations: DexieConversations;
  settings: DexieSettings;
  store: DexieSyncStore;
  sync: SyncClient;
  /** Rejects when the page is killed. */
  died: Promise<never>;
  isDead(): boolean;
  kill(): void;
  files: Map<string, Promise<OpenFiles>>;
  /** Conversations whose files something holds. */
  held: Set<string>;
  online: Set<() => void>;
  /** Newest stamps of pending changes made here, by space and item. */
  stamps: Map<string, string>;
}

/** The page was killed in the middle of it. */
export class PageDied extends Error {}

/** A person's browser: its storage stays, its pages come and go. */
export class SoakBrowser {
  readonly name: string;
  readonly network: Network;
  readonly reported: unknown[] = [];
  readonly #server: string;
  readonly #skew: number;
  readonly #storage = new CrashableStorage();
  #page: Page;

  constructor(about: { name: string; server: string; skew: number; random: Random }) {
    this.name = about.name;
    this.#server = about.server;
    this.#skew = about.skew;
    this.network = new Network(about.random);
    this.#page = this.#open();
  }

  get page(): Page {
    return this.#page;
  }

  /** Kills the page and opens it again, as after a crash. */
  async reload(): Promise<void> {
    this.crash();
    const { conversations, sync } = this.#page;
    await sync.start();
    // As the app does: a reply that was being written is over.
    for (const { id } of [...(await conversations.list()), ...(await conversations.deleted())])
      for (const run of await conversations.openRuns(id)) {
        const message = (await conversations.messages(id)).find((one) => one.id === run.messageId);
        if (message)
          await conversations.endRun(run.id, { ...message, status: "interrupted", endedAt: this.#now() });
      }
  }

  crash(): void {
    this.#page.kill();
    this.#page = this.#open();
  }

  close(): void {
    this.#page.kill();
  }

  goOffline(): void {
    this.network.cut();
  }

  goOnline(): void {
    this.network.up = true;
    for (const listener of this.#page.online) listener();
  }

  /** Does something of this page's, unless the page is killed meanwhile. Errors: PageDied. */
  async live<T>(work: (page: Page) => Promise<T>): Promise<T> {
    const page = this.#page;
    try {
      return await Promise.race([work(page), page.died]);
    } catch (error) {
      if (page.isDead()) throw new PageDied();
      throw error;
    }
  }

  /** A question and its answer, as a run leaves them. */
  async say(conversationId: string, text: string, truth: Truth): Promise<void> {
    await this.live(async ({ conversations }) => {
      const { leafId = null } = (await conversations.get(conversationId)) ?? {};
      const user = this.#message(conversationId, leafId, { role: "user", text });
      const reply = this.#message(conversationId, user.id, { role: "assistant", text: `re: ${text}` });
      const run = { id: newId(), conversationId, messageId: reply.id, startedAt: this.#now() };
      await conversations.beginRun(run, [user, { ...reply, status: "running", endedAt: null }]);
      truth.said(user);
      await conversations.endRun(run.id, reply);
      truth.said(reply);
    });
  }

  /** A conversation's files, opened where they are not. */
  files(conversationId: string): Promise<OpenFiles> {
    const page = this.#page;
    let open = page.files.get(conversationId);
    open ??= this.#openFiles(page, conversationId);
    page.files.set(conversationId, open);
    return open;
  }

  async closeFiles(conversationId: string): Promise<void> {
    const page = this.#page;
    const open = await page.files.get(conversationId);
    page.files.delete(conversationId);
    await open?.share.close();
    await open?.workspace.close();
    page.held.delete(conversationId);
  }

  async #openFiles(page: Page, conversationId: string): Promise<OpenFiles> {
    // What keeps files of closed conversations lets go soon.
    while (page.held.has(conversationId)) await new Promise((resolve) => setTimeout(resolve, 10));
    page.held.add(conversationId);
    const workspace = await openHubOf(page, conversationId);
    const state = { running: false };
    const share = page.sync.shareFiles({
      conversationId,
      workspace,
      running: () => state.running,
      onMerged: () => {},
    });
    return { workspace, share, state };
  }

  #open(): Page {
    const view = this.#storage.view();
    const line = this.network.line();
    Dexie.dependencies.indexedDB = view.factory;
    Dexie.dependencies.IDBKeyRange = IDBKeyRange;
    const db = new AppDatabase(this.name);
    const stamps = new Map<string, string>();
    const outbox = watched(new Outbox(db, this.#now), db, stamps);
    const news = conversationNews(db);
    const store = new DexieSyncStore(db, outbox, news);
    let dead = false;
    let tellDeath: (error: PageDied) => void = () => {};
    const died = new Promise<never>((_, reject) => (tellDeath = reject));
    died.catch(() => {
      // Whoever waits for something of the page hears of it.
    });
    const never = new Promise<never>(() => {});
    const online = new Set<() => void>();
    const page: Page = {
      db,
      store,
      conversations: new DexieConversations(db, outbox, news),
      settings: new DexieSettings(db, outbox),
      sync: new SyncClient({
        store,
        tabs: new MemoryTabs(),
        clock: {
          now: this.#now,
          sleep: (ms, signal) => (dead ? never : systemClock.sleep(ms / SPEED, signal)),
        },
        fetch: line.fetch,
        server: this.#server,
        name: this.name,
        offer: async () => null,
        openWorkspace: (id) => keeperWorkspace(page, id),
        siteFiles: async () => [],
        onOnline: (listener) => {
          online.add(listener);
          return () => online.delete(listener);
        },
        report: (error) => {
          if (!dead) this.reported.push(error);
        },
      }),
      died,
      isDead: () => dead,
      kill: () => {
        dead = true;
        line.kill();
        view.kill();
        db.close();
        tellDeath(new PageDied());
      },
      files: new Map(),
      held: new Set(),
      online,
      stamps,
    };
    pageFactories.set(page, view.factory);
    return page;
  }

  readonly #now = (): number => Date.now() + this.#skew;

  #message(
    conversationId: string,
    parentId: string | null,
    { role, text }: { role: Message["role"]; text: string },
  ): Message {
    const now = this.#now();
    return {
      id: newId(),
      conversationId,
      parentId,
      role,
      parts: [{ type: "text", text }],
      status: "done",
      createdAt: now,
      endedAt: now,
    };
  }
}

const pageFactories = new WeakMap<Page, IDBFactory>();

function openHubOf(page: Page, conversationId: string): Promise<Workspace> {
  return opening.run(async () => {
    globalThis.indexedDB = pageFactories.get(page) as IDBFactory;
    globalThis.IDBKeyRange = IDBKeyRange;
    return openHub(conversationId);
  });
}

/** What the keeper of closed conversations opens, as the app does it: null for what is held. */
async function keeperWorkspace(page: Page, conversationId: string): Promise<Workspace | null> {
  if (page.held.has(conversationId)) return null;
  page.held.add(conversationId);
  try {
    const workspace = await openHubOf(page, conversationId);
    const close = workspace.close.bind(workspace);
    workspace.close = async () => {
      await close();
      page.held.delete(conversationId);
    };
    return workspace;
  } catch (error) {
    page.held.delete(conversationId);
    throw error;
  }
}

/** Keeps the stamps an outbox gives. */
function watched(outbox: Outbox, db: AppDatabase, stamps: Map<string, string>): Outbox {
  const add = outbox.add.bind(outbox);
  outbox.add = async (space, items, stampOf) => {
    await add(space, items, stampOf);
    for (const item of items) {
      const row = await db.outbox.get([space, itemId(item)]);
      if (row) stamps.set(`${space} ${row.id}`, row.stamp);
    }
  };
  return outbox;
}
