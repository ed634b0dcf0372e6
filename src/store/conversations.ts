import { branchTo, type Conversation } from "../domain/conversation.ts";
import { OkcvmError } from "../domain/errors.ts";
import { newId } from "../domain/ids.ts";
import type { Message } from "../domain/message.ts";
import type { ItemName } from "../domain/sync-items.ts";
import type { Todo } from "../domain/todo.ts";
import type { Conversations, RunRecord } from "../ports/conversations.ts";
import { Announcer } from "./announcer.ts";
import { rowsOf, type AppDatabase } from "./database.ts";
import { knownCommits, THERE } from "./deleted.ts";
import { countMessages } from "./message-count.ts";
import type { Outbox } from "./outbox.ts";

/** Who hears of conversations that changed, and of messages that came from elsewhere. */
export interface ConversationNews {
  changed: Announcer;
  /** Ids of the conversations. */
  arrived: Announcer<readonly string[]>;
}

/** The news of a database: one for all that writes it. */
export function conversationNews(db: AppDatabase): ConversationNews {
  return {
    changed: new Announcer(`${db.name}-conversations`),
    arrived: new Announcer(`${db.name}-arrivals`),
  };
}

/** Conversations in Dexie. Every method is one strict transaction, which also notes what the server is to be told. */
export class DexieConversations implements Conversations {
  readonly #db: AppDatabase;
  readonly #outbox: Outbox;
  readonly #news: ConversationNews;

  constructor(db: AppDatabase, outbox: Outbox, news: ConversationNews) {
    this.#db = db;
    this.#outbox = outbox;
    this.#news = news;
  }

  async list(): Promise<Conversation[]> {
    const all = await this.#db.conversations.orderBy("updatedAt").reverse().toArray();
    return all.filter((conversation) => conversation.deletedAt === null);
  }

  async deleted(): Promise<Conversation[]> {
    return this.#db.conversations.filter((conversation) => conversation.deletedAt !== null).toArray();
  }

