import { stampAt } from "../domain/clock-stamp.ts";
import { OkcvmError } from "../domain/errors.ts";
import { DEFAULT_SETTINGS } from "../domain/settings.ts";
import { classOf, itemId, readItemId, type ItemName } from "../domain/sync-items.ts";
import type {
  ArrivedChange,
  KnownSpace,
  LinkedAccount,
  NextPull,
  PendingChange,
  SyncStore,
} from "../ports/sync-store.ts";
import type { Announcer } from "./announcer.ts";
import type { ConversationNews } from "./conversations.ts";
import type { AppDatabase, OutboxRow, SpaceRow } from "./database.ts";
import { followLeaf, readItem, wasWrittenIn, writeItem } from "./item-values.ts";
import type { Outbox } from "./outbox.ts";
import { loadSettings, settingsAnnouncer } from "./settings.ts";
import { changedSettings } from "./synced-settings.ts";

/** Older than every stamp of a clock: what an account has already wins over it. */
const OLDEST = `${"0".repeat(15)}1`;

const UNKNOWN: Omit<SpaceRow, "id"> = {
  made: false,
  head: 0,
  epoch: null,
  cursor: null,
  wanted: false,
  dormant: false,
};

/** What sync reads and writes, in Dexie. */
export class DexieSyncStore implements SyncStore {
  readonly #db: AppDatabase;
  readonly #outbox: Outbox;
  readonly #news: ConversationNews;
  readonly #settings: Announcer;

  constructor(db: AppDatabase, outbox: Outbox, news: ConversationNews) {
    this.#db = db;
    this.#outbox = outbox;
    this.#news = news;
    this.#settings = settingsAnnouncer(db);
  }

  account(): Promise<LinkedAccount | null> {
    return this.#outbox.account();
  }

