import { OkcvmError } from "../domain/errors.ts";
import { classOf, itemId, readItemId } from "../domain/sync-items.ts";
import type {
  Arrived,
  KnownSpace,
  LinkedAccount,
  NextPull,
  PendingChange,
  RemoteFiles,
  SpaceChange,
  SyncStore,
} from "../ports/sync-store.ts";
import { adoptConversation, adoptSettings, adoptTitle } from "./adopt.ts";
import type { Announcer } from "./announcer.ts";
import type { ConversationNews } from "./conversations.ts";
import type { AppDatabase } from "./database.ts";
import {
  chooseEncryption,
  decideEncryption,
  isEncrypted,
  keepChoices,
  noteEncrypted,
} from "./encryption-choice.ts";
import { bringBack, deleterOf, isDeletedCopy, undeleteCopy, wasWorkedOn } from "./deletions.ts";
import { FilesList } from "./files-list.ts";
import { dropForeign } from "./foreign.ts";
import { followLeaf, readItem } from "./item-values.ts";
import { forgetRemote, notePushed, readRemote } from "./remote-files.ts";
import { openConversation, UNKNOWN } from "./open-conversation.ts";
import type { Outbox } from "./outbox.ts";
import { settingsAnnouncer } from "./settings.ts";
import { moveCursor, takeChanges } from "./take-changes.ts";
import { noteUnopened } from "./unopened.ts";
import { forgetVersions, keepVersions, noteVersion } from "./versions.ts";

/** What came of a space. */
interface Reply {
  space: string;
  arrived: Arrived;
  next?: NextPull | undefined;
}

interface News {
  space: string;
  isHome: boolean;
  /** True when it was deleted, and is there again. */
  isBack: boolean;
  /** True when there is something to see. */
  isNew: boolean;
}

/** What sync reads and writes, in Dexie. */
export class DexieSyncStore implements SyncStore {
  readonly #db: AppDatabase;
  readonly #outbox: Outbox;
  readonly #news: ConversationNews;
  readonly #settings: Announcer;
  readonly #waiting: FilesList;
  readonly #open: FilesList;

  constructor(db: AppDatabase, outbox: Outbox, news: ConversationNews) {
    this.#db = db;
    this.#outbox = outbox;
    this.#news = news;
    this.#waiting = new FilesList(db, outbox, db.filesWaiting);
    this.#open = new FilesList(db, outbox, db.filesOpen);
    this.#settings = settingsAnnouncer(db);
  }

  account(): Promise<LinkedAccount | null> {
    return this.#outbox.account();
  }

