import { OkcvmError, throwIfAborted, toErrorValue } from "../domain/errors.ts";
import type { RunEvent } from "../domain/events.ts";
import type { MessageStatus, Part, ToolCallPart, ToolResult } from "../domain/message.ts";
import { ModelError } from "../domain/model-error.ts";
import type { ChatModel, ModelEvent, ModelMessage } from "../ports/chat-model.ts";
import type { Clock } from "../ports/clock.ts";
import type { ToolSpec } from "../domain/tool-spec.ts";
import { DEFAULT_WINDOW, estimateTokens, fitToWindow } from "./context-window.ts";
import { RepeatGuard } from "./guard.ts";
import { retryDelay } from "./retry.ts";

/** What the loop works with. It keeps no state of its own: the message grows by what it emits. */
export interface LoopParts {
  model: ChatModel;
  clock: Clock;
  signal: AbortSignal;
  maxSteps: number;
  /** The tools offered now; asked before each step, so that a new one is offered from the next on. */
  tools(): ToolSpec[];
  /** The request so far, with what this run has said and done. */
  messages(): Promise<ModelMessage[]>;
  /** The parts of the message being written. */
  parts(): Part[];
  emit(event: RunEvent): void;
  /** Runs one call. Never throws. */
  runTool(call: ToolCallPart, onOutput: (chunk: string) => void): Promise<ToolResult>;
  /** Keeps what a call changed as a snapshot; answers its id, or undefined when no file changed. */
  keepFiles(call: ToolCallPart): Promise<string | undefined>;
}

/** Drives a model and its tools until it has nothing more to do. Ends with exactly one `run-end`; never throws. */
export async function runLoop(parts: LoopParts): Promise<void> {
  try {
    endRun(parts, await runSteps(parts));
  } catch (error) {
    closeOpenCalls(parts);
    const value = toErrorValue(error);
    if (parts.signal.aborted || value.code === "aborted") endRun(parts, "stopped");
    else parts.emit({ type: "run-end", at: parts.clock.now(), status: "error", error: value });
  }
}

async function runSteps(parts: LoopParts): Promise<"done" | "step-limit"> {
  const guard = new RepeatGuard();
  for (let step = 0; step < parts.maxSteps; step++) {
    throwIfAborted(parts.signal);
    await streamWithRetries(parts);
    const calls = openCalls(parts.parts());
    if (calls.length === 0) return "done";
    for (const call of calls) await runCall(parts, call, guard);
  }
  return "step-limit";
}

async function streamWithRetries(parts: LoopParts): Promise<void> {
  let window = DEFAULT_WINDOW;
  let shrunk = false;
  for (let attempt = 1; ; attempt++) {
    try {
      return await streamStep(parts, window);
    } catch (error) {
      throwIfAborted(parts.signal);
      if (error instanceof ModelError && error.code === "context-overflow" && !shrunk) {
        shrunk = true;
        window = await halfOfRequest(parts, window);
        parts.emit({ type: "retry", attempt, at: parts.clock.now(), reason: toErrorValue(error) });
        continue;
      }
      const delay = retryDelay(error, attempt);
      if (delay === null) throw error;
      parts.emit({ type: "retry", attempt, at: parts.clock.now() + delay, reason: toErrorValue(error) });
      await parts.clock.sleep(delay, parts.signal);
    }
  }
}

/** Half of what was sent: the history, as far as it fitted the window. Tokens. */
async function halfOfRequest(parts: LoopParts, window: number): Promise<number> {
  const messages = await parts.messages();
  const whole = messages.reduce((sum, message) => sum + estimateTokens(message), 0);
  return Math.floor(Math.min(window, whole) / 2);
}

async function streamStep(parts: LoopParts, window: number): Promise<void> {
  const { clock, model, emit } = parts;
  const messages = fitToWindow(await parts.messages(), window);
  const startedAt = clock.now();
  emit({ type: "step-start", model: model.name, at: startedAt });
  const meter = new StepMeter(parts, startedAt);
  for await (const event of model.stream({ messages, tools: parts.tools() }, parts.signal)) {
    throwIfAborted(parts.signal);
    meter.take(event);
  }
  if (!meter.ended) throw new ModelError("bad-reply", "The model's reply broke off.", { retryable: true });
}