  async get(id: string): Promise<Conversation | null> {
    return (await this.#db.conversations.get(id)) ?? null;
  }

  async create(): Promise<Conversation> {
    const now = Date.now();
    const conversation: Conversation = {
      id: newId(),
      title: "",
      createdAt: now,
      updatedAt: now,
      leafId: null,
      deletedAt: null,
    };
    // The server hears of it when there is something in it.
    await this.#db.conversations.add(conversation);
    this.#news.changed.announce();
    return conversation;
  }

  rename(id: string, title: string): Promise<void> {
    return this.#update(id, { title }, [{ kind: "title" }, { kind: "active" }]);
  }

  async delete(id: string): Promise<void> {
    const whole = (await this.get(id))?.incomplete !== true;
    const deletedSeen = whole ? await countMessages(this.#db, id) : null;
    const deletedFiles = whole ? await knownCommits(this.#db, id) : null;
    // A conversation that the account has left stays the others'.
    const isCopy = (await this.#db.spaces.get(id))?.role === "none";
    const change = { deletedAt: Date.now(), deletedSeen, deletedFiles };
    await this.#update(id, change, isCopy ? [] : [{ kind: "deleted" }]);
  }

  async undelete(id: string): Promise<void> {
    // What was changed here before it was deleted may not have gone out.
    if (await this.#outbox.account()) await this.#db.filesWaiting.put({ space: id });
    await this.#update(id, THERE, [{ kind: "deleted" }]);
  }

  async purge(id: string): Promise<void> {
    // Once a day, and not on the way to the chat.
    const { purgeConversation } = await import("./purge-conversation.ts");
    await purgeConversation(this.#db, id);
    this.#news.changed.announce();
  }

  async leftovers(): Promise<string[]> {
    const { leftovers } = await import("./purge-conversation.ts");
    return leftovers(this.#db);
  }

  async purged(id: string): Promise<void> {
    await this.#db.leftovers.delete(id);
  }

  /** Which branch is looked at is each browser's own. */
  setLeaf(id: string, leafId: string | null): Promise<void> {
    return this.#update(id, { leafId }, []);
  }

  messages(conversationId: string): Promise<Message[]> {
    return this.#db.messages.where({ conversationId }).toArray();
  }

  async beginRun(run: RunRecord, messages: Message[]): Promise<void> {
    const { conversations, runs } = this.#db;
    const tables = [conversations, this.#db.messages, runs, ...this.#outbox.tables];
    await this.#db.transaction("rw", tables, async () => {
      // Another tab may have deleted it: a run in a conversation no list shows would be lost with it.
      const row = await conversations.get(run.conversationId);
      if (!row || row.deletedAt !== null) {
        throw new OkcvmError(
          "not-found",
          "This conversation was deleted. Bring it back, or begin a new one.",
        );
      }
      await this.#db.messages.bulkAdd(messages);
      await runs.add(run);
      const leafId = messages.at(-1)?.id ?? null;
      await conversations.update(run.conversationId, { leafId, updatedAt: Date.now() });
      // The reply is told when it is whole.
      const whole = messages.filter(({ status }) => status !== "running");
      await this.#outbox.note(run.conversationId, [
        { kind: "active" },
        ...whole.map((message) => ({ kind: "node" as const, messageId: message.id })),
      ]);
    });
    this.#announce();
  }

  async saveMessage(message: Message): Promise<void> {
    await this.#db.messages.put(message);
  }

  async endRun(runId: string, message: Message): Promise<void> {
    const { conversations, messages, runs } = this.#db;
    const tables = [conversations, messages, runs, ...this.#outbox.tables];
    await this.#db.transaction("rw", tables, async () => {
      await messages.put(message);
      await runs.delete(runId);
      await conversations.update(message.conversationId, { updatedAt: Date.now() });
      await this.#outbox.note(message.conversationId, [
        { kind: "node", messageId: message.id },
        { kind: "active" },
      ]);
    });
    this.#announce();
  }

  openRuns(conversationId: string): Promise<RunRecord[]> {
    return this.#db.runs.where({ conversationId }).toArray();
  }

  async todos(conversationId: string, leafId: string | null): Promise<Todo[]> {
    const { messages, todos } = this.#db;
    return this.#db.transaction("r", [messages, todos], async () => {
      const branch = branchTo(await messages.where({ conversationId }).toArray(), leafId);
      const keys = ["", ...branch.map((message) => message.id)];
      for (const messageId of keys.toReversed()) {
        const row = await todos.get([conversationId, messageId]);
        if (row) return row.todos;
      }
      return [];
    });
  }

  async setTodos(conversationId: string, messageId: string | null, todos: Todo[]): Promise<void> {
    const row = { conversationId, messageId: messageId ?? "", todos };
    await this.#db.transaction("rw", [this.#db.todos, ...this.#outbox.tables], async () => {
      await this.#db.todos.put(row);
      await this.#outbox.note(conversationId, [{ kind: "todos", messageId: row.messageId }]);
    });
    this.#outbox.announce();
  }

  async readPaths(conversationId: string): Promise<string[]> {
    const rows = await this.#db.reads
      .where("[conversationId+path]")
      .between(...rowsOf(conversationId))
      .toArray();
    return rows.map((row) => row.path);
  }

  async addReadPath(conversationId: string, path: string): Promise<void> {
    await this.#db.reads.put({ conversationId, path });
  }

  async forgetReadPaths(conversationId: string, paths: string[]): Promise<void> {
    await this.#db.reads.bulkDelete(paths.map((path): [string, string] => [conversationId, path]));
  }

  subscribe(listener: () => void): () => void {
    return this.#news.changed.subscribe(listener);
  }

  subscribeArrivals(listener: (conversationIds: readonly string[]) => void): () => void {
    return this.#news.arrived.subscribe(listener);
  }

  async #update(id: string, change: Partial<Conversation>, items: ItemName[]): Promise<void> {
    const { conversations } = this.#db;
    await this.#db.transaction("rw", [conversations, ...this.#outbox.tables], async () => {
      const updated = await conversations.update(id, change);
      if (updated === 0 && !(await conversations.get(id))) {
        throw new OkcvmError("not-found", "That conversation does not exist in this browser.");
      }
      if (items.length > 0) await this.#outbox.note(id, items);
    });
    this.#announce();
  }

  #announce(): void {
    this.#news.changed.announce();
    this.#outbox.announce();
  }
}
