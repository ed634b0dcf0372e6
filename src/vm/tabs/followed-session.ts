import type { Deployment } from "../../domain/deployment.ts";
import { OkcvmError } from "../../domain/errors.ts";
import type { RunEvent } from "../../domain/events.ts";
import { newId } from "../../domain/ids.ts";
import type { Message, ToolResult } from "../../domain/message.ts";
import type { TabChannel } from "../../ports/tabs.ts";
import { errorResult } from "../../tools/registry.ts";
import type { SendOptions, Session, SessionEvent, Upload, Uploaded } from "../api.ts";
import { EventStream } from "../event-stream.ts";
import { followWorkspace, type FollowedWorkspace } from "./followed-workspace.ts";
import { LeaderLine } from "./leader-line.ts";
import type { LeaderNotice, SessionSummary } from "./wire.ts";

type Heard = (notice: LeaderNotice) => void;

/**
 * A session of a tab that does not hold its conversation: another tab does the
 * work and this one asks it. When that tab is gone, `lead` makes this the
 * session that does it; who holds this object need not know.
 */
export class FollowedSession implements Session {
  readonly id: string;
  readonly workspace: FollowedWorkspace;
  readonly #line: LeaderLine;
  readonly #listeners = new Set<(event: SessionEvent) => void>();
  readonly #heard = new Set<Heard>();
  readonly #onClose: () => void;
  #state: SessionSummary = { running: false, engine: { name: "", state: "absent", servers: [] } };
  #own: Session | null = null;

