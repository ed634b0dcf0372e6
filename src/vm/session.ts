import { titleFrom, type Conversation } from "../domain/conversation.ts";
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
import { Listeners } from "../domain/listeners.ts";
import { TaskQueue } from "../domain/queue.ts";
import type { ChatModel, ModelMessage, ModelSource } from "../ports/chat-model.ts";
import type { Clock } from "../ports/clock.ts";
import type { Conversations } from "../ports/conversations.ts";
import type { Python } from "../ports/python.ts";
import type { Publisher } from "../ports/publisher.ts";
import type { Sandbox } from "../ports/sandbox.ts";
import type { Workspace } from "../ports/workspace.ts";
import { errorResult, type ToolRegistry } from "../tools/registry.ts";
import type { EngineView, SendOptions, Session, SessionEvent, Upload, Uploaded } from "./api.ts";
import { ConversationTitle } from "./conversation-title.ts";
import { requestOf } from "./prompt.ts";
import { closeInterrupted } from "./recovery.ts";
import { SessionTools } from "./session-tools.ts";
import { userMessage } from "./user-message.ts";
import { MessageTree } from "./message-tree.ts";
import { SessionFiles } from "./session-files.ts";
import { eventsOf, Run } from "./run.ts";
import { listUploads, saveUploads } from "./uploads.ts";

/** What a session works with. */
export interface SessionParts {
  conversation: Conversation;
  workspace: Workspace;
  sandbox: Sandbox;
  python: Python;
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

/** What a run is to answer. */
interface Asked {
  /** The new message; null when an old one is answered again. */
  user: Message | null;
  /** The message that is answered. */
  parentId: string;
  /** The message in whose place it comes: its files are those of then. null to go on with the files as they are. */
  from: Message | null;
}

interface RunSettings {
  model: ChatModel;
  branch: string | undefined;
  systemPrompt: string;
  maxSteps: number;
}

/** One open conversation. See Session in api.ts for what each method promises. */
export class LiveSession implements Session {
  readonly id: string;
  readonly workspace: Workspace;
  readonly #parts: SessionParts;
  readonly #listeners: Listeners<SessionEvent>;
  readonly #tree: MessageTree;
  readonly #disposals: (() => void)[] = [];
  readonly #files: SessionFiles;
  readonly #tools: SessionTools;
  readonly #title: ConversationTitle;
  #run: Run | null = null;
  #starting = false;
  #stopAsked = false;
  #opening: Promise<Run> | null = null;
  #closed: ErrorValue | null = null;
  readonly #uploading = new TaskQueue();

  private constructor(parts: SessionParts, messages: Message[], reads: string[]) {
    this.id = parts.conversation.id;
    this.workspace = parts.workspace;
    this.#parts = parts;
    this.#listeners = new Listeners(parts.report);
    this.#title = new ConversationTitle(parts.conversations, parts.conversation);
    this.#tree = new MessageTree(messages, parts.conversation.leafId);
    const read = new Set(reads);
    this.#tools = new SessionTools({ ...parts, conversationId: this.id, reads: read });
    this.#files = new SessionFiles({
      conversationId: this.id,
      workspace: parts.workspace,
      conversations: parts.conversations,
      clock: parts.clock,
      reads: read,
      running: () => this.running,
      report: parts.report,
    });
    this.#disposals.push(() => this.#files.close());
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

  /** This tab does the work itself. */
  readonly following = false;

  get running(): boolean {
    return this.#run !== null || this.#starting;
  }

  get engine(): EngineView {
    const { name, state, servers } = this.#parts.sandbox;
    return { name, state, servers };
  }

  send(text: string, options: SendOptions = {}): AsyncIterable<RunEvent> {
    return this.#answerNew(this.#tree.leafId, text, { files: options.attachments ?? [], from: null });
  }

  regenerate(messageId: string): AsyncIterable<RunEvent> {
    const message = this.#tree.get(messageId);
    const user = message.role === "user" ? message : this.#tree.get(message.parentId ?? "");
    return eventsOf(this.#start({ user: null, parentId: user.id, from: user }));
  }

  edit(messageId: string, text: string): AsyncIterable<RunEvent> {
    const message = this.#tree.get(messageId);
    if (message.role !== "user")
      throw new OkcvmError("bad-arguments", "Only a person's own message can be edited.");
    const files = message.parts.filter((part): part is AttachmentPart => part.type === "attachment");
    return this.#answerNew(message.parentId, text, { files, from: message });
  }

  stop(): void {
    this.#stopAsked = this.#starting;
    this.#run?.stop();
  }

  async messages(): Promise<Message[]> {
    return this.#tree.branch();
  }

  async siblings(messageId: string): Promise<Message[]> {
    return this.#tree.siblings(messageId);
  }

  async select(messageId: string): Promise<void> {
    if (this.running) throw new OkcvmError("run-active", "Stop the reply first, then change the branch.");
    const leaf = this.#tree.newestLeafUnder(messageId);
    await this.#files.follow(this.#tree.branch(leaf));
    await this.#parts.conversations.setLeaf(this.id, leaf);
    this.#tree.leafId = leaf;
    this.#tell({ type: "messages" });
  }

  /** Takes in messages from another device, and brings the files to the branch in view. `conflicts`: files of which both versions were kept. */
  async takeIn(messages: readonly Message[], leafId: string | null, conflicts: string[] = []): Promise<void> {
    if (this.#closed) return;
    this.#tree.add(messages);
    if (!this.running && leafId !== null) this.#tree.leafId = leafId;
    this.#tell({ type: "messages" });
    if (conflicts.length > 0) this.#tell({ type: "conflicts", paths: conflicts });
    if (!this.running) await this.#files.follow(this.#tree.branch());
  }

  async callTool(
    name: string,
    args: unknown = {},
    options: { signal?: AbortSignal; onOutput?: (chunk: string) => void } = {},
  ): Promise<ToolResult> {
    return this.#tools.run(name, args, {
      messageId: this.#tree.leafId,
      signal: options.signal ?? new AbortController().signal,
      emit: options.onOutput ?? (() => {}),
    });
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
    return this.#parts.publisher.ensureServed(deploymentId, this.workspace);
  }

