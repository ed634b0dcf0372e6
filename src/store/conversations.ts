import { branchTo, type Conversation } from "../domain/conversation.ts";
import { OkcvmError } from "../domain/errors.ts";
import { newId } from "../domain/ids.ts";
import type { Message } from "../domain/message.ts";
import type { Todo } from "../domain/todo.ts";
import type { Conversations, RunRecord } from "../ports/conversations.ts";
import { Announcer } from "./announcer.ts";
import type { AppDatabase } from "./database.ts";

/** Conversations in Dexie. Every method is one strict transaction. */
export class DexieConversations implements Conversations {
  readonly #db: AppDatabase;
  readonly #announcer = new Announcer("okcvm-conversations");

  constructor(db: AppDatabase) {
    this.#db = db;
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
    await this.#db.conversations.add(conversation);
    this.#announcer.announce();
    return conversation;
  }

  rename(id: string, title: string): Promise<void> {
    return this.#update(id, { title });
  }

  delete(id: string): Promise<void> {
    return this.#update(id, { deletedAt: Date.now() });
  }

  undelete(id: string): Promise<void> {
    return this.#update(id, { deletedAt: null });
  }

  async purge(id: string): Promise<void> {
    const { conversations, messages, runs, todos, reads } = this.#db;
    await this.#db.transaction("rw", [conversations, messages, runs, todos, reads], async () => {
      await conversations.delete(id);
      await messages.where({ conversationId: id }).delete();
      await runs.where({ conversationId: id }).delete();
      await todos.where("[conversationId+messageId]").between([id, ""], [id, "\uffff"]).delete();
      await reads.where("[conversationId+path]").between([id, ""], [id, "\uffff"]).delete();
    });
    this.#announcer.announce();
  }

  setLeaf(id: string, leafId: string | null): Promise<void> {
    return this.#update(id, { leafId });
  }

  messages(conversationId: string): Promise<Message[]> {
    return this.#db.messages.where({ conversationId }).toArray();
  }

  async beginRun(run: RunRecord, messages: Message[]): Promise<void> {
    const { conversations, runs } = this.#db;
    await this.#db.transaction("rw", [conversations, this.#db.messages, runs], async () => {
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
    });
    this.#announcer.announce();
  }

  async saveMessage(message: Message): Promise<void> {
    await this.#db.messages.put(message);
  }

  async endRun(runId: string, message: Message): Promise<void> {
    const { conversations, messages, runs } = this.#db;
    await this.#db.transaction("rw", [conversations, messages, runs], async () => {
      await messages.put(message);
      await runs.delete(runId);
      await conversations.update(message.conversationId, { updatedAt: Date.now() });
    });
    this.#announcer.announce();
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
    await this.#db.todos.put({ conversationId, messageId: messageId ?? "", todos });
  }

  async readPaths(conversationId: string): Promise<string[]> {
    const rows = await this.#db.reads
      .where("[conversationId+path]")
      .between([conversationId, ""], [conversationId, "\uffff"])
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
    return this.#announcer.subscribe(listener);
  }

  async #update(id: string, change: Partial<Conversation>): Promise<void> {
    const updated = await this.#db.conversations.update(id, change);
    if (updated === 0 && !(await this.get(id))) {
      throw new OkcvmError("not-found", "That conversation does not exist in this browser.");
    }
    this.#announcer.announce();
  }
}
