import { branchTo, type Conversation } from "../../../src/domain/conversation.ts";
import { OkcvmError } from "../../../src/domain/errors.ts";
import { newId } from "../../../src/domain/ids.ts";
import type { Message } from "../../../src/domain/message.ts";
import type { Todo } from "../../../src/domain/todo.ts";
import type { Clock } from "../../../src/ports/clock.ts";
import type { Conversations, RunRecord } from "../../../src/ports/conversations.ts";

/**
 * Conversations in memory. Values are copied on the way in and out, as a
 * database copies them, so what cannot be stored fails here too. `faults` makes
 * a method fail until it is taken out; `gates` makes one wait.
 */
export class MemoryConversations implements Conversations {
  readonly faults = new Map<keyof Conversations, Error>();
  readonly gates = new Map<keyof Conversations, Promise<void>>();
  readonly calls: (keyof Conversations)[] = [];
  readonly #clock: Clock;
  readonly #conversations = new Map<string, Conversation>();
  readonly #messages = new Map<string, Message>();
  readonly #runs = new Map<string, RunRecord>();
  readonly #todos = new Map<string, Todo[]>();
  readonly #reads = new Map<string, Set<string>>();
  /** Purged ones of which something is left elsewhere. */
  readonly left = new Set<string>();
  readonly #listeners = new Set<() => void>();
  readonly #arrivals = new Set<(conversationIds: readonly string[]) => void>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async list(): Promise<Conversation[]> {
    await this.#enter("list");
    return copy(
      [...this.#conversations.values()]
        .filter((one) => one.deletedAt === null)
        .toSorted((a, b) => b.updatedAt - a.updatedAt),
    );
  }
  async deleted(): Promise<Conversation[]> {
    await this.#enter("deleted");
    return copy([...this.#conversations.values()].filter((one) => one.deletedAt !== null));
  }
  async get(id: string): Promise<Conversation | null> {
    await this.#enter("get");
    return copy(this.#conversations.get(id) ?? null);
  }
  async create(): Promise<Conversation> {
    await this.#enter("create");
    const now = this.#clock.now();
    const made: Conversation = {
      id: newId(),
      title: "",
      createdAt: now,
      updatedAt: now,
      leafId: null,
      deletedAt: null,
    };
    this.#conversations.set(made.id, made);
    this.#announce();
    return copy(made);
  }
  async rename(id: string, title: string): Promise<void> {
    await this.#enter("rename");
    this.#update(id, { title, updatedAt: this.#clock.now() });
  }
  async delete(id: string): Promise<void> {
    await this.#enter("delete");
    this.#update(id, { deletedAt: this.#clock.now() });
  }
  async undelete(id: string): Promise<void> {
    await this.#enter("undelete");
    this.#update(id, { deletedAt: null });
  }
  async leftovers(): Promise<string[]> {
    return [...this.left];
  }
  async purged(id: string): Promise<void> {
    this.left.delete(id);
  }
  async purge(id: string): Promise<void> {
    await this.#enter("purge");
    this.left.add(id);
    this.#conversations.delete(id);
    for (const message of this.#messages.values())
      if (message.conversationId === id) this.#messages.delete(message.id);
    for (const run of this.#runs.values()) if (run.conversationId === id) this.#runs.delete(run.id);
    for (const key of this.#todos.keys()) if (key.startsWith(`${id} `)) this.#todos.delete(key);
    this.#reads.delete(id);
    this.#announce();
  }
  async setLeaf(id: string, leafId: string | null): Promise<void> {
    await this.#enter("setLeaf");
    this.#update(id, { leafId });
  }
  async messages(conversationId: string): Promise<Message[]> {
    await this.#enter("messages");
    return copy(this.#ofConversation(conversationId));
  }
  async beginRun(run: RunRecord, messages: Message[]): Promise<void> {
    await this.#enter("beginRun");
    const [storedRun, stored] = [copy(run), copy(messages)];
    this.#update(run.conversationId, { leafId: messages.at(-1)?.id ?? null, updatedAt: this.#clock.now() });
    for (const message of stored) this.#messages.set(message.id, message);
    this.#runs.set(run.id, storedRun);
  }
  async saveMessage(message: Message): Promise<void> {
    await this.#enter("saveMessage");
    this.#messages.set(message.id, copy(message));
  }
  async endRun(runId: string, message: Message): Promise<void> {
    await this.#enter("endRun");
    this.#messages.set(message.id, copy(message));
    this.#runs.delete(runId);
    this.#update(message.conversationId, { updatedAt: this.#clock.now() });
  }
  async openRuns(conversationId: string): Promise<RunRecord[]> {
    await this.#enter("openRuns");
    return copy([...this.#runs.values()].filter((run) => run.conversationId === conversationId));
  }
  async todos(conversationId: string, leafId: string | null): Promise<Todo[]> {
    await this.#enter("todos");
    const branch = branchTo(this.#ofConversation(conversationId), leafId).map((message) => message.id);
    for (const id of [...branch.toReversed(), ""]) {
      const found = this.#todos.get(`${conversationId} ${id}`);
      if (found) return copy(found);
    }
    return [];
  }
  async setTodos(conversationId: string, messageId: string | null, todos: Todo[]): Promise<void> {
    await this.#enter("setTodos");
    this.#todos.set(`${conversationId} ${messageId ?? ""}`, copy(todos));
  }
  async readPaths(conversationId: string): Promise<string[]> {
    await this.#enter("readPaths");
    return [...(this.#reads.get(conversationId) ?? [])];
  }
  async addReadPath(conversationId: string, path: string): Promise<void> {
    await this.#enter("addReadPath");
    const paths = this.#reads.get(conversationId) ?? new Set();
    this.#reads.set(conversationId, paths.add(path));
  }
  async forgetReadPaths(conversationId: string, paths: string[]): Promise<void> {
    await this.#enter("forgetReadPaths");
    for (const path of paths) this.#reads.get(conversationId)?.delete(path);
  }
  subscribeArrivals(listener: (conversationIds: readonly string[]) => void): () => void {
    this.#arrivals.add(listener);
    return () => this.#arrivals.delete(listener);
  }
  /** Leaves only its title, as on a device that has just signed in. */
  markIncomplete(conversationId: string): void {
    this.#update(conversationId, { incomplete: true });
  }
  /** Messages as they come from another device. */
  arrive(conversationId: string, messages: Message[], leafId: string): void {
    for (const message of messages) this.#messages.set(message.id, copy(message));
    this.#update(conversationId, { leafId });
    for (const listener of this.#arrivals) listener([conversationId]);
  }
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async #enter(method: keyof Conversations): Promise<void> {
    this.calls.push(method);
    await this.gates.get(method);
    const fault = this.faults.get(method);
    if (fault) throw fault;
  }
  #ofConversation(id: string): Message[] {
    return [...this.#messages.values()].filter((message) => message.conversationId === id);
  }
  #update(id: string, change: Partial<Conversation>): void {
    const there = this.#conversations.get(id);
    if (!there) throw new OkcvmError("not-found", "That conversation does not exist in this browser.");
    this.#conversations.set(id, { ...there, ...change });
    this.#announce();
  }
  #announce(): void {
    for (const listener of this.#listeners) listener();
  }
}

function copy<T>(value: T): T {
  return structuredClone(value);
}
