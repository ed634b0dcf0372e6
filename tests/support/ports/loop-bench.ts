import type { RunEvent } from "../../../src/domain/events.ts";
import type { Message, ToolCallPart, ToolResult } from "../../../src/domain/message.ts";
import { reduce } from "../../../src/domain/reduce.ts";
import type { ToolSpec } from "../../../src/domain/tool-spec.ts";
import type { ChatModel, ModelMessage } from "../../../src/ports/chat-model.ts";
import { runLoop } from "../../../src/vm/loop.ts";
import { toModelMessages } from "../../../src/vm/prompt.ts";
import { HeldClock, settle } from "./held-clock.ts";

export type RunTool = (call: ToolCallPart, onOutput: (chunk: string) => void) => Promise<ToolResult>;

/** A loop on a held clock, its message built by the real reducer and read back by the real prompt. */
export class LoopBench {
  readonly clock = new HeldClock();
  readonly abort = new AbortController();
  readonly events: RunEvent[] = [];
  readonly ran: string[] = [];
  tools: ToolSpec[] = [];
  maxSteps = 20;
  history: ModelMessage[] = [
    { role: "system", content: "system" },
    { role: "user", content: [{ type: "text", text: "do it" }] },
  ];
  runTool: RunTool = async (call) => ({ ok: true, output: `result of ${call.callId}` });
  keepFiles: (call: ToolCallPart) => Promise<string | undefined> = async () => undefined;
  message: Message = {
    id: "m",
    conversationId: "c",
    parentId: "u",
    role: "assistant",
    parts: [],
    status: "running",
    createdAt: 0,
    endedAt: null,
  };
  ended = false;
  /** Resolves when the run has ended. */
  finished: Promise<void> = Promise.resolve();

  /** Starts a run and lets it go as far as it can without time passing. */
  async start(model: ChatModel): Promise<void> {
    this.finished = runLoop({
      model,
      clock: this.clock,
      signal: this.abort.signal,
      maxSteps: this.maxSteps,
      tools: () => this.tools,
      messages: async () => [...this.history, ...toModelMessages([this.message], "/mnt/okcvm-12345678")],
      parts: () => this.message.parts,
      emit: (event) => {
        this.events.push(event);
        this.message = reduce(this.message, event);
      },
      keepFiles: (call) => this.keepFiles(call),
      runTool: (call, onOutput) => {
        this.ran.push(call.callId);
        return this.runTool(call, onOutput);
      },
    }).then(() => {
      this.ended = true;
    });
    await settle();
  }

  /** Runs to the end; time is moved on while somebody sleeps. */
  async run(model: ChatModel): Promise<Message> {
    await this.start(model);
    for (let turn = 0; turn < 100 && !this.ended; turn++)
      await this.clock.advance(this.clock.waiting > 0 ? 1_000 : 0);
    if (!this.ended) throw new Error("The run has not ended.");
    return this.message;
  }

  of<T extends RunEvent["type"]>(type: T): Extract<RunEvent, { type: T }>[] {
    return this.events.filter((event): event is Extract<RunEvent, { type: T }> => event.type === type);
  }

  calls(): ToolCallPart[] {
    return this.message.parts.filter((part): part is ToolCallPart => part.type === "tool-call");
  }
}

/** Says what is wrong with a request, if anything: each call needs its result right after, and none may stand alone. */
export function faultIn(messages: ModelMessage[]): string | null {
  let open: string[] = [];
  for (const [at, message] of messages.entries()) {
    if (message.role === "tool") {
      if (!open.includes(message.callId))
        return `message ${at}: a result of ${message.callId} without its call`;
      open = open.filter((id) => id !== message.callId);
      continue;
    }
    if (open.length > 0) return `message ${at}: ${open.join(", ")} have no result`;
    if (message.role === "system" && at > 0) return `message ${at}: a system message in the middle`;
    if (message.role === "user" && message.content.length === 0) return `message ${at}: empty`;
    if (message.role !== "assistant") continue;
    if (message.content === "" && message.calls.length === 0) return `message ${at}: empty`;
    open = message.calls.map((call) => call.callId);
    for (const call of message.calls) {
      try {
        JSON.parse(call.arguments);
      } catch {
        return `message ${at}: the arguments of ${call.callId} are not JSON`;
      }
    }
  }
  return open.length > 0 ? `the end: ${open.join(", ")} have no result` : null;
}
