import { toErrorValue } from "../domain/errors.ts";
import type { RunEvent } from "../domain/events.ts";
import { newId } from "../domain/ids.ts";
import type { Message } from "../domain/message.ts";
import { reduce } from "../domain/reduce.ts";
import type { ChatModel } from "../ports/chat-model.ts";
import type { Clock } from "../ports/clock.ts";
import type { Conversations } from "../ports/conversations.ts";
import { DraftSaver } from "./draft-saver.ts";
import { EventStream } from "./event-stream.ts";
import { runLoop, type LoopParts } from "./loop.ts";

export interface RunParts {
  conversationId: string;
  model: ChatModel;
  maxSteps: number;
  clock: Clock;
  conversations: Conversations;
  /** The new user message; null when an old one is answered again. */
  user: Message | null;
  /** The message answered. */
  parentId: string;
  /** What the loop needs besides, given the message as it grows. */
  loop: Pick<LoopParts, "tools" | "runTool" | "keepFiles"> & {
    messages(draft: Message): ReturnType<LoopParts["messages"]>;
  };
  /** The workspace branch that begins with the reply, when one does. */
  branch?: string;
  /** Keeps the files as the reply leaves them; answers the snapshot's id. */
  keepFiles(message: Message): Promise<string | undefined>;
  onEvent(event: RunEvent): void;
}

/** One run: a reply being written, its events, and its record, which is closed when the reply is stored whole. */
export class Run {
  readonly events = new EventStream<RunEvent>();
  readonly #parts: RunParts;
  readonly #id = newId();
  readonly #abort = new AbortController();
  readonly #saver: DraftSaver;
  #message: Message;
  #end: Extract<RunEvent, { type: "run-end" }> | null = null;

  private constructor(parts: RunParts) {
    this.#parts = parts;
    this.#message = newReply(parts);
    this.#saver = new DraftSaver((message) => parts.conversations.saveMessage(message), parts.clock);
  }

  /** Stores the run's beginning; nothing is kept when that fails. `drive` then runs it. */
  static async open(parts: RunParts): Promise<Run> {
    const run = new Run(parts);
    await parts.conversations.beginRun(
      {
        id: run.#id,
        conversationId: parts.conversationId,
        messageId: run.#message.id,
        startedAt: parts.clock.now(),
      },
      parts.user ? [parts.user, run.#message] : [run.#message],
    );
    return run;
  }

  /** The reply as far as it is. */
  get message(): Message {
    return this.#message;
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  stop(): void {
    this.#abort.abort();
  }

  /** Runs to the end. The last event is told when the reply is stored, so that who hears it can count on it. */
  async drive(): Promise<void> {
    this.#publish({ type: "run-start", user: this.#parts.user, assistant: this.#message });
    await runLoop(this.#loopParts());
    await this.#saver.stop();
    let end = this.#end ?? { type: "run-end" as const, at: this.#parts.clock.now(), status: "done" as const };
    try {
      const snapshotId = await this.#parts.keepFiles(this.#message);
      if (snapshotId) end = { ...end, snapshotId };
      this.#message = reduce(this.#message, end);
      await this.#parts.conversations.endRun(this.#id, this.#message);
    } catch (error) {
      end = { ...end, status: "error", error: toErrorValue(error) };
      this.#message = reduce(this.#message, end);
    }
    this.#publish(end);
    this.events.end();
  }

  #loopParts(): LoopParts {
    const { loop, model, clock, maxSteps } = this.#parts;
    return {
      model,
      clock,
      maxSteps,
      signal: this.#abort.signal,
      tools: loop.tools,
      runTool: loop.runTool,
      keepFiles: loop.keepFiles,
      messages: () => loop.messages(this.#message),
      parts: () => this.#message.parts,
      emit: (event) => this.#emit(event),
    };
  }

  #emit(event: RunEvent): void {
    this.#message = reduce(this.#message, event);
    if (event.type === "run-end") {
      this.#end = event;
      return;
    }
    this.#saver.changed(this.#message);
    this.#publish(event);
  }

  #publish(event: RunEvent): void {
    this.events.push(event);
    this.#parts.onEvent(event);
  }
}

function newReply(parts: RunParts): Message {
  return {
    id: newId(),
    conversationId: parts.conversationId,
    parentId: parts.parentId,
    role: "assistant",
    parts: [],
    status: "running",
    createdAt: parts.clock.now(),
    endedAt: null,
    ...(parts.model.scripted ? { scripted: true } : {}),
    ...(parts.branch !== undefined ? { branch: parts.branch } : {}),
  };
}

/** The events of a run that is being started. The run starts at once, read or not. */
export function eventsOf(starting: Promise<Run>): AsyncIterable<RunEvent> {
  // A failure to start is thrown to the reader; without one it must not count as unhandled.
  starting.catch(() => {});
  return {
    async *[Symbol.asyncIterator]() {
      yield* (await starting).events;
    },
  };
}