  async link(account: LinkedAccount): Promise<void> {
    const { sync } = this.#db;
    await this.#all(async () => {
      await keepChoices(this.#db, await this.#outbox.account());
      await this.#forgetServer();
      await sync.put({ name: "account", value: account });
      await adoptSettings(this.#adopting, account.homeSpace);
      const all = await this.#db.conversations.toArray();
      for (const one of all) {
        if (one.incomplete || (await isDeletedCopy(this.#db, one))) continue;
        if (one.leafId !== null || one.title !== "") await adoptConversation(this.#adopting, one.id);
        // One in which nothing was said may have files all the same.
        await this.#db.filesWaiting.put({ space: one.id });
      }
    });
    this.#outbox.announce();
  }

  async unlink(): Promise<void> {
    const { sync, conversations } = this.#db;
    await this.#all(async () => {
      await keepChoices(this.#db, await this.#outbox.account());
      await this.#forgetServer();
      await sync.delete("account");
      // Without the account nothing more of them will come.
      const halves = await conversations.filter(({ incomplete }) => incomplete === true).primaryKeys();
      await conversations.bulkDelete(halves);
      for (const id of halves) await forgetVersions(this.#db, id);
    });
    this.#news.changed.announce();
    this.#outbox.announce();
  }

  async saveAccount(change: Parameters<SyncStore["saveAccount"]>[0]): Promise<void> {
    const { sync, conversations, filesWaiting } = this.#db;
    await this.#db.transaction("rw", [sync, conversations, filesWaiting], async () => {
      const account = await this.#outbox.account();
      if (!account) return;
      await keepChoices(this.#db, account);
      await sync.put({ name: "account", value: { ...account, ...change } });
    });
    this.#outbox.announce();
  }

  isEncrypted(space: string): Promise<boolean | null> {
    const { spaces, conversations } = this.#db;
    return this.#db.transaction("r", [spaces, conversations], () => isEncrypted(this.#db, space));
  }

  decideEncryption(space: string): Promise<boolean> {
    return this.#all(async () => decideEncryption(this.#db, space, await this.#outbox.account()));
  }

  async chooseEncryption(space: string, wanted: boolean): Promise<void> {
    await this.#all(() => chooseEncryption(this.#db, space, wanted));
    this.#news.changed.announce();
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

  async pendingCount(): Promise<number> {
    const [changes, files] = await Promise.all([this.#db.outbox.count(), this.#db.filesWaiting.count()]);
    return changes + files;
  }

  async acknowledge(changes: readonly PendingChange[]): Promise<void> {
    const { outbox, versions, sync } = this.#db;
    await this.#db.transaction("rw", [outbox, versions, sync], async () => {
      const device = (await this.#outbox.account())?.deviceId ?? "";
      for (const { space, item, stamp, rev, value } of changes) {
        const id = itemId(item);
        const row = await outbox.get([space, id]);
        if (row?.rev === rev) await outbox.delete([space, id]);
        // What was gone when its turn came was not told.
        if (value !== null && classOf(item) !== "add")
          await noteVersion(this.#db, { space, id, stamp, device });
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
      if (space === account?.homeSpace) await adoptSettings(this.#adopting, space, has);
      else await adoptConversation(this.#adopting, space, has);
    });
    this.#outbox.announce();
  }

  async spaces(): Promise<KnownSpace[]> {
    return this.#db.spaces.toArray();
  }

  async titles(spaces: readonly string[]): Promise<string[]> {
    const found = await this.#db.conversations.bulkGet([...spaces]);
    return found.flatMap((one) => (one ? [one.title] : []));
  }

  async space(id: string): Promise<KnownSpace | null> {
    return (await this.#db.spaces.get(id)) ?? null;
  }

  saveSpace(id: string, change: SpaceChange["change"]): Promise<void> {
    return this.saveSpaces([{ id, change }]);
  }

  async saveSpaces(changes: readonly SpaceChange[]): Promise<void> {
    const { spaces, conversations } = this.#db;
    await this.#db.transaction("rw", [spaces, conversations], async () => {
      for (const { id, change } of changes) {
        if (change.encrypted !== undefined) await noteEncrypted(this.#db, id, change.encrypted);
        const known = (await spaces.get(id)) ?? { ...UNKNOWN, id };
        await spaces.put({ ...known, ...change });
      }
    });
    if (changes.some(({ change }) => change.wanted)) this.#outbox.announce();
  }

  apply(space: string, arrived: Arrived, next?: NextPull): Promise<void> {
    return this.#applyAll([{ space, arrived, next }]);
  }

  applyAll(all: readonly { space: string; arrived: Arrived }[]): Promise<void> {
    return this.#applyAll(all);
  }

  async #applyAll(all: readonly Reply[]): Promise<void> {
    const news = await this.#all(async () => {
      const account = await this.#outbox.account();
      if (!account) throw new OkcvmError("aborted", "This browser was signed out meanwhile.");
      const found: News[] = [];
      for (const reply of all) found.push(await this.#applyOne(reply, account));
      return found;
    });
    if (news.some(({ isBack }) => isBack)) this.#outbox.announce();
    const told = news.filter(({ isNew }) => isNew);
    if (told.some(({ isHome }) => isHome)) this.#settings.announce();
    const conversations = told.filter(({ isHome }) => !isHome).map(({ space }) => space);
    if (conversations.length === 0) return;
    this.#news.changed.announce();
    this.#news.arrived.announce(conversations);
  }

  async #applyOne(
    { space, arrived, next }: Reply,
    { homeSpace, deviceId: self }: LinkedAccount,
  ): Promise<News> {
    const { changes } = arrived;
    const isHome = space === homeSpace;
    const wasThere = isHome || (await openConversation(this.#db, changes, { space, self }));
    const taken = wasThere ? await takeChanges(this.#adopting, changes, { space, self }) : [];
    if (wasThere && !isHome && taken.includes("node")) await followLeaf(this.#db, space);
    if (next) await moveCursor(this.#db, space, next);
    await noteUnopened(this.#db, space, arrived);
    const isBack = !isHome && (await wasWorkedOn(this.#db, space, { isWhole: next?.end ?? false, self }));
    if (isBack) await bringBack(this.#db, this.#outbox, space);
    else if (wasThere && !isHome) await undeleteCopy(this.#db, space);
    return { space, isHome, isBack, isNew: taken.length > 0 || next?.end === true };
  }

  remoteFiles(space: string): Promise<RemoteFiles> {
    return this.#all(() => readRemote(this.#db, space));
  }

  async noteFiles(space: string, change: Parameters<SyncStore["noteFiles"]>[1]): Promise<void> {
    await this.#all(async () => notePushed(this.#db, space, change, await this.#outbox.account()));
  }

  async resetFiles(space: string): Promise<void> {
    await this.#all(() => forgetRemote(this.#db, space));
  }

  deletion(space: string): Promise<"self" | "other" | null> {
    return this.#all(async () => {
      const self = (await this.#outbox.account())?.deviceId ?? null;
      const deleter = await deleterOf(this.#db, space, self);
      return deleter !== null && (await this.#db.spaces.get(space))?.foreign ? "self" : deleter;
    });
  }

  dropForeign(space: string): Promise<boolean> {
    return this.#all(() => dropForeign(this.#db, space));
  }

  async bringBack(space: string): Promise<void> {
    await this.#all(() => bringBack(this.#db, this.#outbox, space));
    this.#news.changed.announce();
    this.#outbox.announce();
  }

  async setFilesWaiting(space: string, waiting: boolean): Promise<void> {
    if (await this.#waiting.set(space, waiting)) this.#outbox.announce();
  }

  filesWaiting(): Promise<string[]> {
    return this.#waiting.all();
  }

  async setFilesOpen(space: string, open: boolean): Promise<void> {
    await this.#open.set(space, open);
  }

  filesOpen(): Promise<string[]> {
    return this.#open.all();
  }

  nextStamp(): Promise<string> {
    return this.#db.transaction("rw", this.#db.sync, () => this.#outbox.nextStamp());
  }

  async publish(space: string): Promise<void> {
    await this.#all(() => adoptTitle(this.#adopting, space));
    this.#outbox.announce();
  }

  subscribe(listener: () => void): () => void {
    return this.#outbox.subscribe(listener);
  }

  subscribeArrivals(listener: (spaces: readonly string[]) => void): () => void {
    return this.#news.arrived.subscribe(listener);
  }

  /** Everything that is known of an account's server; when things were changed stays known. */
  async #forgetServer(): Promise<void> {
    const { outbox, spaces, remoteRefs, remotePacks, filesWaiting, filesOpen } = this.#db;
    await keepVersions(this.#db);
    const tables = [outbox, spaces, remoteRefs, remotePacks, filesWaiting, filesOpen];
    await Promise.all(tables.map((table) => table.clear()));
  }

  get #adopting(): Parameters<typeof adoptSettings>[0] {
    return { db: this.#db, outbox: this.#outbox };
  }

  #all<T>(work: () => Promise<T>): Promise<T> {
    // Dexie keeps a transaction open across the awaits of what it can see to be an async function.
    return this.#db.transaction("rw", this.#db.tables, async () => await work());
  }
}