  subscribe(listener: (event: SessionEvent) => void): () => void {
    return this.#listeners.add(listener);
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
    await Promise.all([this.#parts.python.close(), this.#parts.sandbox.close()]);
    await this.workspace.close();
    this.#parts.onClose();
  }

  #answerNew(
    parentId: string | null,
    text: string,
    { files, from }: { files: Omit<AttachmentPart, "type">[]; from: Message | null },
  ): AsyncIterable<RunEvent> {
    const user = userMessage({
      conversationId: this.id,
      parentId,
      text,
      files,
      now: this.#parts.clock.now(),
    });
    return eventsOf(this.#start({ user, parentId: user.id, from }));
  }

  async #start(asked: Asked): Promise<Run> {
    if (this.running)
      throw new OkcvmError("run-active", "A reply is being written. Stop it, or wait for its end.");
    if (this.#closed) throw fromErrorValue(this.#closed);
    this.#starting = true;
    this.#stopAsked = false;
    this.#opening = this.#open(asked);
    try {
      return await this.#opening;
    } finally {
      this.#opening = null;
      this.#starting = false;
    }
  }

  async #open(asked: Asked): Promise<Run> {
    const [model, policy] = await Promise.all([this.#parts.model(), this.#parts.policy()]);
    const branched = asked.from && (await this.#files.branchOff(asked.from));
    let run: Run;
    try {
      run = await this.#openRun(asked, { model, branch: branched?.name, ...policy });
    } catch (error) {
      // No message begins the new branch: the files go back to the one in view.
      if (branched) await this.workspace.switchBranch(branched.left);
      throw error;
    }
    this.#tree.leafId = run.message.id;
    this.#run = run;
    if (this.#stopAsked) run.stop();
    // While the model thinks, the shell gets ready.
    this.#parts.sandbox.warm();
    void run.drive();
    this.#title.after(asked.user);
    return run;
  }

  async #openRun(asked: Asked, using: RunSettings): Promise<Run> {
    const { model, branch, systemPrompt, maxSteps } = using;
    const snapshotId = await this.#files.beforeRun();
    const begins = branch === undefined ? {} : { branch };
    const user = asked.user && { ...asked.user, snapshotId, ...begins };
    const label = titleFrom(textOf(user ?? this.#tree.get(asked.parentId))) || "Files";
    const run = await Run.open({
      conversationId: this.id,
      model,
      maxSteps,
      clock: this.#parts.clock,
      conversations: this.#parts.conversations,
      user,
      parentId: asked.parentId,
      ...(user ? {} : begins),
      loop: {
        tools: () => this.#parts.registry.specs(),
        messages: (draft) => this.#request(systemPrompt, draft),
        runTool: (call, onOutput) => this.#runTool(call, onOutput),
        keepFiles: (call) => this.#files.afterCall(label, call, run.message.id),
      },
      keepFiles: (message) => this.#files.afterRun(label, message.id),
      onEvent: (event) => this.#onRunEvent(event),
    });
    if (user) this.#tree.put(user);
    return run;
  }

  async #request(template: string, draft: Message): Promise<ModelMessage[]> {
    return requestOf(template, [...this.#tree.branch(draft.parentId), draft], {
      root: this.workspace.root,
      date: new Date(this.#parts.clock.now()).toLocaleDateString("en-CA"),
      uploads: await listUploads(this.workspace),
      tools: this.#parts.registry.names(),
    });
  }

  async #runTool(call: ToolCallPart, onOutput: (chunk: string) => void): Promise<ToolResult> {
    const run = this.#run;
    if (!run) return errorResult(new OkcvmError("aborted", "The run has ended."));
    const at = { messageId: run.message.id, signal: run.signal, emit: onOutput };
    return this.#tools.run(call.name, call.arguments, at);
  }

  #onRunEvent(event: RunEvent): void {
    const run = this.#run;
    if (run) this.#tree.put(run.message);
    if (event.type === "run-end") this.#run = null;
    this.#tell({ type: "run", event });
  }

  #onDeployment(deployment: Deployment): void {
    if (deployment.conversationId === this.id) this.#tell({ type: "deployment", deployment });
  }

  #onLost(): void {
    this.#run?.stop();
    void this.#parts.python.close();
    void this.#parts.sandbox.close();
    this.#closed = { code: "workspace-busy", message: "This conversation was opened in another tab." };
    this.#tell({ type: "closed", error: this.#closed });
    this.#parts.onClose();
  }

  #tell(event: SessionEvent): void {
    this.#listeners.tell(event);
  }
}