/** Turns a model's events into the run's, and counts what came. */
class StepMeter {
  readonly #parts: LoopParts;
  readonly #startedAt: number;
  #bytes = 0;
  ended = false;

  constructor(parts: LoopParts, startedAt: number) {
    this.#parts = parts;
    this.#startedAt = startedAt;
  }

  take(event: ModelEvent): void {
    const { emit, clock } = this.#parts;
    switch (event.type) {
      case "request":
        return emit({ type: "request", bytes: event.bytes });
      case "end":
        this.ended = true;
        return emit({
          type: "step-end",
          at: clock.now(),
          finish: event.finish,
          replyBytes: this.#bytes,
          ...(event.usage ? { usage: event.usage } : {}),
        });
      default:
        if (this.#bytes === 0) emit({ type: "first-token", ms: clock.now() - this.#startedAt });
        this.#bytes += new TextEncoder().encode(event.type === "call" ? event.name : event.delta).length;
        return emit(event);
    }
  }
}

async function runCall(parts: LoopParts, call: ToolCallPart, guard: RepeatGuard): Promise<void> {
  const { emit, clock } = parts;
  throwIfAborted(parts.signal);
  emit({ type: "tool-start", callId: call.callId, at: clock.now() });
  const result = await runBounded(parts, call, (chunk) =>
    emit({ type: "tool-output", callId: call.callId, chunk }),
  );
  const verdict = guard.see(call.name, call.arguments, result);
  const told = verdict === "ok" ? result : withHint(result);
  const kept = await Promise.allSettled([parts.keepFiles(call)]);
  const snapshotId = kept[0].status === "fulfilled" ? kept[0].value : undefined;
  emit({
    type: "tool-end",
    callId: call.callId,
    at: clock.now(),
    result: told,
    ...(snapshotId ? { snapshotId } : {}),
  });
  // The call's result stands; that its files could not be kept ends the run.
  if (kept[0].status === "rejected") throw kept[0].reason;
  if (verdict === "stop") {
    throw new OkcvmError(
      "step-limit",
      `Stopped because ${call.name} was called again and again with the same arguments and the same result.`,
    );
  }
}

/** A tool that does not mind its signal is left behind this long after a stop. Milliseconds. */
const STOP_GRACE_MS = 1_000;

/** Runs a call to its end; after a stop only for a grace, in which a tool that minds the signal gives its own result. */
async function runBounded(
  parts: LoopParts,
  call: ToolCallPart,
  onOutput: (chunk: string) => void,
): Promise<ToolResult> {
  const over = new AbortController();
  const stopped = new Promise<ToolResult>((resolve) => {
    parts.signal.addEventListener(
      "abort",
      () =>
        void parts.clock.sleep(STOP_GRACE_MS, over.signal).then(
          () => resolve(ABORTED),
          () => {},
        ),
      { once: true, signal: over.signal },
    );
  });
  try {
    return await Promise.race([parts.runTool(call, onOutput), stopped]);
  } finally {
    over.abort();
  }
}

function withHint(result: ToolResult): ToolResult {
  return {
    ...result,
    output: `${result.output}\n\n[You have made this same call several times with the same result. Try another way, or tell the person what is in the way.]`,
  };
}

function openCalls(parts: Part[]): ToolCallPart[] {
  return parts.filter(
    (part): part is ToolCallPart => part.type === "tool-call" && part.state.status === "pending",
  );
}

/** Every call gets a result, so that the history stays one a model can read. */
function closeOpenCalls(parts: LoopParts): void {
  for (const part of parts.parts()) {
    if (part.type === "tool-call" && part.state.status !== "done") {
      parts.emit({ type: "tool-end", callId: part.callId, at: parts.clock.now(), result: ABORTED });
    }
  }
}

/** The result of a call that was cut off. */
export const ABORTED: ToolResult = {
  ok: false,
  output: "This call was stopped before it ended.",
  error: { code: "aborted", message: "This call was stopped before it ended." },
};

function endRun(parts: LoopParts, status: Exclude<MessageStatus, "running" | "error">): void {
  parts.emit({ type: "run-end", at: parts.clock.now(), status });
}