  async link(account: LinkedAccount): Promise<void> {
    const { sync, outbox, versions, spaces } = this.#db;
    await this.#all(async () => {
      await Promise.all([outbox.clear(), versions.clear(), spaces.clear()]);
      await sync.put({ name: "account", value: account });
      await this.#addSettings(account.homeSpace);
      const filled = await this.#db.conversations
        .filter(({ leafId, title }) => leafId !== null || title !== "")
        .primaryKeys();
      for (const id of filled) await this.#addConversation(id, new Set());
    });
    this.#outbox.announce();
  }

  async unlink(): Promise<void> {
    const { sync, outbox, versions, spaces, conversations } = this.#db;
    await this.#all(async () => {
      await Promise.all([outbox.clear(), versions.clear(), spaces.clear(), sync.delete("account")]);
      // Without the account nothing more of them will come.
      const halves = await conversations.filter(({ incomplete }) => incomplete === true).primaryKeys();
      await conversations.bulkDelete(halves);
    });
    this.#news.changed.announce();
    this.#outbox.announce();
  }

  pending(limit: number, except: ReadonlySet<string>): Promise<PendingChange[]> {
    return this.#all(async () => {
      const rows = await this.#db.outbox
        .orderBy("rev")
        .filter(({ space }) => !except.has(space))
        .limit(limit)
        .toArray();
      const found: PendingChange[] = [];
      for (const { space, id, stamp, rev } of rows) {
        const item = readItemId(id);
        if (!item) throw new OkcvmError("internal", `The outbox holds an item of no known kind: ${id}.`);
        const value = await readItem(this.#db, space, item);
        found.push({ space, item, class: classOf(item), stamp, rev, value });
      }
      return found;
    });
  }

  pendingCount(): Promise<number> {
    return this.#db.outbox.count();
  }

  async acknowledge(changes: readonly PendingChange[]): Promise<void> {
    const { outbox, versions, sync } = this.#db;
    await this.#db.transaction("rw", [outbox, versions, sync], async () => {
      const device = (await this.#outbox.account())?.deviceId ?? "";
      for (const { space, item, stamp, rev } of changes) {
        const id = itemId(item);
        const row = await outbox.get([space, id]);
        if (row?.rev === rev) await outbox.delete([space, id]);
        if (classOf(item) !== "add") await this.#noteVersion({ space, id, stamp, device });
      }
    });
  }

  async setClock(offset: number): Promise<void> {
    await this.#db.transaction("rw", this.#db.sync, () => this.#outbox.setClock(offset));
  }

  async restamp(changes: readonly PendingChange[]): Promise<void> {
    const { outbox, sync } = this.#db;
    await this.#db.transaction("rw", [outbox, sync], async () => {
      for (const { space, item } of changes) await this.#outbox.add(space, [item]);
    });
  }

  async repush(space: string, has: ReadonlySet<string>): Promise<void> {
    await this.#all(async () => {
      const account = await this.#outbox.account();
      if (space === account?.homeSpace) await this.#addSettings(space, has);
      else await this.#addConversation(space, has);
    });
    this.#outbox.announce();
  }

  async spaces(): Promise<KnownSpace[]> {
    const rows = await this.#db.spaces.toArray();
    return rows;
  }

  async saveSpace(id: string, change: Partial<Omit<KnownSpace, "id">>): Promise<void> {
    await this.#db.transaction("rw", this.#db.spaces, async () => {
      const known = (await this.#db.spaces.get(id)) ?? { ...UNKNOWN, id };
      await this.#db.spaces.put({ ...known, ...change });
    });
    if (change.wanted) this.#outbox.announce();
  }

  async apply(space: string, changes: readonly ArrivedChange[], next?: NextPull): Promise<void> {
    const news = await this.#all(async () => {
      const account = await this.#outbox.account();
      if (!account) throw new OkcvmError("aborted", "This browser was signed out meanwhile.");
      const isHome = space === account.homeSpace;
      const wasThere = isHome || (await this.#open(space, changes));
      const taken = wasThere ? await this.#take(space, changes, account.deviceId) : [];
      if (wasThere && !isHome && taken.includes("node")) await followLeaf(this.#db, space);
      if (next) await this.#moveCursor(space, next);
      if (!isHome && (await wasWrittenIn(this.#db, space))) await this.#bringBack(space);
      return { isHome, taken };
    });
    if (news.taken.length === 0 && !next?.end) return;
    if (news.isHome) this.#settings.announce();
    else {
      this.#news.changed.announce();
      this.#news.arrived.announce([space]);
    }
  }

  subscribe(listener: () => void): () => void {
    return this.#outbox.subscribe(listener);
  }

  /** Who deleted it had not seen all that was written: it is not taken away from who wrote it. */
  async #bringBack(space: string): Promise<void> {
    await this.#db.conversations.update(space, { deletedAt: null, deletedSeen: null });
    await this.#outbox.add(space, [{ kind: "deleted" }]);
  }

  /** Makes the conversation where there is none. False for one that is deleted and not here, or was removed for good. */
  async #open(space: string, changes: readonly ArrivedChange[]): Promise<boolean> {
    const { conversations, spaces } = this.#db;
    if (await conversations.get(space)) return true;
    const deleted = changes.find(({ item }) => item.kind === "deleted")?.value;
    const isBack = deleted?.kind === "deleted" && deleted.at === null;
    const known = await spaces.get(space);
    if (known?.dormant && !isBack) return false;
    if (deleted?.kind === "deleted" && !isBack) {
      await spaces.put({ ...(known ?? { ...UNKNOWN, id: space, made: true }), cursor: null, dormant: true });
      return false;
    }
    if (known?.dormant) await spaces.update(space, { dormant: false });
    await conversations.add({
      id: space,
      title: "",
      createdAt: 0,
      updatedAt: 0,
      leafId: null,
      deletedAt: null,
      incomplete: true,
    });
    return true;
  }

  /** Takes in what is newer than what is here; answers the kinds of what was taken. */
  async #take(space: string, changes: readonly ArrivedChange[], self: string): Promise<string[]> {
    const taken: string[] = [];
    for (const { item, stamp, device, value } of changes) {
      await this.#outbox.see(stamp);
      const id = itemId(item);
      if (value === null) continue;
      if (classOf(item) === "add") {
        await writeItem(this.#db, space, value);
        await this.#db.outbox.delete([space, id]);
        taken.push(item.kind);
        continue;
      }
      if (!(await this.#isNewer({ space, id, stamp, device }, self))) continue;
      await this.#write(space, value);
      await this.#db.outbox.delete([space, id]);
      await this.#noteVersion({ space, id, stamp, device });
      taken.push(item.kind);
    }
    return taken;
  }

  async #write(space: string, value: Parameters<typeof writeItem>[2]): Promise<void> {
    try {
      await writeItem(this.#db, space, value);
    } catch (error) {
      // A setting of a later version, or a mistake of another program's: the one of here stays.
      if (!(error instanceof OkcvmError) || error.code !== "bad-arguments") throw error;
    }
  }

  async #isNewer(
    { space, id, stamp, device }: Omit<OutboxRow, "rev"> & { device: string },
    self: string,
  ): Promise<boolean> {
    const row = await this.#db.outbox.get([space, id]);
    const known = row ? { stamp: row.stamp, device: self } : await this.#db.versions.get([space, id]);
    if (!known) return true;
    return stamp === known.stamp ? device > known.device : stamp > known.stamp;
  }

  async #noteVersion(version: { space: string; id: string; stamp: string; device: string }): Promise<void> {
    const { versions } = this.#db;
    const known = await versions.get([version.space, version.id]);
    if (!known || known.stamp <= version.stamp) await versions.put(version);
  }

  async #moveCursor(space: string, { cursor, end, head }: NextPull): Promise<void> {
    const { spaces, conversations } = this.#db;
    const known = (await spaces.get(space)) ?? { ...UNKNOWN, id: space };
    if (known.dormant) return;
    await spaces.put({
      ...known,
      made: true,
      cursor,
      head: end ? head : known.head,
      wanted: known.wanted && !end,
    });
    if (!end) return;
    const conversation = await conversations.get(space);
    if (!conversation?.incomplete) return;
    const { incomplete: _, ...whole } = conversation;
    await conversations.put(whole);
  }

  async #addSettings(homeSpace: string, has: ReadonlySet<string> = new Set()): Promise<void> {
    const items = changedSettings(DEFAULT_SETTINGS, await loadSettings(this.#db))
      .map((field): ItemName => ({ kind: "setting", field }))
      .filter((item) => !has.has(itemId(item)));
    await this.#outbox.add(homeSpace, items, () => OLDEST);
  }

  /** Notes everything of a conversation, dated as it was made. */
  async #addConversation(id: string, has: ReadonlySet<string>): Promise<void> {
    const { conversations, messages, todos, versions } = this.#db;
    const conversation = await conversations.get(id);
    if (!conversation || conversation.incomplete) return;
    const written = (await messages.where({ conversationId: id }).toArray())
      .filter(({ status }) => status !== "running")
      .toSorted((a, b) => a.createdAt - b.createdAt);
    const plans = await todos.where("[conversationId+messageId]").between([id, ""], [id, "\uffff"]).toArray();
    const items: ItemName[] = [
      { kind: "title" },
      { kind: "active" },
      ...(conversation.deletedAt === null ? [] : [{ kind: "deleted" as const }]),
      ...written.map((message): ItemName => ({ kind: "node", messageId: message.id })),
      ...plans.map(({ messageId }): ItemName => ({ kind: "todos", messageId })),
    ];
    const made = new Map(written.map((message) => [message.id, message.createdAt]));
    const known = new Map(
      (await versions.where("[space+id]").between([id, ""], [id, "\uffff"]).toArray()).map((row) => [
        row.id,
        row,
      ]),
    );
    const stampOf = (item: ItemName): string =>
      known.get(itemId(item))?.stamp ??
      stampAt(("messageId" in item ? made.get(item.messageId) : undefined) ?? conversation.updatedAt);
    await this.#outbox.add(
      id,
      items.filter((item) => !has.has(itemId(item))),
      stampOf,
    );
  }

  #all<T>(work: () => Promise<T>): Promise<T> {
    return this.#db.transaction("rw", this.#db.tables, work);
  }
}
