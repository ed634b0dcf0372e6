import type { Conversation } from "../domain/conversation.ts";
import type { Message } from "../domain/message.ts";
import type { Todo } from "../domain/todo.ts";

/** A run in progress, kept so that a kill can be noticed at the next start. */
export interface RunRecord {
  id: string;
  conversationId: string;
  /** The assistant message it writes. */
  messageId: string;
  startedAt: number;
}

/** Conversations and what belongs to them. A promise that resolves means the change survives a kill. */
export interface Conversations {
  /** Newest first, deleted ones left out. */
  list(): Promise<Conversation[]>;
  /** null when there is none. */
  get(id: string): Promise<Conversation | null>;
  create(): Promise<Conversation>;
  rename(id: string, title: string): Promise<void>;
  /** Hides it; `undelete` brings it back until `purge`. */
  delete(id: string): Promise<void>;
  undelete(id: string): Promise<void>;
  /** Removes a deleted one for good, but for what is kept elsewhere: files and sites. Errors: `exists` when it was brought back. */
  purge(id: string): Promise<void>;
  /** Those that were purged and of which something is kept elsewhere, until `purged`. */
  leftovers(): Promise<string[]>;
  /** Nothing is left of a purged one. */
  purged(id: string): Promise<void>;
  /** Deleted ones, for the purge at start. */
  deleted(): Promise<Conversation[]>;
  /** Which branch is in view. */
  setLeaf(id: string, leafId: string | null): Promise<void>;

  /** Every message of the tree, in no order. */
  messages(conversationId: string): Promise<Message[]>;
  /** Opens a run: adds its messages, moves the leaf to the last and notes the run, in one transaction. */
  beginRun(run: RunRecord, messages: Message[]): Promise<void>;
  /** Replaces a message (the draft of a run). */
  saveMessage(message: Message): Promise<void>;
  /** Writes the final message and closes the run, in one transaction. */
  endRun(runId: string, message: Message): Promise<void>;
  openRuns(conversationId: string): Promise<RunRecord[]>;

  /** The todo list a branch sees: that of the nearest message towards the root that has one. */
  todos(conversationId: string, leafId: string | null): Promise<Todo[]>;
  setTodos(conversationId: string, messageId: string | null, todos: Todo[]): Promise<void>;

  /** Workspace paths the agent has read in this conversation. */
  readPaths(conversationId: string): Promise<string[]>;
  addReadPath(conversationId: string, path: string): Promise<void>;
  forgetReadPaths(conversationId: string, paths: string[]): Promise<void>;

  /** Called after any change of a conversation's record, in this tab or another. */
  subscribe(listener: () => void): () => void;
  /** Called after messages or plans of some conversations came from another device. */
  subscribeArrivals(listener: (conversationIds: readonly string[]) => void): () => void;
}
