import {
  branchTo,
  newestLeafUnder,
  siblingsOf,
  titleFrom,
  type Conversation,
} from "../domain/conversation.ts";
import type { Deployment } from "../domain/deployment.ts";
import { fromErrorValue, OkcvmError, type ErrorValue } from "../domain/errors.ts";
import type { RunEvent } from "../domain/events.ts";
import {
  textOf,
  type AttachmentPart,
  type Message,
  type ToolCallPart,
  type ToolResult,
} from "../domain/message.ts";
import { TaskQueue } from "../domain/queue.ts";
import type { ModelMessage, ModelSource } from "../ports/chat-model.ts";
import type { Clock } from "../ports/clock.ts";
import type { Conversations } from "../ports/conversations.ts";
import type { Publisher } from "../ports/publisher.ts";
import type { EngineState, Sandbox } from "../ports/sandbox.ts";
import type { Workspace } from "../ports/workspace.ts";
import type { ToolContext } from "../tools/define-tool.ts";
import { errorResult, type ToolRegistry } from "../tools/registry.ts";
import type { SendOptions, Session, SessionEvent, Upload, Uploaded } from "./api.ts";
import { fillPrompt, toModelMessages } from "./prompt.ts";
import { closeInterrupted } from "./recovery.ts";
import { makeToolContext } from "./tool-context.ts";
import { userMessage } from "./user-message.ts";
import { eventsOf, Run } from "./run.ts";
import { listUploads, saveUploads } from "./uploads.ts";

/** What a session works with. */
export interface SessionParts {
  conversation: Conversation;
  workspace: Workspace;
  sandbox: Sandbox;
  publisher: Publisher;
  conversations: Conversations;
  registry: ToolRegistry;
  clock: Clock;
  model: ModelSource;
  /** The system prompt's template and the step limit, as set now. */
  policy(): Promise<{ systemPrompt: string; maxSteps: number }>;
  /** Where a mistake of a listener goes. */
  report(error: unknown): void;
  onClose(): void;
}

/** One open conversation. See Session in api.ts for what each method promises. */
export class LiveSession implements Session {
  readonly id: string;
  readonly workspace: Workspace;
  readonly #parts: SessionParts;
  readonly #listeners = new Set<(event: SessionEvent) => void>();
  readonly #messages = new Map<string, Message>();
  readonly #reads: Set<string>;
  readonly #disposals: (() => void)[] = [];
  #leafId: string | null;
  #titled: boolean;
  #run: Run | null = null;
  #starting = false;
  #stopAsked = false;
  #opening: Promise<Run> | null = null;
  #closed: ErrorValue | null = null;
  readonly #uploading = new TaskQueue();
  readonly #changing = new TaskQueue();

