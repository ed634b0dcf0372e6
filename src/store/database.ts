import { Dexie, type EntityTable, type Table } from "dexie";

import type { Conversation } from "../domain/conversation.ts";
import type { DeploymentRecord } from "../domain/deployment.ts";
import type { Message } from "../domain/message.ts";
import type { Todo } from "../domain/todo.ts";
import type { RunRecord } from "../ports/conversations.ts";
import type { KnownSpace, RemotePack, RemoteRef } from "../ports/sync-store.ts";

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
/** A change the server has not acknowledged; what the item holds is read when it is pushed. */
export interface OutboxRow {
  space: string;
  /** The item's id. */
  id: string;
  stamp: string;
  rev: number;
}
/** Whose version of a register is here. */
export interface VersionRow {
  space: string;
  id: string;
  stamp: string;
  device: string;
}
export interface SpaceRow extends KnownSpace {
  /** The branch that was worked on last, anywhere. */
  headBranch?: string;
}

/** The app's own database. Workspaces and sites have databases of their own. */
export class AppDatabase extends Dexie {
  conversations!: EntityTable<Conversation, "id">;
  messages!: EntityTable<Message, "id">;
  runs!: EntityTable<RunRecord, "id">;
  /** Sites that were published, as other browsers can make them again. */
  deployments!: EntityTable<DeploymentRecord, "id">;
  todos!: Table<TodoRow, [string, string]>;
  reads!: Table<ReadRow, [string, string]>;
  /** Settings and the bundle, by name. */
  settings!: EntityTable<ValueRow, "name">;
  /** API keys, by kind of endpoint and host. Apart from the settings so that nothing that shows or exports settings holds a key. */
  keys!: EntityTable<ValueRow, "name">;
  outbox!: Table<OutboxRow, [string, string]>;
  versions!: Table<VersionRow, [string, string]>;
  spaces!: EntityTable<SpaceRow, "id">;
  /** `device`: who pushed it. */
  remoteRefs!: Table<RemoteRef & { space: string; device?: string | undefined }, [string, string]>;
  remotePacks!: Table<RemotePack & { space: string }, [string, string]>;
  filesWaiting!: EntityTable<{ space: string }, "space">;
  /** Conversations whose files a page has open, or had when it died. */
  filesOpen!: EntityTable<{ space: string }, "space">;
  /** Purged conversations of which files or sites may be left. */
  leftovers!: EntityTable<{ id: string }, "id">;
  /** The linked account, and the clock of this browser's changes. */
  sync!: EntityTable<ValueRow, "name">;

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
    this.version(2).stores({
      outbox: "[space+id], rev",
      versions: "[space+id]",
      spaces: "id",
      sync: "name",
      remoteRefs: "[space+hash]",
      remotePacks: "[space+id]",
      filesWaiting: "space",
    });
    this.version(3).stores({ deployments: "id, conversationId" });
    this.version(4).stores({ filesOpen: "space" });
    this.version(5).stores({ leftovers: "id" });
  }
}

/** The first and the last key of what belongs to a space, in a table whose keys begin with it. */
export function rowsOf(space: string): [[string, string], [string, string]] {
  return [
    [space, ""],
    [space, "\uffff"],
  ];
}
