import { Dexie, type EntityTable, type Table } from "dexie";

import type { Conversation } from "../domain/conversation.ts";
import type { Message } from "../domain/message.ts";
import type { Todo } from "../domain/todo.ts";
import type { RunRecord } from "../ports/conversations.ts";

/** A todo list of one branch; `messageId` is "" for a conversation without messages. */
export interface TodoRow {
  conversationId: string;
  messageId: string;
  todos: Todo[];
}
export interface ReadRow {
  conversationId: string;
  path: string;
}
export interface ValueRow {
  name: string;
  value: unknown;
}

/** The app's own database. Workspaces and sites have databases of their own. */
export class AppDatabase extends Dexie {
  conversations!: EntityTable<Conversation, "id">;
  messages!: EntityTable<Message, "id">;
  runs!: EntityTable<RunRecord, "id">;
  todos!: Table<TodoRow, [string, string]>;
  reads!: Table<ReadRow, [string, string]>;
  /** Settings and the bundle, by name. */
  settings!: EntityTable<ValueRow, "name">;
  /** API keys, by kind of endpoint and host. Apart from the settings so that nothing that shows or exports settings holds a key. */
  keys!: EntityTable<ValueRow, "name">;

  constructor(name = "okcvm") {
    super(name, { chromeTransactionDurability: "strict" });
    this.version(1).stores({
      conversations: "id, updatedAt",
      messages: "id, conversationId",
      runs: "id, conversationId",
      todos: "[conversationId+messageId]",
      reads: "[conversationId+path]",
      settings: "name",
      keys: "name",
    });
  }
}