  constructor(conversationId: string, channel: TabChannel, onClose: () => void) {
    this.id = conversationId;
    this.#onClose = onClose;
    this.#line = new LeaderLine(channel, {
      onNotice: (notice) => this.#hear(notice),
      onLeader: (state) => this.#meet(state),
    });
    this.workspace = followWorkspace(conversationId, (method, args) => this.#line.call(method, ...args));
  }

  get running(): boolean {
    return this.#own ? this.#own.running : this.#state.running;
  }

  get engine(): SessionSummary["engine"] {
    return this.#own ? this.#own.engine : this.#state.engine;
  }

  /** True while another tab holds the conversation. */
  get following(): boolean {
    return this.#own === null;
  }

  /** Uses this tab's own session from now on; calls that wait go to it. */
  lead(session: Session): void {
    this.#own = session;
    this.workspace.lead(session.workspace);
    session.subscribe((event) => this.#tell(event));
    this.#line.handOver((method, args) => this.#repeat(session, method, args));
    this.#tell({ type: "messages" });
    this.#tell({ type: "engine" });
  }

  send(text: string, options: SendOptions = {}): AsyncIterable<RunEvent> {
    return this.#own ? this.#own.send(text, options) : this.#run("send", text, options);
  }

  regenerate(messageId: string): AsyncIterable<RunEvent> {
    return this.#own ? this.#own.regenerate(messageId) : this.#run("regenerate", messageId);
  }

  edit(messageId: string, text: string): AsyncIterable<RunEvent> {
    return this.#own ? this.#own.edit(messageId, text) : this.#run("edit", messageId, text);
  }

  stop(): void {
    if (this.#own) this.#own.stop();
    // A leader that is gone runs nothing any more.
    else this.#line.call("stop").catch(() => {});
  }

  messages(): Promise<Message[]> {
    return this.#own ? this.#own.messages() : this.#line.call("messages");
  }

  siblings(messageId: string): Promise<Message[]> {
    return this.#own ? this.#own.siblings(messageId) : this.#line.call("siblings", messageId);
  }

  select(messageId: string): Promise<void> {
    return this.#own ? this.#own.select(messageId) : this.#line.call("select", messageId);
  }

  deployments(): Promise<Deployment[]> {
    return this.#own ? this.#own.deployments() : this.#line.call("deployments");
  }

  ensureServed(deploymentId: string): Promise<Deployment> {
    return this.#own ? this.#own.ensureServed(deploymentId) : this.#line.call("ensureServed", deploymentId);
  }

  async callTool(
    name: string,
    args: unknown = {},
    options: { signal?: AbortSignal; onOutput?: (chunk: string) => void } = {},
  ): Promise<ToolResult> {
    if (this.#own) return this.#own.callTool(name, args, options);
    const onNotice: Heard = (notice) => notice.kind === "output" && options.onOutput?.(notice.chunk);
    try {
      return await this.#keyed({ signal: options.signal, onNotice }, (key) =>
        this.#line.call<ToolResult>("callTool", key, name, args),
      );
    } catch (error) {
      return errorResult(error);
    }
  }

  upload(
    files: Upload[],
    options: { signal?: AbortSignal; onProgress?: (done: number, total: number) => void } = {},
  ): Promise<Uploaded[]> {
    if (this.#own) return this.#own.upload(files, options);
    const onNotice: Heard = (notice) =>
      notice.kind === "progress" && options.onProgress?.(notice.done, notice.total);
    return this.#keyed({ signal: options.signal, onNotice }, (key) => this.#line.call("upload", key, files));
  }

  subscribe(listener: (event: SessionEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async close(): Promise<void> {
    this.#onClose();
    this.#line.close(
      new OkcvmError("not-supported", "This session was closed. Open the conversation again."),
    );
    await this.#own?.close();
  }

  /** A run of the leader's, as this tab hears of it. It begins at once, read or not. */
  #run(method: string, ...args: unknown[]): AsyncIterable<RunEvent> {
    const events = new EventStream<RunEvent>();
    const stop = this.subscribe((event) => {
      if (event.type === "run") events.push(event.event);
      // A leader that dies in the middle leaves a run without an end.
      const over = event.type === "run" ? event.event.type === "run-end" : this.#own !== null;
      if (!over) return;
      events.end();
      stop();
    });
    const begun = this.#line.call<string>(method, ...args);
    begun.catch(stop);
    return {
      async *[Symbol.asyncIterator]() {
        await begun;
        yield* events;
      },
    };
  }

  /** Calls with a key, so that what it prints can be told apart and it can be aborted. */
  async #keyed<T>(
    options: { signal: AbortSignal | undefined; onNotice: Heard },
    call: (key: string) => Promise<T>,
  ): Promise<T> {
    const key = newId();
    const heard: Heard = (notice) => "key" in notice && notice.key === key && options.onNotice(notice);
    const abort = (): void => void this.#line.call("abort", key).catch(() => {});
    this.#heard.add(heard);
    options.signal?.addEventListener("abort", abort, { once: true });
    try {
      return await call(key);
    } finally {
      this.#heard.delete(heard);
      options.signal?.removeEventListener("abort", abort);
    }
  }

  /** A call that waited for a leader when this tab began to lead. */
  async #repeat(session: Session, method: string, args: unknown[]): Promise<unknown> {
    const given = args as never[];
    switch (method) {
      case "callTool":
        return session.callTool(args[1] as string, args[2]);
      case "upload":
        return session.upload(args[1] as Upload[]);
      case "send":
      case "regenerate":
      case "edit": {
        const events = (session[method] as (...all: never[]) => AsyncIterable<RunEvent>)(...given);
        void events[Symbol.asyncIterator]().next();
        return "";
      }
      case "abort":
        return undefined;
      default: {
        const target = method in this.workspace ? session.workspace : session;
        return (target[method as keyof typeof target] as (...all: never[]) => unknown)(...given);
      }
    }
  }

  #hear(notice: LeaderNotice): void {
    if (this.#own) return;
    if (notice.kind === "changes") this.workspace.tellChanges(notice.changes, notice.origin);
    else if (notice.kind === "history") this.workspace.tellHistory();
    else if (notice.kind === "session") {
      this.#state = notice.state;
      this.#tell(notice.event);
    } else for (const heard of this.#heard) heard(notice);
  }

  /** A leader answered for the first time: what it has may be ahead of what this tab shows. */
  #meet(state: SessionSummary): void {
    this.#state = state;
    this.#tell({ type: "messages" });
    this.#tell({ type: "engine" });
  }

  #tell(event: SessionEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}