  private constructor(parts: SessionParts, messages: Message[], reads: string[]) {
    this.id = parts.conversation.id;
    this.workspace = parts.workspace;
    this.#parts = parts;
    this.#leafId = parts.conversation.leafId;
    this.#titled = parts.conversation.title !== "";
    this.#reads = new Set(reads);
    for (const message of messages) this.#messages.set(message.id, message);
    this.#disposals.push(parts.sandbox.subscribe(() => this.#tell({ type: "engine" })));
    this.#disposals.push(parts.publisher.subscribe((deployment) => this.#onDeployment(deployment)));
    void parts.workspace.lost.then(() => this.#onLost());
  }

  /** Opens a conversation; a run that a killed tab left open is closed as interrupted. */
  static async open(parts: SessionParts): Promise<LiveSession> {
    const { conversations, conversation, clock } = parts;
    await closeInterrupted(conversations, conversation.id, clock);
    const [messages, reads] = await Promise.all([
      conversations.messages(conversation.id),
      conversations.readPaths(conversation.id),
    ]);
    return new LiveSession(parts, messages, reads);
  }

  get running(): boolean {
    return this.#run !== null || this.#starting;
  }

  get engine(): { name: string; state: EngineState } {
    return { name: this.#parts.sandbox.name, state: this.#parts.sandbox.state };
  }

  send(text: string, options: SendOptions = {}): AsyncIterable<RunEvent> {
    return this.#answerNew(this.#leafId, text, options.attachments ?? []);
  }

  regenerate(messageId: string): AsyncIterable<RunEvent> {
    const message = this.#message(messageId);
    const user = message.role === "user" ? message : this.#message(message.parentId ?? "");
    return eventsOf(this.#start(null, user.id));
  }

  edit(messageId: string, text: string): AsyncIterable<RunEvent> {
    const message = this.#message(messageId);
    if (message.role !== "user")
      throw new OkcvmError("bad-arguments", "Only a person's own message can be edited.");
    const files = message.parts.filter((part): part is AttachmentPart => part.type === "attachment");
    return this.#answerNew(message.parentId, text, files);
  }

  stop(): void {
    this.#stopAsked = this.#starting;
    this.#run?.stop();
  }

  async messages(): Promise<Message[]> {
    return branchTo(this.#all(), this.#leafId);
  }

  async siblings(messageId: string): Promise<Message[]> {
    return siblingsOf(this.#all(), this.#message(messageId));
  }

  async select(messageId: string): Promise<void> {
    if (this.running) throw new OkcvmError("run-active", "Stop the reply first, then change the branch.");
    this.#message(messageId);
    await this.#setLeaf(newestLeafUnder(this.#all(), messageId));
    this.#tell({ type: "messages" });
  }

  async callTool(
    name: string,
    args: unknown = {},
    options: { signal?: AbortSignal; onOutput?: (chunk: string) => void } = {},
  ): Promise<ToolResult> {
    const signal = options.signal ?? new AbortController().signal;
    return this.#parts.registry.run(
      name,
      args,
      this.#context(this.#leafId, signal, options.onOutput ?? (() => {})),
    );
  }

  upload(
    files: Upload[],
    options: { signal?: AbortSignal; onProgress?: (done: number, total: number) => void } = {},
  ): Promise<Uploaded[]> {
    // One at a time, so that two pastes of the same name get two names.
    return this.#uploading.run(() => saveUploads(this.workspace, files, options));
  }

  deployments(): Promise<Deployment[]> {
    return this.#parts.publisher.list(this.id);
  }

  ensureServed(deploymentId: string): Promise<Deployment> {
    return this.#parts.publisher.ensureServed(deploymentId);
  }

  subscribe(listener: (event: SessionEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async close(): Promise<void> {
    this.#closed ??= {
      code: "not-supported",
      message: "This session was closed. Open the conversation again.",
    };
    this.stop();
    const run = this.#run ?? (await this.#opening?.catch(() => null));
    if (run) for await (const event of run.events) void event;
    for (const dispose of this.#disposals.splice(0)) dispose();
    await this.#parts.sandbox.close();
    await this.workspace.close();
    this.#parts.onClose();
  }

  #answerNew(
    parentId: string | null,
    text: string,
    files: Omit<AttachmentPart, "type">[],
  ): AsyncIterable<RunEvent> {
    if (text.trim() === "" && files.length === 0) {
      throw new OkcvmError("bad-arguments", "The message is empty. Write something or add a file.");
    }
    const user = userMessage({
      conversationId: this.id,
      parentId,
      text,
      files,
      now: this.#parts.clock.now(),
    });
    return eventsOf(this.#start(user, user.id));
  }

  async #start(user: Message | null, parentId: string): Promise<Run> {
    if (this.running)
      throw new OkcvmError("run-active", "A reply is being written. Stop it, or wait for its end.");
    if (this.#closed) throw fromErrorValue(this.#closed);
    this.#starting = true;
    this.#stopAsked = false;
    this.#opening = this.#open(user, parentId);
    try {
      return await this.#opening;
    } finally {
      this.#opening = null;
      this.#starting = false;
    }
  }

  async #open(user: Message | null, parentId: string): Promise<Run> {
    const [model, policy] = await Promise.all([this.#parts.model(), this.#parts.policy()]);
    const run = await Run.open({
      conversationId: this.id,
      model,
      maxSteps: policy.maxSteps,
      clock: this.#parts.clock,
      conversations: this.#parts.conversations,
      user,
      parentId,
      loop: {
        tools: () => this.#parts.registry.specs(),
        messages: (draft) => this.#request(policy.systemPrompt, draft),
        runTool: (call, onOutput) => this.#runTool(call, onOutput),
      },
      onEvent: (event) => this.#onRunEvent(event),
    });
    if (user) this.#messages.set(user.id, user);
    this.#leafId = run.message.id;
    this.#run = run;
    if (this.#stopAsked) run.stop();
    // While the model thinks, the shell gets ready.
    this.#parts.sandbox.warm();
    void run.drive();
    // A title that could not be stored is tried again with the next message.
    this.#nameAfter(user).catch(() => {});
    return run;
  }

  async #request(template: string, draft: Message): Promise<ModelMessage[]> {
    const before = branchTo(this.#all(), draft.parentId);
    const system = fillPrompt(template, {
      root: this.workspace.root,
      date: new Date(this.#parts.clock.now()).toLocaleDateString("en-CA"),
      uploads: await listUploads(this.workspace),
      tools: this.#parts.registry.names(),
    });
    return [{ role: "system", content: system }, ...toModelMessages([...before, draft], this.workspace.root)];
  }

  async #runTool(call: ToolCallPart, onOutput: (chunk: string) => void): Promise<ToolResult> {
    const run = this.#run;
    if (!run) return errorResult(new OkcvmError("aborted", "The run has ended."));
    return this.#parts.registry.run(
      call.name,
      call.arguments,
      this.#context(run.message.id, run.signal, onOutput),
    );
  }

  #context(messageId: string | null, signal: AbortSignal, emit: (chunk: string) => void): ToolContext {
    const { conversations, sandbox, publisher } = this.#parts;
    return makeToolContext({
      conversationId: this.id,
      workspace: this.workspace,
      conversations,
      sandbox,
      publisher,
      reads: this.#reads,
      messageId,
      signal,
      emit,
      inTurn: (task) => this.#changing.run(task),
    });
  }

  #onRunEvent(event: RunEvent): void {
    const run = this.#run;
    if (run) this.#messages.set(run.message.id, run.message);
    if (event.type === "run-end") this.#run = null;
    this.#tell({ type: "run", event });
  }

  #onDeployment(deployment: Deployment): void {
    if (deployment.conversationId === this.id) this.#tell({ type: "deployment", deployment });
  }

  #onLost(): void {
    this.#run?.stop();
    void this.#parts.sandbox.close();
    this.#closed = { code: "workspace-busy", message: "This conversation was opened in another tab." };
    this.#tell({ type: "closed", error: this.#closed });
    this.#parts.onClose();
  }

  async #nameAfter(user: Message | null): Promise<void> {
    if (this.#titled || !user) return;
    await this.#parts.conversations.rename(this.id, titleFrom(textOf(user)) || "Files");
    this.#titled = true;
  }

  async #setLeaf(leafId: string): Promise<void> {
    await this.#parts.conversations.setLeaf(this.id, leafId);
    this.#leafId = leafId;
  }

  #all(): Message[] {
    return [...this.#messages.values()];
  }

  #message(id: string): Message {
    const message = this.#messages.get(id);
    if (!message) throw new OkcvmError("not-found", "That message is not in this conversation.");
    return message;
  }

  #tell(event: SessionEvent): void {
    for (const listener of this.#listeners) {
      try {
        listener(event);
      } catch (error) {
        // A listener's mistake is its own: it is reported, and the run goes on.
        this.#parts.report(error);
      }
    }
  }
}
